// How many events go into one answer.

import { eventBytes, type LogEvent } from "./log-stream.ts";

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html */
export const MAX_PAGE_EVENTS = 10_000;
const MAX_PAGE_BYTES = 1_048_576;

/** How many of the first events fit into an answer of 1 MB, at most `limit`; one goes in whatever its size. */
export function countThatFits(events: readonly LogEvent[], limit: number): number {
  let bytes = 0;
  let count = 0;
  for (const { message } of events) {
    bytes += eventBytes(message);
    if (count === limit || (bytes > MAX_PAGE_BYTES && count > 0)) break;
    count += 1;
  }
  return count;
}
