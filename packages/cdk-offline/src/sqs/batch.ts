// Requests of several entries, of which some may succeed and others fail.

import { AwsError } from "../aws/errors.ts";

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const MAX_ENTRIES = 10;

export interface Failure {
  readonly Id: string;
  readonly Code: string;
  readonly Message: string;
  readonly SenderFault: boolean;
}

/**
 * Does the same for every entry. An `AwsError` fails its entry only; any other error goes up. Throws for a batch that
 * the service would not look into: empty, too long, with ids that are malformed or occur twice.
 */
export function batchOf<Entry extends { readonly Id: string }>(
  operation: string,
  entries: readonly Entry[],
  run: (entry: Entry) => object | undefined,
) {
  checkBatch(operation, entries);
  const successful: object[] = [];
  const failed: Failure[] = [];
  for (const entry of entries) {
    try {
      successful.push({ Id: entry.Id, ...run(entry) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      failed.push({
        Id: entry.Id,
        Code: error.code,
        Message: error.message,
        SenderFault: error.status < 500,
      });
    }
  }
  return { Successful: successful, Failed: failed };
}

function checkBatch(operation: string, entries: readonly { readonly Id: string }[]): void {
  if (entries.length === 0) {
    throw new AwsError(
      "EmptyBatchRequest",
      `There should be at least one ${operation}RequestEntry in the request.`,
    );
  }
  if (entries.length > MAX_ENTRIES) {
    throw new AwsError(
      "TooManyEntriesInBatchRequest",
      `Maximum number of entries per request are ${MAX_ENTRIES}. You have sent ${entries.length}.`,
    );
  }
  const seen = new Set<string>();
  for (const { Id } of entries) {
    if (!/^[A-Za-z0-9_-]{1,80}$/.test(Id)) {
      throw new AwsError(
        "InvalidBatchEntryId",
        "A batch entry id can only contain alphanumeric characters, hyphens and underscores. " +
          "It can be at most 80 letters long.",
      );
    }
    if (seen.has(Id)) throw new AwsError("BatchEntryIdsNotDistinct", `Id ${Id} repeated.`);
    seen.add(Id);
  }
}
