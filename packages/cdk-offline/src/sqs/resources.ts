// The SQS resources of CloudFormation that the local runtime serves.

import * as v from "valibot";
import { physicalName } from "../assembly/physical-name.ts";
import { defineResource, withoutEffect } from "../assembly/resource.ts";

const seconds = (minimum: number, maximum: number) =>
  v.optional(v.pipe(v.number(), v.integer(), v.minValue(minimum), v.maxValue(maximum)));

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html
const queueProperties = v.strictObject({
  QueueName: v.optional(v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,80}$/))),
  MessageRetentionPeriod: seconds(60, 1_209_600),
  VisibilityTimeout: seconds(0, 43_200),
  DelaySeconds: seconds(0, 900),
  ReceiveMessageWaitTimeSeconds: seconds(0, 20),
  MaximumMessageSize: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1024), v.maxValue(1_048_576))),
  SqsManagedSseEnabled: v.optional(v.boolean()),
  Tags: withoutEffect("tags have no behaviour"),
});

export type QueueProperties = v.InferOutput<typeof queueProperties>;

const MAX_NAME_LENGTH = 80;

export const queueResource = defineResource<QueueProperties>({
  type: "AWS::SQS::Queue",
  properties: queueProperties,
  identify(naming) {
    const given = naming.property("QueueName");
    const name = typeof given === "string" ? given : physicalName(naming, MAX_NAME_LENGTH);
    const url = `https://sqs.${naming.region}.amazonaws.com/${naming.account}/${name}`;
    return {
      ref: url,
      attributes: {
        Arn: `arn:aws:sqs:${naming.region}:${naming.account}:${name}`,
        QueueName: name,
        QueueUrl: url,
      },
    };
  },
});

export const sqsResources = [queueResource] as const;
