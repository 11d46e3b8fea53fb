// Searching a log group over all of its streams.

import * as v from "valibot";
import { pageToken, readPageToken } from "../aws/page-token.ts";
import { parseFilterPattern } from "./filter-pattern.ts";
import {
  findGroup,
  groupMembers,
  invalidParameter,
  limitUpTo,
  parseInput,
  streamName,
  time,
  type LogsContext,
} from "./input.ts";
import type { LogGroup } from "./log-group.ts";
import { eventId, firstIndex, idBefore, type LogEvent } from "./log-stream.ts";
import { MAX_PAGE_EVENTS, countThatFits } from "./page-size.ts";

const filterInput = v.strictObject({
  ...groupMembers,
  logStreamNames: v.optional(v.pipe(v.array(streamName), v.minLength(1), v.maxLength(100))),
  logStreamNamePrefix: v.optional(streamName),
  startTime: v.optional(time, 0),
  endTime: v.optional(time, Number.MAX_SAFE_INTEGER),
  filterPattern: v.optional(v.pipe(v.string(), v.maxLength(1024)), ""),
  limit: v.optional(limitUpTo(MAX_PAGE_EVENTS), MAX_PAGE_EVENTS),
  nextToken: v.optional(v.string()),
  /** Taken as true whatever it says, since 2019. */
  interleaved: v.optional(v.boolean()),
});

type FilterInput = v.InferOutput<typeof filterInput>;

/**
 * In the order of time over all streams, from `startTime` to `endTime`, both included.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
 */
export function filterLogEvents(context: LogsContext, input: unknown) {
  const parsed = parseInput("FilterLogEvents", filterInput, input);
  const group = findGroup(context, parsed);
  if (parsed.logStreamNames !== undefined && parsed.logStreamNamePrefix !== undefined) {
    throw invalidParameter("LogStreamNames and LogStreamNamePrefix are mutually exclusive parameters.");
  }
  const matches = parseFilterPattern(parsed.filterPattern);
  const { nextToken, limit, ...query } = parsed;
  const after = nextToken === undefined ? "" : readPageToken([group.name, query], nextToken);
  if (after === undefined) throw invalidParameter("The specified nextToken is invalid.");
  const found = candidates(group, parsed)
    .filter((event) => event.id > after && matches(event.message))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const page = found.slice(0, countThatFits(found, limit));
  const last = page.at(-1);
  return {
    events: page.map(({ stream, timestamp, message, ingestedAt, id }) => ({
      logStreamName: stream,
      timestamp,
      message,
      ingestionTime: ingestedAt,
      eventId: id,
    })),
    searchedLogStreams: [], // empty on AWS, too, since 2020
    nextToken: last && page.length < found.length ? pageToken([group.name, query], last.id) : undefined,
  };
}

type Candidate = LogEvent & { readonly stream: string; readonly id: string };

function candidates(group: LogGroup, input: FilterInput): Candidate[] {
  const start = idBefore(Math.max(input.startTime, group.expiry()));
  const end = idBefore(input.endTime + 1);
  return group
    .streams()
    .filter(
      ({ name }) => input.logStreamNames?.includes(name) ?? name.startsWith(input.logStreamNamePrefix ?? ""),
    )
    .flatMap((stream) =>
      stream.events
        .slice(firstIndex(stream, start), firstIndex(stream, end))
        .map((event) => ({ ...event, stream: stream.name, id: eventId(event) })),
    );
}
