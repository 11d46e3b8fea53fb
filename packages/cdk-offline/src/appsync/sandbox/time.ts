// util.time. https://docs.aws.amazon.com/appsync/latest/devguide/time-helpers-in-util-time-js.html

import { parseDate } from "./date-parsing.ts";
import { formatDate } from "./date-pattern.ts";
import { currentInvocation } from "./invocation.ts";
import { FaultSignal } from "./signals.ts";

const ISO_8601 = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(Z|[+-]\d{2}(?::?\d{2})?)$/;

/** As Java's ISO_INSTANT: a whole second has no fraction, any other three digits of one. */
function toISO8601(epochMs: number): string {
  const text = new Date(epochMs).toISOString();
  return text.endsWith(".000Z") ? `${text.slice(0, -5)}Z` : text;
}

function fromISO8601(text: string): number {
  const [, minute = "", second = "0", fraction = "0", zone = "Z"] = ISO_8601.exec(text) ?? [];
  const milliseconds = fraction.padEnd(3, "0").slice(0, 3);
  const instant = new Date(`${minute}:${second.padStart(2, "0")}.${milliseconds}Z`);
  const local = instant.getTime();
  // JavaScript takes February 30th for March 1st, and 24:00 for the next day.
  if (Number.isNaN(local) || !instant.toISOString().startsWith(minute)) {
    throw new FaultSignal(`Unable to parse \`${text}\` as an ISO 8601 timestamp`);
  }
  if (zone === "Z") return local;
  const ahead = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3).replace(/:/, "") || 0);
  return local - (zone.startsWith("-") ? -1 : 1) * ahead * 60_000;
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
