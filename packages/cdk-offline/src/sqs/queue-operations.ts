// Finding queues, looking at them and emptying them.

import * as v from "valibot";
import type { Clock } from "../clock.ts";
import { AwsError } from "../aws/errors.ts";
import { pageToken, readPageToken } from "../aws/page-token.ts";
import { invalidParameter, queueDoesNotExist } from "./errors.ts";
import { checkNumber, findQueue, parseInput, queueUrl, type Queues } from "./input.ts";
import type { Queue } from "./queue.ts";

const getUrlInput = v.strictObject({
  QueueName: v.string(),
  QueueOwnerAWSAccountId: v.optional(v.string()),
});

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueUrl.html */
export function getQueueUrl(queues: Queues, account: string, input: unknown) {
  const { QueueName, QueueOwnerAWSAccountId } = parseInput("GetQueueUrl", getUrlInput, input);
  const queue = queues.get(`/${QueueOwnerAWSAccountId ?? account}/${QueueName}`);
  if (queue === undefined) throw queueDoesNotExist();
  return { QueueUrl: queue.url };
}

const listInput = v.strictObject({
  QueueNamePrefix: v.optional(v.string(), ""),
  MaxResults: v.optional(v.pipe(v.number(), v.integer())),
  NextToken: v.optional(v.string()),
});

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueues.html */
export function listQueues(queues: Queues, input: unknown) {
  const { QueueNamePrefix, MaxResults, NextToken } = parseInput("ListQueues", listInput, input);
  const limit = checkNumber("MaxResults", MaxResults ?? 1000, 1, 1000);
  const query = ["ListQueues", QueueNamePrefix];
  const after = NextToken === undefined ? "" : readPageToken(query, NextToken);
  if (after === undefined) throw invalidParameter("Invalid or expired next token.");
  const rest = [...queues.values()]
    .filter(({ name }) => name.startsWith(QueueNamePrefix) && name > after)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return {
    ...(page.length > 0 && { QueueUrls: page.map(({ url }) => url) }),
    // The service pages only for those who say how much they want.
    ...(MaxResults !== undefined &&
      last !== undefined &&
      page.length < rest.length && { NextToken: pageToken(query, last.name) }),
  };
}

const attributesInput = v.strictObject({
  QueueUrl: queueUrl,
  AttributeNames: v.optional(v.array(v.string()), []),
});

/** What a queue can have and none has here: asking for one of these answers nothing. */
const unsetAttributes = [
  "Policy",
  "RedrivePolicy",
  "RedriveAllowPolicy",
  "KmsMasterKeyId",
  "KmsDataKeyReusePeriodSeconds",
  "FifoQueue",
  "ContentBasedDeduplication",
  "DeduplicationScope",
  "FifoThroughputLimit",
];

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html */
export function getQueueAttributes(queues: Queues, input: unknown) {
  const { QueueUrl, AttributeNames } = parseInput("GetQueueAttributes", attributesInput, input);
  const known = attributesOf(findQueue(queues, QueueUrl));
  const asked = new Set(AttributeNames);
  for (const name of asked) {
    if (name !== "All" && !Object.hasOwn(known, name) && !unsetAttributes.includes(name)) {
      throw new AwsError("InvalidAttributeName", `Unknown Attribute ${name}.`);
    }
  }
  const shown = Object.entries(known).filter(([name]) => asked.has("All") || asked.has(name));
  return shown.length === 0 ? {} : { Attributes: Object.fromEntries(shown) };
}

function attributesOf(queue: Queue): Readonly<Record<string, string>> {
  const { settings } = queue;
  const counts = queue.counts();
  const createdAt = String(Math.floor(queue.createdAt / 1000));
  return {
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(counts.visible),
    ApproximateNumberOfMessagesNotVisible: String(counts.inFlight),
    ApproximateNumberOfMessagesDelayed: String(counts.delayed),
    CreatedTimestamp: createdAt,
    LastModifiedTimestamp: createdAt,
    VisibilityTimeout: String(settings.visibilityTimeout),
    MaximumMessageSize: String(settings.maximumMessageSize),
    MessageRetentionPeriod: String(settings.retentionPeriod),
    DelaySeconds: String(settings.delay),
    ReceiveMessageWaitTimeSeconds: String(settings.waitTime),
    SqsManagedSseEnabled: String(settings.managedEncryption),
  };
}

const purgeInput = v.strictObject({ QueueUrl: queueUrl });
const PURGE_INTERVAL_MS = 60_000;

/**
 * Makes the operation that empties a queue, at most once a minute for each.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_PurgeQueue.html
 */
export function purging(queues: Queues, clock: Clock): (input: unknown) => object {
  const purgedAt = new Map<Queue, number>();
  return (input) => {
    const queue = findQueue(queues, parseInput("PurgeQueue", purgeInput, input).QueueUrl);
    const last = purgedAt.get(queue);
    if (last !== undefined && clock() - last < PURGE_INTERVAL_MS) {
      throw new AwsError(
        "PurgeQueueInProgress",
        `Only one PurgeQueue operation on ${queue.name} is allowed every 60 seconds.`,
        403,
      );
    }
    queue.purge();
    purgedAt.set(queue, clock());
    return {};
  };
}
