// Reading dates in the pattern language of Java's DateTimeFormatter.

import { MONTHS, tokensOf, WEEKDAYS } from "./date-pattern.ts";
import { FaultSignal, NotServedSignal } from "./signals.ts";
import { instantOf } from "./time-zone.ts";

/** Reads a text in a pattern. The zone counts when the pattern holds none. Milliseconds since the epoch. */
export function parseDate(text: string, pattern: string, zone: string | undefined): number {
  const tokens = tokensOf(pattern);
  const expression = tokens
    .map((token) =>
      token.letter === undefined
        ? token.text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")
        : `(${fieldExpression(token.letter, token.count)})`,
    )
    .join("");
  const match = new RegExp(`^${expression}$`, "i").exec(text);
  if (match === null) throw new FaultSignal(`Text '${text}' could not be parsed with the pattern ${pattern}`);
  const letters = tokens.flatMap(({ letter }) => letter ?? []);
  return instant(new Map(letters.map((letter, i) => [letter, match[i + 1] ?? ""])), zone, text);
}

function fieldExpression(letter: string, count: number): string {
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
      return "Z|(?:GMT)?[+-]\\d{2}(?::?\\d{2}(?::?\\d{2})?)?";
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
  const year = yearText.length === 2 ? 2000 + Number(yearText) : Number(yearText);
  const month = within(0, monthIndex(fields.get("M") ?? fields.get("L") ?? "1"), 11, text);
  const daysInMonth = new Date(utcMs(year, month + 1, 0)).getUTCDate();
  const localMs = utcMs(
    year,
    month,
    // As Java's SMART style has it: February 31st is its last day.
    Math.min(within(1, number(["d"], 1), 31, text), daysInMonth),
    within(0, hourOf(fields, number), 23, text),
    within(0, number(["m"], 0), 59, text),
    within(0, number(["s"], 0), 59, text),
    Number((fields.get("S") ?? "0").padEnd(3, "0").slice(0, 3)),
  );
  const zone = ["X", "x", "Z", "V", "z"].map((letter) => fields.get(letter)).find((it) => it !== undefined);
  const effective = zone ?? givenZone;
  if (effective === undefined) throw new FaultSignal(`Text '${text}' holds no time zone, and none is given`);
  return instantOf(localMs, effective);
}

/** As Date.UTC, which takes the years from 0 to 99 for 1900 to 1999. */
function utcMs(year: number, month: number, day: number, ...time: readonly number[]): number {
  const [hour = 0, minute = 0, second = 0, millisecond = 0] = time;
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  return date.setUTCHours(hour, minute, second, millisecond);
}

function within(first: number, value: number, last: number, text: string): number {
  if (value >= first && value <= last) return value;
  throw new FaultSignal(`Text '${text}' could not be parsed: ${String(value)} is not within its field`);
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
