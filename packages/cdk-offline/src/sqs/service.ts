// Amazon SQS on one machine: standard queues.

import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Resource } from "../assembly/resource.ts";
import type { JsonService } from "../aws/json-protocol.ts";
import type { Clock } from "../clock.ts";
import { openArrivals, type Wait } from "./arrivals.ts";
import { queueDoesNotExist, sqsErrorCodes } from "./errors.ts";
import { getQueueAttributes, getQueueUrl, listQueues, purging } from "./queue-operations.ts";
import { openQueue, type Queue, type QueueSettings } from "./queue.ts";
import { receiveMessage } from "./receive-message.ts";
import type { QueueProperties } from "./resources.ts";
import { sendMessage, sendMessageBatch, sendTexts } from "./send-message.ts";
import { changeMessageVisibility, deleteMessage, deleteMessageBatch } from "./settle-message.ts";
import type { Tell } from "../state/write-guard.ts";

export interface SqsOptions {
  /** The service's own folder; made when it does not exist. */
  readonly dir: string;
  readonly clock: Clock;
  readonly region: string;
  readonly account: string;
  readonly queues: readonly Resource<QueueProperties>[];
  /** Takes a line about storage that fails or has lost something. Default is standard error. */
  readonly tell?: Tell | undefined;
  /** How long polls wait; in earnest when left out. */
  readonly wait?: Wait;
}

export interface Sqs {
  readonly json: JsonService;
  /**
   * Sends without a request, as other services of AWS do; the attributes become message attributes of type `String`,
   * empty ones are left out.
   * Resolves when the message is stored; rejects when it could not be, or there is no such queue.
   */
  send(queueArn: string, body: string, attributes: Readonly<Record<string, string>>): Promise<void>;
  /** Ends the polls that wait and closes the journals. */
  close(): void;
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
function settingsOf(properties: QueueProperties): QueueSettings {
  return {
    visibilityTimeout: properties.VisibilityTimeout ?? 30,
    retentionPeriod: properties.MessageRetentionPeriod ?? 345_600,
    delay: properties.DelaySeconds ?? 0,
    waitTime: properties.ReceiveMessageWaitTimeSeconds ?? 0,
    maximumMessageSize: properties.MaximumMessageSize ?? 1_048_576,
    managedEncryption: properties.SqsManagedSseEnabled ?? true,
  };
}

export function openSqs({ dir, clock, region, account, queues: resources, wait, tell }: SqsOptions): Sqs {
  const queues = new Map<string, Queue>();
  for (const { ref: url, properties } of resources) {
    const path = new URL(url).pathname;
    const name = path.slice(path.lastIndexOf("/") + 1);
    const arn = `arn:aws:sqs:${region}:${account}:${name}`;
    const options = {
      path: pathOf(dir, name),
      clock,
      tell,
      name,
      url,
      arn,
      settings: settingsOf(properties),
    };
    queues.set(path, openQueue(options));
  }
  const arrivals = openArrivals(wait);
  const wakeReceivers = (queue: Queue): void => {
    arrivals.announce(queue);
  };
  const receiving = { queues, arrivals, clock, account };
  return {
    json: {
      target: "AmazonSQS",
      version: "1.0",
      // Some clients take a queue's URL for the address to call.
      furtherPaths: /^\/\d{12}\/[\w-]+$/,
      queryCompatible: sqsErrorCodes,
      operations: {
        SendMessage: (input: unknown) => sendMessage(queues, wakeReceivers, input),
        SendMessageBatch: (input: unknown) => sendMessageBatch(queues, wakeReceivers, input),
        ReceiveMessage: (input: unknown) => receiveMessage(receiving, input),
        DeleteMessage: (input: unknown) => deleteMessage(queues, input),
        DeleteMessageBatch: (input: unknown) => deleteMessageBatch(queues, input),
        ChangeMessageVisibility: (input: unknown) => changeMessageVisibility(queues, wakeReceivers, input),
        GetQueueUrl: (input: unknown) => getQueueUrl(queues, account, input),
        GetQueueAttributes: (input: unknown) => getQueueAttributes(queues, input),
        ListQueues: (input: unknown) => listQueues(queues, input),
        PurgeQueue: purging(queues, clock),
      },
    },
    send: (queueArn, body, attributes) =>
      new Promise((resolve) => {
        const queue = [...queues.values()].find(({ arn }) => arn === queueArn);
        if (queue === undefined) throw queueDoesNotExist();
        sendTexts(queue, body, attributes);
        wakeReceivers(queue);
        resolve();
      }),
    close: () => {
      arrivals.close();
      for (const queue of queues.values()) queue.close();
    },
  };
}

function pathOf(dir: string, name: string): string {
  // By hash: two names that differ in case only would be one file on some systems.
  return join(dir, `${createHash("sha256").update(name).digest("hex").slice(0, 32)}.jsonl`);
}
