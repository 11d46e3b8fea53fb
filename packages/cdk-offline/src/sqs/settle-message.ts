// What a receiver does with a message it has received: delete it, or change for how long others do not see it.

import * as v from "valibot";
import { AwsError } from "../aws/errors.ts";
import { batchOf } from "./batch.ts";
import { invalidParameter, receiptHandleIsInvalid } from "./errors.ts";
import { checkNumber, findQueue, parseInput, queueUrl, type Queues } from "./input.ts";
import type { Message } from "./message.ts";
import { parseReceipt, type Queue } from "./queue.ts";

const MAX_VISIBILITY_SECONDS = 43_200;

const deleteInput = v.strictObject({ QueueUrl: queueUrl, ReceiptHandle: v.string() });

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html */
export function deleteMessage(queues: Queues, input: unknown) {
  const { QueueUrl, ReceiptHandle } = parseInput("DeleteMessage", deleteInput, input);
  deleteReceived(findQueue(queues, QueueUrl), ReceiptHandle);
  return {};
}

const deleteBatchInput = v.strictObject({
  QueueUrl: queueUrl,
  Entries: v.array(v.strictObject({ Id: v.string(), ReceiptHandle: v.string() })),
});

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessageBatch.html */
export function deleteMessageBatch(queues: Queues, input: unknown) {
  const { QueueUrl, Entries } = parseInput("DeleteMessageBatch", deleteBatchInput, input);
  const queue = findQueue(queues, QueueUrl);
  return batchOf("DeleteMessageBatch", Entries, ({ ReceiptHandle }) => {
    deleteReceived(queue, ReceiptHandle);
    return undefined;
  });
}

/** A message that has gone, or was received by another since, is left alone without an error. */
function deleteReceived(queue: Queue, receipt: string): void {
  const message = receivedMessage(queue, receipt);
  if (message !== undefined) queue.delete(message);
}

const visibilityInput = v.strictObject({
  QueueUrl: queueUrl,
  ReceiptHandle: v.string(),
  VisibilityTimeout: v.pipe(v.number(), v.integer()),
});

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html */
export function changeMessageVisibility(
  queues: Queues,
  wakeReceivers: (queue: Queue) => void,
  input: unknown,
) {
  const { QueueUrl, ReceiptHandle, VisibilityTimeout } = parseInput(
    "ChangeMessageVisibility",
    visibilityInput,
    input,
  );
  const queue = findQueue(queues, QueueUrl);
  checkNumber("VisibilityTimeout", VisibilityTimeout, 0, MAX_VISIBILITY_SECONDS);
  const message = receivedMessage(queue, ReceiptHandle);
  if (message === undefined) {
    throw invalidParameter(
      `Value ${ReceiptHandle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not ` +
        "available for visibility timeout change.",
    );
  }
  if (!queue.isInFlight(message)) {
    throw new AwsError("MessageNotInflight", "The specified message isn't in flight.");
  }
  queue.hide(message, VisibilityTimeout);
  wakeReceivers(queue);
  return {};
}

function receivedMessage(queue: Queue, receipt: string): Message | undefined {
  if (parseReceipt(receipt)?.queueName !== queue.name) throw receiptHandleIsInvalid(receipt);
  return queue.received(receipt);
}
