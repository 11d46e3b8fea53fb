// Times as the ledger stores and sorts them: ISO 8601 in UTC, each written by a pattern of its own, so that their length
// does not depend on how the service prints a time. `position` puts them in order.

import { util } from "@aws-appsync/utils";

/** `YYYY-MM-DDThh:mm:ssZ`. https://docs.oracle.com/javase/8/docs/api/java/time/format/DateTimeFormatter.html#patterns */
const WHOLE_SECONDS = "yyyy-MM-dd'T'HH:mm:ss'Z'";
const MILLISECONDS = "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'";

/** The last second that has four digits of year; later ones would not sort as text. */
const LAST_SECOND = 253402300799;

/** A fraction of a second that is not zero, however small, as a Java pattern. */
const HAS_FRACTION = ".*[.,]\\d*[1-9].*";

/** What follows the time in a position, and the character after it, which no position has there. */
const SEPARATOR = "#";
const AFTER_SEPARATOR = "$";

/** A number of seconds since the epoch in whole seconds. */
export function ledgerTime(epochSeconds: number): string {
  return util.time.epochMilliSecondsToFormatted(epochSeconds * 1000, WHOLE_SECONDS);
}

/** The current time in milliseconds. */
export function now(): string {
  return util.time.epochMilliSecondsToFormatted(util.time.nowEpochMilliSeconds(), MILLISECONDS);
}

/** Where a sign-in stands among others, also among those of one second. */
export function positionOf(loggedInAt: string, recordedAt: string, id: string): string {
  return `${loggedInAt}${SEPARATOR}${recordedAt}${SEPARATOR}${id}`;
}

/**
 * The first and the last position of the sign-ins between two times, both inclusive; null is no bound. A sign-in has a whole
 * second: one that lies within a fraction of it is in no range that begins later or ends earlier. Ends the field with
 * `InvalidPage` when the range ends before it begins.
 */
export function positionsBetween(from: string | null, to: string | null): [string, string] {
  const fromMs = from ? util.time.parseISO8601ToEpochMilliSeconds(from) : 0;
  const toMs = to ? util.time.parseISO8601ToEpochMilliSeconds(to) : LAST_SECOND * 1000;
  if (from && to && fromMs > toMs)
    util.error(`from (${from}) lies after to (${to}); swap them`, "InvalidPage");
  const beginsWithin = from && util.matches(HAS_FRACTION, from);
  return [
    `${secondOf(fromMs)}${beginsWithin ? AFTER_SEPARATOR : SEPARATOR}`,
    `${secondOf(toMs)}${AFTER_SEPARATOR}`,
  ];
}

/** The second that a time lies in, as far as the ledger's times reach. */
function secondOf(epochMs: number): string {
  return ledgerTime(Math.max(0, Math.min(LAST_SECOND, Math.floor(epochMs / 1000))));
}
