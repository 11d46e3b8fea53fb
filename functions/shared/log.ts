// Log lines: one JSON object each, which no text that came from outside can break, forge or fill up.

import { environmentVariable } from "./environment.ts";
import { KnownError } from "./known-error.ts";
import { metricMembers, type Metric } from "./metric.ts";

/** What a line may carry beside its time, level and event. Text from outside only ever becomes the value of a member. */
export type LogValue =
  string | number | boolean | null | undefined | readonly string[] | { readonly [member: string]: LogValue };

interface LogFields {
  readonly [member: string]: LogValue;
  readonly timestamp?: never;
  readonly level?: never;
  readonly event?: never;
  readonly _aws?: never;
}

export interface Log {
  info(event: string, fields?: LogFields): void;
  /** With a metric, the line also counts one of it. */
  warn(event: string, fields?: LogFields, metric?: Metric): void;
  error(event: string, fields?: LogFields): void;
}

export interface LogOptions {
  /** Takes one line, its line feed included. */
  readonly write: (line: string) => void;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Which function counts: metrics of two stages in one account are kept apart by it. */
  readonly functionName: string;
}

/** Longest text value, in UTF-16 code units. The longest that is wanted is a file's key, at most 1,024 bytes. */
const MAX_TEXT_LENGTH = 2048;

/** Most elements kept of a list. */
const MAX_LIST_LENGTH = 50;

/** What JSON leaves bare and some reader of a log takes for a line break, a terminal command or a change of direction. */
const UNSAFE_IN_A_LINE = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/**
 * Makes a log. A line has the members that Lambda's JSON format knows, at its top, because it goes to standard output as
 * it is: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
 */
export function createLog({ write, clock, functionName }: LogOptions): Log {
  const line = (level: string, event: string, fields: LogFields = {}, metric?: Metric) => {
    const nowMs = clock();
    const members = {
      timestamp: new Date(nowMs).toISOString(),
      level,
      event,
      ...fields,
      ...(metric !== undefined && metricMembers(metric, functionName, nowMs)),
    };
    write(`${JSON.stringify(members, shortened).replace(UNSAFE_IN_A_LINE, escaped)}\n`);
  };
  return {
    info: (event, fields) => {
      line("INFO", event, fields);
    },
    warn: (event, fields, metric) => {
      line("WARN", event, fields, metric);
    },
    error: (event, fields) => {
      line("ERROR", event, fields);
    },
  };
}

/** The log of the function that this code runs in. Throws when Lambda's own environment variables are missing. */
export function functionLog(clock: () => number): Log {
  const functionName = environmentVariable("AWS_LAMBDA_FUNCTION_NAME");
  return createLog({ write: writeToStandardOutput, clock, functionName });
}

/** Writes a line to standard output, past the console, which would wrap it into a line of its own. */
export function writeToStandardOutput(line: string): void {
  process.stdout.write(line);
}

function shortened(_member: string, value: unknown): unknown {
  if (typeof value === "string" && value.length > MAX_TEXT_LENGTH) {
    return `${value.slice(0, MAX_TEXT_LENGTH)}…`;
  }
  if (Array.isArray(value)) return value.slice(0, MAX_LIST_LENGTH);
  return value;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** Links of a chain of causes that are logged. */
const MAX_CAUSES = 4;

/**
 * What may be logged of an error: of our own its message; of any other only its class, its code and where it was thrown,
 * since libraries like to quote the token, header or body that they could not read.
 */
export function describeError(error: unknown, depth = 1): LogValue {
  if (!(error instanceof Error)) return { name: typeof error };
  return {
    ...(error instanceof KnownError ? describeKnown(error as KnownError) : describeForeign(error)),
    cause:
      error.cause === undefined || depth === MAX_CAUSES ? undefined : describeError(error.cause, depth + 1),
  };
}

function describeKnown({ code, message }: KnownError) {
  return { code, message };
}

function describeForeign(error: Error & { readonly code?: unknown }) {
  const { name, code } = error;
  return { name, code: typeof code === "string" ? code : undefined, thrownAt: framesOf(error) };
}

function framesOf(error: Error): readonly string[] {
  const lines = error.stack?.split("\n") ?? [];
  return lines
    .filter((text) => /^ {4}at /.test(text))
    .slice(0, 3)
    .map((text) => text.trim());
}
