// The errors of SQS: their names in the JSON protocol, and the codes that the query protocol had for them.

import { AwsError } from "../aws/errors.ts";
import type { QueryCompatibility } from "../aws/json-protocol.ts";

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html */
export const sqsErrorCodes: QueryCompatibility = {
  namespace: "com.amazonaws.sqs",
  codes: {
    BatchEntryIdsNotDistinct: "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
    BatchRequestTooLong: "AWS.SimpleQueueService.BatchRequestTooLong",
    EmptyBatchRequest: "AWS.SimpleQueueService.EmptyBatchRequest",
    InvalidBatchEntryId: "AWS.SimpleQueueService.InvalidBatchEntryId",
    InvalidParameterValueException: "InvalidParameterValue",
    MessageNotInflight: "AWS.SimpleQueueService.MessageNotInflight",
    MissingRequiredParameterException: "MissingParameter",
    PurgeQueueInProgress: "AWS.SimpleQueueService.PurgeQueueInProgress",
    QueueDoesNotExist: "AWS.SimpleQueueService.NonExistentQueue",
    TooManyEntriesInBatchRequest: "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
  },
};

export function queueDoesNotExist(): AwsError {
  return new AwsError("QueueDoesNotExist", "The specified queue does not exist.");
}

export function invalidParameter(message: string): AwsError {
  return new AwsError("InvalidParameterValueException", message);
}

export function receiptHandleIsInvalid(handle: string): AwsError {
  return new AwsError(
    "ReceiptHandleIsInvalid",
    `The input receipt handle "${handle}" is not a valid receipt handle.`,
    404,
  );
}
