// Making and listing log groups and log streams.

import * as v from "valibot";
import { AwsError } from "../aws/errors.ts";
import { pageToken, readPageToken } from "../aws/page-token.ts";
import {
  findGroup,
  groupMembers,
  groupName,
  invalidParameter,
  limitUpTo,
  parseInput,
  streamName,
  type LogsContext,
} from "./input.ts";
import { logGroupArn } from "./log-group-arn.ts";
import type { LogStream } from "./log-stream.ts";

const createGroupInput = v.strictObject({ logGroupName: groupName });

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html */
export function createLogGroup({ store }: LogsContext, input: unknown) {
  const { logGroupName } = parseInput("CreateLogGroup", createGroupInput, input);
  if (store.get(logGroupName) !== undefined) {
    throw new AwsError("ResourceAlreadyExistsException", "The specified log group already exists");
  }
  store.create(logGroupName);
  return {};
}

const createStreamInput = v.strictObject({ logGroupName: groupName, logStreamName: streamName });

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogStream.html */
export function createLogStream(context: LogsContext, input: unknown) {
  const { logGroupName, logStreamName } = parseInput("CreateLogStream", createStreamInput, input);
  const group = findGroup(context, { logGroupName });
  if (group.stream(logStreamName) !== undefined) {
    throw new AwsError("ResourceAlreadyExistsException", "The specified log stream already exists");
  }
  group.createStream(logStreamName);
  return {};
}

const describeGroupsInput = v.strictObject({
  logGroupNamePrefix: v.optional(groupName),
  logGroupNamePattern: v.optional(groupName),
  limit: v.optional(limitUpTo(50), 50),
  nextToken: v.optional(v.string()),
});

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html */
export function describeLogGroups({ store, owner }: LogsContext, input: unknown) {
  const { logGroupNamePrefix, logGroupNamePattern, limit, nextToken } = parseInput(
    "DescribeLogGroups",
    describeGroupsInput,
    input,
  );
  if (logGroupNamePrefix !== undefined && logGroupNamePattern !== undefined) {
    throw invalidParameter(
      "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
    );
  }
  const pattern = logGroupNamePattern?.toLowerCase() ?? "";
  const listed = store
    .list()
    .filter(({ name }) => name.startsWith(logGroupNamePrefix ?? "") && name.toLowerCase().includes(pattern));
  const query = ["DescribeLogGroups", logGroupNamePrefix, logGroupNamePattern];
  const page = pageOf(listed, query, limit, nextToken);
  return {
    logGroups: page.items.map((group) => ({
      logGroupName: group.name,
      arn: `${logGroupArn(owner, group.name)}:*`,
      logGroupArn: logGroupArn(owner, group.name),
      creationTime: group.createdAt,
      ...(group.retentionInDays !== undefined && { retentionInDays: group.retentionInDays }),
      storedBytes: group.storedBytes(),
      logGroupClass: "STANDARD",
    })),
    nextToken: page.nextToken,
  };
}

const describeStreamsInput = v.strictObject({
  ...groupMembers,
  logStreamNamePrefix: v.optional(streamName),
  orderBy: v.optional(v.picklist(["LogStreamName", "LastEventTime"]), "LogStreamName"),
  descending: v.optional(v.boolean(), false),
  limit: v.optional(limitUpTo(50), 50),
  nextToken: v.optional(v.string()),
});

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogStreams.html */
export function describeLogStreams(context: LogsContext, input: unknown) {
  const { logStreamNamePrefix, orderBy, descending, limit, nextToken, ...which } = parseInput(
    "DescribeLogStreams",
    describeStreamsInput,
    input,
  );
  const group = findGroup(context, which);
  if (orderBy === "LastEventTime" && logStreamNamePrefix !== undefined) {
    throw invalidParameter("Cannot order by LastEventTime with a logStreamNamePrefix.");
  }
  const listed = group
    .streams()
    .filter(({ name }) => name.startsWith(logStreamNamePrefix ?? ""))
    .sort(orderBy === "LogStreamName" ? byName : (a, b) => lastTime(a) - lastTime(b) || byName(a, b));
  if (descending) listed.reverse();
  const query = ["DescribeLogStreams", group.name, logStreamNamePrefix, orderBy, descending];
  const page = pageOf(listed, query, limit, nextToken);
  return {
    logStreams: page.items.map((stream) => ({
      logStreamName: stream.name,
      arn: `${logGroupArn(context.owner, group.name)}:log-stream:${stream.name}`,
      creationTime: stream.createdAt,
      ...times(stream),
      storedBytes: 0, // AWS has not counted per stream since 2019
    })),
    nextToken: page.nextToken,
  };
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}

function lastTime({ events }: LogStream): number {
  return events.at(-1)?.timestamp ?? 0;
}

function times({ events }: LogStream) {
  const first = events[0];
  const last = events.at(-1);
  if (first === undefined || last === undefined) return {};
  return {
    firstEventTimestamp: first.timestamp,
    lastEventTimestamp: last.timestamp,
    lastIngestionTime: last.ingestedAt,
  };
}

/** One page of a list whose items have names of their own. */
function pageOf<Item extends { readonly name: string }>(
  listed: readonly Item[],
  query: unknown,
  limit: number,
  token: string | undefined,
): { items: readonly Item[]; nextToken: string | undefined } {
  let start = 0;
  if (token !== undefined) {
    const after = readPageToken(query, token);
    if (after === undefined) throw invalidParameter("The specified nextToken is invalid.");
    start = listed.findIndex(({ name }) => name === after) + 1;
  }
  const items = listed.slice(start, start + limit);
  const last = items.at(-1);
  return {
    items,
    nextToken: last && start + limit < listed.length ? pageToken(query, last.name) : undefined,
  };
}
