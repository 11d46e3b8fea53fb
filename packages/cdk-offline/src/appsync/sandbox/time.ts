// util.time. https://docs.aws.amazon.com/appsync/latest/devguide/time-helpers-in-util-time-js.html

import { parseDate } from "./date-parsing.ts";
import { formatDate } from "./date-pattern.ts";
import { currentInvocation } from "./invocation.ts";
import { FaultSignal } from "./signals.ts";

/** What Java's ISO_OFFSET_DATE_TIME takes, in capitals; AWSDateTime takes no more. */
const ISO_8601 =
  /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})(?::(\d{2})(?:[.,](\d{0,9}))?)?(Z|[+-]\d{2}(?::?\d{2}(?::?\d{2})?)?)$/;

/** The offsets that Java has, in seconds. */
const MAX_OFFSET = 18 * 3600;

/** As Java's ISO_INSTANT: a whole second has no fraction, any other three digits of one; years have four digits or a sign. */
function toISO8601(epochMs: number): string {
  const instant = new Date(epochMs);
  if (Number.isNaN(instant.getTime())) throw new FaultSignal(`${String(epochMs)} is not an instant`);
  const text = instant
    .toISOString()
    .replace(/^([+-])0*(\d{4})/, (_, sign: string, year: string) => sign + year);
  return text.endsWith(".000Z") ? `${text.slice(0, -5)}Z` : text;
}

function fromISO8601(text: string): number {
  const [, minute = "", second = "0", fraction = "", zone = "Z"] = ISO_8601.exec(text) ?? [];
  const milliseconds = fraction.padEnd(3, "0").slice(0, 3);
  const instant = new Date(`${minute}:${second.padStart(2, "0")}.${milliseconds}Z`);
  const local = instant.getTime();
  const ahead = zone === "Z" ? 0 : secondsAhead(zone);
  // JavaScript takes February 30th for March 1st, and 24:00 for the next day.
  if (Number.isNaN(local) || !instant.toISOString().startsWith(minute) || Math.abs(ahead) > MAX_OFFSET) {
    throw new FaultSignal(`Unable to parse \`${text}\` as an ISO 8601 timestamp`);
  }
  return local - ahead * 1000;
}

/** How far an offset such as `+05:30` or `-07:00:30` is ahead of UTC. */
function secondsAhead(offset: string): number {
  const digits = offset.slice(1).replace(/:/g, "").padEnd(6, "0");
  const total = Number(digits.slice(0, 2)) * 3600 + Number(digits.slice(2, 4)) * 60 + Number(digits.slice(4));
  return offset.startsWith("-") ? -total : total;
}

const seconds = (epochMs: number) => Math.floor(epochMs / 1000);

export const timeUtil = {
  nowISO8601: () => toISO8601(currentInvocation().nowMs),
  nowEpochSeconds: () => seconds(currentInvocation().nowMs),
  nowEpochMilliSeconds: () => currentInvocation().nowMs,
  nowFormatted: (pattern: string, zone = "UTC") => formatDate(currentInvocation().nowMs, pattern, zone),
  parseFormattedToEpochMilliSeconds: (text: string, pattern: string, zone?: string) =>
    parseDate(text, pattern, zone),
  parseISO8601ToEpochMilliSeconds: fromISO8601,
  epochMilliSecondsToSeconds: seconds,
  epochMilliSecondsToISO8601: toISO8601,
  epochMilliSecondsToFormatted: (epochMs: number, pattern: string, zone = "UTC") =>
    formatDate(epochMs, pattern, zone),
};
