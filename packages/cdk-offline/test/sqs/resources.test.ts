// What the template may say about queues.

import * as v from "valibot";
import { expect, test } from "vitest";
import { queueResource } from "../../src/sqs/resources.ts";
import { naming } from "../deployed.ts";

test("a queue is known by its URL, its name and its ARN", () => {
  const url = "https://sqs.us-east-1.amazonaws.com/000000000000/letters";
  expect(queueResource.identify(naming({ QueueName: "letters" }))).toEqual({
    ref: url,
    attributes: { Arn: "arn:aws:sqs:us-east-1:000000000000:letters", QueueName: "letters", QueueUrl: url },
  });
});

test("a queue without a name gets one that stays", () => {
  const unnamed = naming({});
  const name = queueResource.identify(unnamed).attributes["QueueName"];
  expect(name).toMatch(/^NotesApp-local-Thing-[A-Za-z0-9]{12}$/);
  expect(queueResource.identify(unnamed).attributes["QueueName"]).toBe(name);
});

test.each([
  { FifoQueue: true },
  { KmsMasterKeyId: "key" },
  { RedrivePolicy: { deadLetterTargetArn: "arn", maxReceiveCount: 3 } },
  { QueueName: "a/b" },
  { MessageRetentionPeriod: 59 },
])("%o is refused", (properties) => {
  expect(v.safeParse(queueResource.properties, properties).success).toBe(false);
});
