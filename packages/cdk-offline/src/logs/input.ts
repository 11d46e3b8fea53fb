// How CloudWatch Logs reports bad input, and how a request says which log group it means.

import * as v from "valibot";
import { AwsError } from "../aws/errors.ts";
import { inputParser } from "../aws/input.ts";
import { nameFromIdentifier, type Owner } from "./log-group-arn.ts";
import type { LogGroup } from "./log-group.ts";
import type { LogStore } from "./log-store.ts";
import type { LogStream } from "./log-stream.ts";

export const parseInput = inputParser({ service: "Logs_20140328", invalidCode: "InvalidParameterException" });

export const groupName = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(512),
  v.regex(/^[.\-_/#A-Za-z0-9]+$/),
);
export const streamName = v.pipe(v.string(), v.minLength(1), v.maxLength(512), v.regex(/^[^:*]*$/));
export const time = v.pipe(v.number(), v.integer(), v.minValue(0));
export const limitUpTo = (maximum: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(maximum));

/** The two members of which a request gives one. */
export const groupMembers = {
  logGroupName: v.optional(groupName),
  logGroupIdentifier: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(2048))),
};

export interface LogsContext {
  readonly store: LogStore;
  readonly owner: Owner;
}

export function invalidParameter(message: string): AwsError {
  return new AwsError("InvalidParameterException", message);
}

/** The group that a request means; throws when it names none, both ways, or one that is not there. */
export function findGroup(
  { store, owner }: LogsContext,
  input: { readonly logGroupName?: string | undefined; readonly logGroupIdentifier?: string | undefined },
): LogGroup {
  const { logGroupName, logGroupIdentifier } = input;
  if (logGroupName !== undefined && logGroupIdentifier !== undefined) {
    throw new AwsError(
      "ValidationException",
      "LogGroup name and LogGroup ARN are mutually exclusive parameters.",
    );
  }
  const name = logGroupName ?? (logGroupIdentifier && nameFromIdentifier(owner, logGroupIdentifier));
  if (name === undefined) throw invalidParameter("LogGroup name or LogGroup ARN must be specified.");
  const group = store.get(name);
  if (group === undefined) {
    throw new AwsError("ResourceNotFoundException", "The specified log group does not exist.");
  }
  return group;
}

export function findStream(group: LogGroup, name: string): LogStream {
  const stream = group.stream(name);
  if (stream === undefined) {
    throw new AwsError("ResourceNotFoundException", "The specified log stream does not exist.");
  }
  return stream;
}
