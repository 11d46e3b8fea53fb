// Receiving messages, at once or waiting for one.

import * as v from "valibot";
import type { Clock } from "../clock.ts";
import type { Arrivals } from "./arrivals.ts";
import { invalidParameter } from "./errors.ts";
import { checkNumber, findQueue, parseInput, queueUrl, type Queues } from "./input.ts";
import { askedAttributes, askedSystemAttributes, systemAttributes } from "./message-attributes.ts";
import { md5, md5OfAttributes, type Message } from "./message.ts";
import type { Queue } from "./queue.ts";

const MAX_VISIBILITY_SECONDS = 43_200;
const MAX_WAIT_SECONDS = 20;

const integer = v.optional(v.pipe(v.number(), v.integer()));

const receiveInput = v.strictObject({
  QueueUrl: queueUrl,
  MaxNumberOfMessages: integer,
  VisibilityTimeout: integer,
  WaitTimeSeconds: integer,
  /** The older name of `MessageSystemAttributeNames`. */
  AttributeNames: v.optional(systemAttributes, []),
  MessageSystemAttributeNames: v.optional(systemAttributes, []),
  MessageAttributeNames: v.optional(v.array(v.string()), []),
});

export interface ReceiveContext {
  readonly queues: Queues;
  readonly arrivals: Arrivals;
  readonly clock: Clock;
  /** The account, as the sender of every message. */
  readonly account: string;
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html */
export async function receiveMessage(context: ReceiveContext, input: unknown) {
  const parsed = parseInput("ReceiveMessage", receiveInput, input);
  const queue = findQueue(context.queues, parsed.QueueUrl);
  const count = checkNumber("MaxNumberOfMessages", parsed.MaxNumberOfMessages ?? 1, 1, 10);
  const visibility = checkNumber(
    "VisibilityTimeout",
    parsed.VisibilityTimeout ?? queue.settings.visibilityTimeout,
    0,
    MAX_VISIBILITY_SECONDS,
  );
  const waitSeconds = checkWaitTime(parsed.WaitTimeSeconds ?? queue.settings.waitTime);
  const systemNames = [...parsed.AttributeNames, ...parsed.MessageSystemAttributeNames];
  askedSystemAttributes({}, systemNames);
  const messages = await takeWithin(context, queue, waitSeconds, () => queue.receive(count, visibility));
  // The service leaves an empty list out.
  if (messages.length === 0) return {};
  return {
    Messages: messages.map((message) =>
      shown(message, context.account, systemNames, parsed.MessageAttributeNames),
    ),
  };
}

function checkWaitTime(seconds: number): number {
  if (seconds >= 0 && seconds <= MAX_WAIT_SECONDS) return seconds;
  throw invalidParameter(
    `Value ${seconds} for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= ${MAX_WAIT_SECONDS}, if provided.`,
  );
}

/** Takes messages as soon as there are some, or none when the time is over or the service closes. */
async function takeWithin(
  { arrivals, clock }: ReceiveContext,
  queue: Queue,
  waitSeconds: number,
  take: () => readonly Message[],
): Promise<readonly Message[]> {
  let remainingMs = waitSeconds * 1000;
  for (;;) {
    const messages = arrivals.closed ? [] : take();
    if (messages.length > 0 || remainingMs <= 0 || arrivals.closed) return messages;
    const pauseMs = Math.min(remainingMs, queue.untilNextVisible());
    const pausedAt = clock();
    const woken = await arrivals.wait(queue, pauseMs);
    remainingMs -= woken ? clock() - pausedAt : pauseMs;
  }
}

function shown(
  message: Message,
  account: string,
  systemNames: readonly string[],
  attributeNames: readonly string[],
) {
  const system = askedSystemAttributes(
    {
      SenderId: account,
      SentTimestamp: String(message.sentAt),
      ApproximateReceiveCount: String(message.receiveCount),
      ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    },
    systemNames,
  );
  const attributes = askedAttributes(message.attributes, attributeNames);
  const attributesMd5 = md5OfAttributes(attributes);
  return {
    MessageId: message.id,
    ReceiptHandle: message.receipt,
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...(systemNames.length > 0 && { Attributes: system }),
    ...(attributesMd5 !== undefined && {
      MessageAttributes: attributes,
      MD5OfMessageAttributes: attributesMd5,
    }),
  };
}
