// Sending messages, one or a batch.

import * as v from "valibot";
import { AwsError } from "../aws/errors.ts";
import { batchOf } from "./batch.ts";
import { invalidParameter } from "./errors.ts";
import { checkNumber, findQueue, parseInput, queueUrl, type Queues } from "./input.ts";
import { checkAttributes, messageAttributes } from "./message-attributes.ts";
import { md5, md5OfAttributes, messageBytes, type Message } from "./message.ts";
import type { NewMessage, Queue } from "./queue.ts";

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const MAX_BATCH_BYTES = 1_048_576;
const MAX_DELAY_SECONDS = 900;

const messageMembers = {
  MessageBody: v.string(),
  DelaySeconds: v.optional(v.pipe(v.number(), v.integer())),
  MessageAttributes: v.optional(messageAttributes, {}),
};

const sendInput = v.strictObject({ QueueUrl: queueUrl, ...messageMembers });

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
export function sendMessage(queues: Queues, wakeReceivers: (queue: Queue) => void, input: unknown) {
  const { QueueUrl, ...message } = parseInput("SendMessage", sendInput, input);
  const queue = findQueue(queues, QueueUrl);
  const sent = queue.send([newMessage(queue, message)]).map(receiptOf);
  wakeReceivers(queue);
  return sent[0];
}

const sendBatchInput = v.strictObject({
  QueueUrl: queueUrl,
  Entries: v.array(v.strictObject({ Id: v.string(), ...messageMembers })),
});

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
export function sendMessageBatch(queues: Queues, wakeReceivers: (queue: Queue) => void, input: unknown) {
  const { QueueUrl, Entries } = parseInput("SendMessageBatch", sendBatchInput, input);
  const queue = findQueue(queues, QueueUrl);
  const bytes = Entries.reduce(
    (sum, { MessageBody, MessageAttributes }) => sum + messageBytes(MessageBody, MessageAttributes),
    0,
  );
  if (bytes > MAX_BATCH_BYTES) {
    throw new AwsError(
      "BatchRequestTooLong",
      `Batch requests cannot be longer than ${MAX_BATCH_BYTES} bytes. You have sent ${bytes} bytes.`,
    );
  }
  const result = batchOf("SendMessageBatch", Entries, (entry) => {
    const [sent] = queue.send([newMessage(queue, entry)]);
    return sent && receiptOf(sent);
  });
  wakeReceivers(queue);
  return result;
}

/** Sends what another service has to say, with texts as attributes. A text cannot be empty there. */
export function sendTexts(queue: Queue, body: string, texts: Readonly<Record<string, string>>): void {
  const attributes = Object.fromEntries(
    Object.entries(texts)
      .filter(([, text]) => text !== "")
      .map(([name, text]) => [name, { DataType: "String", StringValue: text }]),
  );
  queue.send([newMessage(queue, { MessageBody: body, MessageAttributes: attributes })]);
}

type MessageInput = Omit<v.InferOutput<typeof sendInput>, "QueueUrl">;

function newMessage(
  queue: Queue,
  { MessageBody, DelaySeconds, MessageAttributes }: MessageInput,
): NewMessage {
  if (DelaySeconds !== undefined) checkNumber("DelaySeconds", DelaySeconds, 0, MAX_DELAY_SECONDS);
  const attributes = checkAttributes(MessageAttributes);
  checkMessage(queue, MessageBody, messageBytes(MessageBody, attributes));
  return { body: MessageBody, attributes, delaySeconds: DelaySeconds };
}

/** Throws for a message that the queue does not take. */
function checkMessage({ settings }: Queue, body: string, bytes: number): void {
  if (body === "")
    throw new AwsError(
      "MissingRequiredParameterException",
      "The request must contain the parameter MessageBody.",
    );
  if (bytes > settings.maximumMessageSize) {
    throw invalidParameter(
      `One or more parameters are invalid. Reason: Message must be shorter than ${settings.maximumMessageSize} bytes.`,
    );
  }
  // https://www.w3.org/TR/REC-xml/#charsets
  if (!/^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u.test(body)) {
    throw new AwsError(
      "InvalidMessageContents",
      "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | " +
        "#x10000 to #x10FFFF.",
    );
  }
}

function receiptOf({ id, body, attributes }: Message) {
  const attributesMd5 = md5OfAttributes(attributes);
  return {
    MessageId: id,
    MD5OfMessageBody: md5(body),
    ...(attributesMd5 !== undefined && { MD5OfMessageAttributes: attributesMd5 }),
  };
}
