// The CloudWatch Logs resources of CloudFormation that the local runtime serves.

import * as v from "valibot";
import { physicalName } from "../assembly/physical-name.ts";
import { defineResource, withoutEffect } from "../assembly/resource.ts";
import { logGroupArn } from "./log-group-arn.ts";

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-loggroup.html
const logGroupProperties = v.strictObject({
  LogGroupName: v.optional(v.string()),
  RetentionInDays: v.optional(v.picklist(RETENTION_DAYS)),
  LogGroupClass: v.optional(v.literal("STANDARD")),
  DeletionProtectionEnabled: withoutEffect("nothing here deletes a log group"),
  Tags: withoutEffect("tags have no behaviour"),
});

export type LogGroupProperties = v.InferOutput<typeof logGroupProperties>;

const MAX_NAME_LENGTH = 512;

export const logGroupResource = defineResource<LogGroupProperties>({
  type: "AWS::Logs::LogGroup",
  properties: logGroupProperties,
  identify(naming) {
    const given = naming.property("LogGroupName");
    const name = typeof given === "string" ? given : physicalName(naming, MAX_NAME_LENGTH);
    return { ref: name, attributes: { Arn: `${logGroupArn(naming, name)}:*` } };
  },
});

export const logsResources = [logGroupResource] as const;
