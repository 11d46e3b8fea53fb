// Dates in the pattern language of Java's DateTimeFormatter, as far as letters have a meaning without a locale.
// https://docs.oracle.com/javase/8/docs/api/java/time/format/DateTimeFormatter.html#patterns

import { FaultSignal, NotServedSignal } from "./signals.ts";
import { instantOf, offsetMs, zoneName } from "./time-zone.ts";

const MONTHS = [
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
const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

type Token =
  { readonly letter: string; readonly count: number } | { readonly letter?: never; readonly text: string };

function tokensOf(pattern: string): Token[] {
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
    case "n":
      return padded(local.getUTCMilliseconds() * 1_000_000, count);
    case "X":
      return ahead === 0 ? "Z" : offset(ahead, count);
    case "x":
      return offset(ahead, count);
    case "Z":
      if (count === 4) return ahead === 0 ? "GMT" : `GMT${offset(ahead, 3)}`;
      return count === 5 ? (ahead === 0 ? "Z" : offset(ahead, 3)) : offset(ahead, 2);
    case "z":
      return zoneName(zone, epochMs);
    case "V":
      return zone;
    default:
      throw new NotServedSignal(`the letter ${letter} in date patterns`);
  }
}

function year(value: number, count: number): string {
  return count === 2 ? padded(value % 100, 2) : padded(value, count);
}

/** Three letters are the short form, four the full one. */
function name(full: string, count: number): string {
  return count === 3 ? full.slice(0, 3) : full;
}

/** The year to which the week belongs in the United States: week 1 is the one with January 1st, weeks end on Saturday. */
function weekBasedYear(local: Date): number {
  const saturday = new Date(local.getTime() + (6 - local.getUTCDay()) * 86_400_000);
  return saturday.getUTCFullYear();
}

function dayOfYear(local: Date): number {
  return Math.floor((local.getTime() - Date.UTC(local.getUTCFullYear(), 0, 1)) / 86_400_000) + 1;
}

/** 1: +hh, with minutes where there are any; 2: +hhmm; 3: +hh:mm. */
function offset(ahead: number, count: number): string {
  const minutes = Math.abs(Math.trunc(ahead / 60_000));
  const sign = ahead < 0 ? "-" : "+";
  const hh = padded(Math.floor(minutes / 60), 2);
  const mm = padded(minutes % 60, 2);
  if (count === 1) return `${sign}${hh}${mm === "00" ? "" : mm}`;
  return count === 2 ? `${sign}${hh}${mm}` : `${sign}${hh}:${mm}`;
}

/** Reads a text in a pattern. The zone counts when the pattern holds none. Milliseconds since the epoch. */
export function parseDate(text: string, pattern: string, zone: string | undefined): number {
  const fields = new Map<string, string>();
  const expression = tokensOf(pattern)
    .map((token) => {
      if (token.letter === undefined) return token.text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
      return `(?<${token.letter}${fields.size}>${fieldExpression(token.letter, token.count, fields)})`;
    })
    .join("");
  const match = new RegExp(`^${expression}$`, "i").exec(text);
  if (match === null) throw new FaultSignal(`Text '${text}' could not be parsed with the pattern ${pattern}`);
  for (const [group, value] of Object.entries(match.groups ?? {})) fields.set(group.charAt(0), value);
  return instant(fields, zone, text);
}

function fieldExpression(letter: string, count: number, fields: Map<string, string>): string {
  fields.set(letter, "");
  const digits = count === 1 ? "\\d{1,19}" : `\\d{${count}}`;
  switch (letter) {
    case "M":
    case "L":
      return count <= 2 ? digits : MONTHS.map((month) => (count === 3 ? month.slice(0, 3) : month)).join("|");
    case "E":
      return WEEKDAYS.map((day) => (count <= 3 ? day.slice(0, 3) : day)).join("|");
    case "a":
      return "AM|PM";
    case "y":
    case "u":
    case "d":
    case "H":
    case "h":
    case "K":
    case "k":
    case "m":
    case "s":
    case "S":
      return digits;
    case "X":
    case "x":
    case "Z":
      return "Z|(?:GMT)?[+-]\\d{2}(?::?\\d{2})?";
    case "V":
    case "z":
      return "[A-Za-z0-9_+\\-/:]+";
    default:
      throw new NotServedSignal(`reading the letter ${letter} of date patterns`);
  }
}

function instant(fields: ReadonlyMap<string, string>, givenZone: string | undefined, text: string): number {
  const number = (letters: readonly string[], otherwise: number) => {
    const value = letters.map((letter) => fields.get(letter)).find((it) => it !== undefined);
    return value === undefined ? otherwise : Number(value);
  };
  const yearText = fields.get("y") ?? fields.get("u");
  if (yearText === undefined) throw new FaultSignal(`Text '${text}' holds no year`);
  const localMs = Date.UTC(
    yearText.length === 2 ? 2000 + Number(yearText) : Number(yearText),
    monthIndex(fields.get("M") ?? fields.get("L") ?? "1"),
    number(["d"], 1),
    hourOf(fields, number),
    number(["m"], 0),
    number(["s"], 0),
    Number((fields.get("S") ?? "0").padEnd(3, "0").slice(0, 3)),
  );
  const zone = ["X", "x", "Z", "V", "z"].map((letter) => fields.get(letter)).find((it) => it !== undefined);
  const effective = zone ?? givenZone;
  if (effective === undefined) throw new FaultSignal(`Text '${text}' holds no time zone, and none is given`);
  return instantOf(localMs, effective);
}

function monthIndex(text: string): number {
  const named = MONTHS.findIndex(
    (month) => month.slice(0, 3).toLowerCase() === text.slice(0, 3).toLowerCase(),
  );
  return named >= 0 ? named : Number(text) - 1;
}

function hourOf(
  fields: ReadonlyMap<string, string>,
  number: (letters: readonly string[], otherwise: number) => number,
): number {
  const half = fields.get("a");
  const hour = number(["H", "k", "h", "K"], 0);
  if (half === undefined) return hour === 24 ? 0 : hour;
  return (hour % 12) + (half.toUpperCase() === "PM" ? 12 : 0);
}
