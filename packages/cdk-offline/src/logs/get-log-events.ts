// Reading one log stream, forwards or backwards.

import * as v from "valibot";
import {
  findGroup,
  findStream,
  groupMembers,
  invalidParameter,
  limitUpTo,
  parseInput,
  streamName,
  time,
  type LogsContext,
} from "./input.ts";
import { eventId, firstIndex, idBefore, type LogEvent, type LogStream } from "./log-stream.ts";
import { MAX_PAGE_EVENTS, countThatFits } from "./page-size.ts";

const getInput = v.strictObject({
  ...groupMembers,
  logStreamName: streamName,
  startTime: v.optional(time, 0),
  endTime: v.optional(time, Number.MAX_SAFE_INTEGER),
  limit: v.optional(limitUpTo(MAX_PAGE_EVENTS), MAX_PAGE_EVENTS),
  startFromHead: v.optional(v.boolean(), false),
  nextToken: v.optional(v.string()),
});

/**
 * From `startTime` (included) to `endTime` (not included). There is always a token for each direction; at an end of
 * the stream it is the one that was passed in, so that a reader can wait for more.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
 */
export function getLogEvents(context: LogsContext, input: unknown) {
  const parsed = parseInput("GetLogEvents", getInput, input);
  const group = findGroup(context, parsed);
  const stream = findStream(group, parsed.logStreamName);
  const range = inTime(stream, Math.max(parsed.startTime, group.expiry()), parsed.endTime);
  const cursor = parsed.nextToken === undefined ? undefined : parseCursor(parsed.nextToken);
  const forwards = cursor?.forwards ?? parsed.startFromHead;
  const page = forwards
    ? takeFirst(range, cursor?.id, parsed.limit)
    : takeLast(range, cursor?.id, parsed.limit);
  const first = page[0];
  const last = page.at(-1);
  return {
    events: page.map(({ timestamp, message, ingestedAt }) => ({
      timestamp,
      message,
      ingestionTime: ingestedAt,
    })),
    nextForwardToken: `f/${last ? eventId(last) : (cursor?.id ?? idBefore(0))}/s`,
    nextBackwardToken: `b/${first ? eventId(first) : (cursor?.id ?? idBefore(0))}/s`,
  };
}

function inTime(stream: LogStream, start: number, end: number): LogEvent[] {
  return stream.events.slice(firstIndex(stream, idBefore(start)), firstIndex(stream, idBefore(end)));
}

interface Cursor {
  readonly forwards: boolean;
  /** The event next to which reading goes on. */
  readonly id: string;
}

function parseCursor(token: string): Cursor {
  const [, direction, id] = /^([fb])\/(\d{56})\/s$/.exec(token) ?? [];
  if (id === undefined) throw invalidParameter("The specified nextToken is invalid.");
  return { forwards: direction === "f", id };
}

function takeFirst(events: readonly LogEvent[], after: string | undefined, limit: number): LogEvent[] {
  const rest = after === undefined ? events : events.filter((event) => eventId(event) > after);
  return rest.slice(0, countThatFits(rest, limit));
}

function takeLast(events: readonly LogEvent[], before: string | undefined, limit: number): LogEvent[] {
  const rest = before === undefined ? [...events] : events.filter((event) => eventId(event) < before);
  return rest.slice(rest.length - countThatFits(rest.toReversed(), limit));
}
