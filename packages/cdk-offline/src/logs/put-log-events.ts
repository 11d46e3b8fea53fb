// Writing log events by request, with the limits of the service.

import * as v from "valibot";
import type { Clock } from "../clock.ts";
import {
  findGroup,
  findStream,
  groupName,
  invalidParameter,
  parseInput,
  streamName,
  time,
  type LogsContext,
} from "./input.ts";
import type { LogGroup, NewEvent } from "./log-group.ts";
import { eventBytes, eventId } from "./log-stream.ts";

const MAX_BATCH_EVENTS = 10_000;
const MAX_BATCH_BYTES = 1_048_576;
const HOUR_MS = 60 * 60 * 1000;
const MAX_SPAN_MS = 24 * HOUR_MS;
const MAX_AGE_MS = 14 * 24 * HOUR_MS;
const MAX_AHEAD_MS = 2 * HOUR_MS;

const putInput = v.strictObject({
  logGroupName: groupName,
  logStreamName: streamName,
  logEvents: v.pipe(
    v.array(v.strictObject({ timestamp: time, message: v.pipe(v.string(), v.minLength(1)) })),
    v.minLength(1),
    v.maxLength(MAX_BATCH_EVENTS),
  ),
  /** Ignored by the service since 2023. */
  sequenceToken: v.optional(v.string()),
});

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html */
export function putLogEvents(context: LogsContext, clock: Clock, input: unknown) {
  const { logGroupName, logStreamName, logEvents } = parseInput("PutLogEvents", putInput, input);
  const group = findGroup(context, { logGroupName });
  findStream(group, logStreamName);
  checkBatch(logEvents);
  const rejected = rejectedOf(logEvents, group, clock());
  const accepted = logEvents.slice(
    Math.max(rejected.tooOldLogEventEndIndex ?? 0, rejected.expiredLogEventEndIndex ?? 0),
    rejected.tooNewLogEventStartIndex,
  );
  group.put(logStreamName, accepted);
  return {
    nextSequenceToken: eventId({ timestamp: clock(), sequence: 0 }),
    ...(Object.keys(rejected).length > 0 && { rejectedLogEventsInfo: rejected }),
  };
}

function checkBatch(events: readonly NewEvent[]): void {
  let bytes = 0;
  let previous = 0;
  for (const { timestamp, message } of events) {
    if (timestamp < previous) {
      throw invalidParameter("Log events in a single PutLogEvents request must be in chronological order.");
    }
    previous = timestamp;
    bytes += eventBytes(message);
  }
  if (bytes > MAX_BATCH_BYTES) {
    throw invalidParameter(`Upload too large: ${bytes} bytes exceeds limit of ${MAX_BATCH_BYTES}`);
  }
  if (previous - (events[0]?.timestamp ?? 0) > MAX_SPAN_MS) {
    throw invalidParameter(
      "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
    );
  }
}

interface Rejected {
  tooNewLogEventStartIndex?: number;
  tooOldLogEventEndIndex?: number;
  expiredLogEventEndIndex?: number;
}

/** The events at both ends of a batch that the service leaves out; an end index is one past the last. */
function rejectedOf(events: readonly NewEvent[], group: LogGroup, now: number): Rejected {
  const countBefore = (limit: number): number => {
    const index = events.findIndex(({ timestamp }) => timestamp >= limit);
    return index < 0 ? events.length : index;
  };
  const rejected: Rejected = {};
  const tooOld = countBefore(now - MAX_AGE_MS);
  if (tooOld > 0) rejected.tooOldLogEventEndIndex = tooOld;
  const expired = countBefore(group.expiry());
  if (expired > 0) rejected.expiredLogEventEndIndex = expired;
  const inTime = countBefore(now + MAX_AHEAD_MS + 1);
  if (inTime < events.length) rejected.tooNewLogEventStartIndex = inTime;
  return rejected;
}
