// Times as the ledger stores and sorts them: ISO 8601 in UTC, whole seconds, `YYYY-MM-DDThh:mm:ssZ`.

import { util } from "@aws-appsync/utils";

/** The last second that has four digits of year; later ones would not sort as text. */
const LAST_SECOND = 253402300799;

/** A number of seconds since the epoch as the ledger writes it. */
export function ledgerTime(epochSeconds: number): string {
  // AppSync prints no milliseconds when there are none.
  return util.time.epochMilliSecondsToISO8601(epochSeconds * 1000);
}

/** The current time as the ledger writes it. */
export function now(): string {
  return ledgerTime(util.time.nowEpochSeconds());
}

/** The first whole second at or after an AWSDateTime; the beginning of time where none is given. */
export function lowerBound(time: string | null | undefined): string {
  if (!time) return ledgerTime(0);
  return ledgerTime(inRange(Math.ceil(util.time.parseISO8601ToEpochMilliSeconds(time) / 1000)));
}

/** The last whole second at or before an AWSDateTime; the end of time where none is given. */
export function upperBound(time: string | null | undefined): string {
  if (!time) return ledgerTime(LAST_SECOND);
  return ledgerTime(inRange(Math.floor(util.time.parseISO8601ToEpochMilliSeconds(time) / 1000)));
}

function inRange(epochSeconds: number): number {
  return Math.max(0, Math.min(LAST_SECOND, epochSeconds));
}
