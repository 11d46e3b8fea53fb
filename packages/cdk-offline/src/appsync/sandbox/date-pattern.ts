// Dates in the pattern language of Java's DateTimeFormatter, as far as letters have a meaning without a locale.
// https://docs.oracle.com/javase/8/docs/api/java/time/format/DateTimeFormatter.html#patterns

import { FaultSignal, NotServedSignal } from "./signals.ts";
import { offsetMs, zoneName } from "./time-zone.ts";

export const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
export const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

type Token =
  { readonly letter: string; readonly count: number } | { readonly letter?: never; readonly text: string };

export function tokensOf(pattern: string): Token[] {
  const tokens: Token[] = [];
  for (const [run] of pattern.matchAll(/([A-Za-z])\1*|'(?:[^']|'')*'|[^A-Za-z']+|'/g)) {
    if (run === "'") throw new FaultSignal(`Pattern ends with an incomplete string literal: ${pattern}`);
    if (run === "''") tokens.push({ text: "'" });
    else if (run.startsWith("'")) tokens.push({ text: run.slice(1, -1).replaceAll(/''/g, "'") });
    else if (/^[A-Za-z]/.test(run)) tokens.push({ letter: run.charAt(0), count: run.length });
    else if (/[[\]{}#]/.test(run)) throw new NotServedSignal(`"${run}" in the date pattern ${pattern}`);
    else tokens.push({ text: run });
  }
  return tokens;
}

/** Writes an instant in a pattern, as clocks of the zone show it. */
export function formatDate(epochMs: number, pattern: string, zone: string): string {
  if (Number.isNaN(new Date(epochMs).getTime()))
    throw new FaultSignal(`${String(epochMs)} is not an instant`);
  const ahead = offsetMs(zone, epochMs);
  const local = new Date(epochMs + ahead);
  return tokensOf(pattern)
    .map((token) =>
      token.letter === undefined
        ? token.text
        : formatField(token.letter, token.count, { local, ahead, zone, epochMs }),
    )
    .join("");
}

interface Instant {
  /** Local time, held in the UTC fields of a Date. */
  readonly local: Date;
  readonly ahead: number;
  readonly zone: string;
  readonly epochMs: number;
}

const padded = (value: number, width: number) => String(value).padStart(width, "0");

function formatField(letter: string, count: number, { local, ahead, zone, epochMs }: Instant): string {
  const hour = local.getUTCHours();
  switch (letter) {
    case "y":
    case "u":
      return year(local.getUTCFullYear(), count);
    case "Y":
      return year(weekBasedYear(local), count);
    case "M":
    case "L":
      return count <= 2
        ? padded(local.getUTCMonth() + 1, count)
        : name(MONTHS[local.getUTCMonth()] ?? "", count);
    case "d":
      return padded(local.getUTCDate(), count);
    case "D":
      return padded(dayOfYear(local), count);
    case "G":
      return count === 4 ? "Anno Domini" : count === 5 ? "A" : "AD";
    case "Q":
      return padded(Math.floor(local.getUTCMonth() / 3) + 1, count);
    case "E":
      return name(WEEKDAYS[local.getUTCDay()] ?? "", Math.max(count, 3));
    case "a":
      return hour < 12 ? "AM" : "PM";
    case "H":
      return padded(hour, count);
    case "k":
      return padded(hour === 0 ? 24 : hour, count);
    case "K":
      return padded(hour % 12, count);
    case "h":
      return padded(hour % 12 === 0 ? 12 : hour % 12, count);
    case "m":
      return padded(local.getUTCMinutes(), count);
    case "s":
      return padded(local.getUTCSeconds(), count);
    case "S":
      return padded(local.getUTCMilliseconds(), 3).padEnd(count, "0").slice(0, count);
    case "A":
      return padded(millisecondOfDay(local), count);
    case "n":
      return padded(local.getUTCMilliseconds() * 1_000_000, count);
    case "N":
      return padded(millisecondOfDay(local) * 1_000_000, count);
    case "X":
      return ahead === 0 ? "Z" : offset(ahead, count);
    case "x":
      return offset(ahead, count);
    case "Z":
      if (count === 4) return ahead === 0 ? "GMT" : `GMT${offset(ahead, 3)}`;
      return count === 5 ? (ahead === 0 ? "Z" : offset(ahead, 3)) : offset(ahead, 2);
    case "z":
      return zoneName(zone, epochMs, count === 4 ? "long" : "short");
    case "V":
      return zone;
    default:
      throw new NotServedSignal(`the letter ${letter} in date patterns`);
  }
}

function year(value: number, count: number): string {
  return count === 2 ? padded(value % 100, 2) : padded(value, count);
}

/** Three letters are the short form, four the full one, five the first letter. */
function name(full: string, count: number): string {
  if (count === 4) return full;
  return full.slice(0, count === 5 ? 1 : 3);
}

function millisecondOfDay(local: Date): number {
  const day = 86_400_000;
  return ((local.getTime() % day) + day) % day;
}

/** The year to which the week belongs in the United States: week 1 is the one with January 1st, weeks end on Saturday. */
function weekBasedYear(local: Date): number {
  const saturday = new Date(local.getTime() + (6 - local.getUTCDay()) * 86_400_000);
  return saturday.getUTCFullYear();
}

function dayOfYear(local: Date): number {
  return Math.floor((local.getTime() - Date.UTC(local.getUTCFullYear(), 0, 1)) / 86_400_000) + 1;
}

/** 1: +hh, with minutes where there are any; 2: +hhmm; 3: +hh:mm; 4 and 5: these with seconds where there are any. */
function offset(ahead: number, count: number): string {
  const total = Math.abs(Math.trunc(ahead / 1000));
  const [hh = "", mm = "", ss = ""] = [total / 3600, (total / 60) % 60, total % 60].map((value) =>
    padded(Math.floor(value), 2),
  );
  const sign = ahead < 0 ? "-" : "+";
  if (count === 1) return `${sign}${hh}${mm === "00" ? "" : mm}`;
  const parts = count > 3 && ss !== "00" ? [hh, mm, ss] : [hh, mm];
  return sign + parts.join(count % 2 === 0 ? "" : ":");
}
