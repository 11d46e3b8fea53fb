// The CloudFormation types of Lambda that are served, and which of their properties have an effect here.

import * as v from "valibot";
import { physicalName } from "../assembly/physical-name.ts";
import { defineResource, withoutEffect } from "../assembly/resource.ts";

/** The levels of Lambda's structured logs, from the most to the least talkative. */
const logLevels = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"] as const;

export type LogLevel = (typeof logLevels)[number];

const functionProperties = v.strictObject({
  Architectures: withoutEffect("the code runs on this machine's processor"),
  Code: v.strictObject({ S3Bucket: v.string(), S3Key: v.string() }),
  Description: withoutEffect("a description has no behaviour"),
  Environment: v.optional(v.strictObject({ Variables: v.optional(v.record(v.string(), v.string())) })),
  EphemeralStorage: withoutEffect("the size of /tmp is not limited on one machine"),
  FunctionName: v.optional(v.pipe(v.string(), v.maxLength(64))),
  Handler: v.string(),
  LoggingConfig: v.optional(
    v.strictObject({
      ApplicationLogLevel: v.optional(v.picklist(logLevels)),
      LogFormat: v.optional(v.picklist(["JSON", "Text"])),
      LogGroup: v.optional(v.string()),
      SystemLogLevel: v.optional(v.picklist(["DEBUG", "INFO", "WARN"])),
    }),
  ),
  MemorySize: v.optional(v.pipe(v.number(), v.minValue(128), v.maxValue(10_240)), 128),
  PackageType: v.optional(v.literal("Zip")),
  RecursiveLoop: withoutEffect("recursive loops are not detected on one machine"),
  ReservedConcurrentExecutions: v.optional(v.pipe(v.number(), v.minValue(0))),
  Role: withoutEffect("policies are not enforced on one machine yet"),
  Runtime: v.picklist(["nodejs22.x", "nodejs24.x"]),
  Tags: withoutEffect("tags have no behaviour"),
  Timeout: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(900)), 3),
  TracingConfig: withoutEffect("there is no X-Ray on one machine"),
});

const eventInvokeConfigProperties = v.strictObject({
  DestinationConfig: v.optional(
    v.strictObject({
      OnFailure: v.optional(v.strictObject({ Destination: v.pipe(v.string(), v.regex(/^arn:aws:sqs:/)) })),
    }),
  ),
  FunctionName: v.string(),
  MaximumEventAgeInSeconds: v.optional(v.pipe(v.number(), v.minValue(60), v.maxValue(21_600)), 21_600),
  MaximumRetryAttempts: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(2)), 2),
  Qualifier: v.literal("$LATEST"),
});

const notEnforced = withoutEffect("permissions are not enforced on one machine yet");

const permissionProperties = v.strictObject({
  Action: notEnforced,
  FunctionName: notEnforced,
  Principal: notEnforced,
  SourceAccount: notEnforced,
  SourceArn: notEnforced,
});

export type FunctionProperties = v.InferOutput<typeof functionProperties>;
export type EventInvokeConfigProperties = v.InferOutput<typeof eventInvokeConfigProperties>;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-lambda-function.html */
export const functionResource = defineResource<FunctionProperties>({
  type: "AWS::Lambda::Function",
  properties: functionProperties,
  identify(naming) {
    const given = naming.property("FunctionName");
    const name = typeof given === "string" ? given : physicalName(naming, 64);
    const arn = `arn:aws:lambda:${naming.region}:${naming.account}:function:${name}`;
    return { ref: name, attributes: { Arn: arn } };
  },
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-lambda-eventinvokeconfig.html */
export const eventInvokeConfigResource = defineResource<EventInvokeConfigProperties>({
  type: "AWS::Lambda::EventInvokeConfig",
  properties: eventInvokeConfigProperties,
  identify: (naming) => ({ ref: physicalName(naming, 64), attributes: {} }),
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-lambda-permission.html */
const permissionResource = defineResource<unknown>({
  type: "AWS::Lambda::Permission",
  properties: permissionProperties,
  identify: (naming) => ({ ref: physicalName(naming, 64), attributes: {} }),
});

export const lambdaResources = [functionResource, eventInvokeConfigResource, permissionResource] as const;
