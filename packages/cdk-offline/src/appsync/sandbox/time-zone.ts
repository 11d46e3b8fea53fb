// Offsets of time zones, by the names Java's ZoneId takes: "UTC", "Z", "+02:00", "Europe/Berlin".

import { FaultSignal } from "./signals.ts";

const OFFSET = /^(?:UTC|GMT|UT)?([+-])(\d{1,2})(?::?(\d{2}))?(?::?(\d{2}))?$/;

/** How far local time in a zone is ahead of UTC at an instant, in milliseconds. Throws for an unknown zone. */
export function offsetMs(zone: string, epochMs: number): number {
  if (["UTC", "GMT", "UT", "Z"].includes(zone)) return 0;
  const fixed = OFFSET.exec(zone);
  if (fixed !== null) {
    const [, sign, hours, minutes = "0", seconds = "0"] = fixed;
    const total = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
    return (sign === "-" ? -1 : 1) * total * 1000;
  }
  const parts = localParts(zone, epochMs);
  const local = Date.UTC(
    part(parts, "year"),
    part(parts, "month") - 1,
    part(parts, "day"),
    part(parts, "hour"),
    part(parts, "minute"),
    part(parts, "second"),
  );
  return local - Math.floor(epochMs / 1000) * 1000;
}

const DAY_MS = 86_400_000;

/**
 * The instant at which clocks of a zone show a local time, given as if it were UTC. As Java's ZonedDateTime: the first of
 * two such instants, and within a skipped hour as much later as the clocks go forward.
 */
export function instantOf(localMs: number, zone: string): number {
  const before = localMs - offsetMs(zone, localMs - DAY_MS);
  const after = localMs - offsetMs(zone, localMs + DAY_MS);
  const isShownAt = (instant: number) => instant + offsetMs(zone, instant) === localMs;
  return isShownAt(before) || !isShownAt(after) ? before : after;
}

/** The zone's name at an instant, such as "PST" or "Pacific Standard Time". */
export function zoneName(zone: string, epochMs: number, form: "short" | "long"): string {
  if (zone === "Z" || OFFSET.test(zone)) return zone;
  const format = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: form });
  return format.formatToParts(epochMs).find(({ type }) => type === "timeZoneName")?.value ?? zone;
}

/** Formatters take a fifth of a millisecond to make. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function localParts(zone: string, epochMs: number): Intl.DateTimeFormatPart[] {
  const formatter = formatters.get(zone) ?? newFormatter(zone);
  formatters.set(zone, formatter);
  return formatter.formatToParts(epochMs);
}

function newFormatter(zone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  } catch {
    throw new FaultSignal(`unknown time zone ${zone}`);
  }
}

function part(parts: readonly Intl.DateTimeFormatPart[], type: Intl.DateTimeFormatPartTypes): number {
  return Number(parts.find((it) => it.type === type)?.value ?? 0);
}
