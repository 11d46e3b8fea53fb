// Arguments of every scalar, over HTTP, for resolvers that hand them back and reckon with them.

import fc from "fast-check";
import { expect } from "vitest";
import { returning, type ApiSpec, type TestApi } from "./api.ts";

const two = (number: number) => String(number).padStart(2, "0");

const offset = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.constantFrom("Z", "z", "", "+18:00", "-18:00:00", "+18:00:01", "+1:00", "+0100"),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom("+", "-"), fc.nat(18), fc.nat(59), fc.option(fc.nat(60)))
      .map(
        ([sign, hours, minutes, seconds]) =>
          `${sign}${two(hours)}:${two(minutes)}${seconds === null ? "" : `:${two(seconds)}`}`,
      ),
  },
);
const date = fc
  .tuple(fc.oneof(fc.nat(9999), fc.constantFrom(0, 1, 1970, 9999)), fc.nat(13), fc.nat(32))
  .map(([year, month, day]) => `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`);
const time = fc
  .tuple(fc.nat(24), fc.nat(60), fc.option(fc.nat(60)), fc.option(fc.stringMatching(/^[0-9]{0,10}$/)))
  .map(([hour, minute, second, fraction]) =>
    [
      two(hour),
      two(minute),
      ...(second === null ? [] : [`${two(second)}${fraction === null ? "" : `.${fraction}`}`]),
    ].join(":"),
  );
const joined = (...parts: readonly fc.Arbitrary<string>[]) =>
  fc.tuple(...parts).map((texts) => texts.join(""));
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string(),
  fc.constantFrom("", "\ud800", "\u0000", "__proto__"),
);
const digits = fc.stringMatching(/^\+?[0-9 ()-]{3,18}$/);

/** Values for every scalar, most of them nearly or wholly good. */
const VALUES: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  Int: fc.oneof(fc.integer(), fc.constantFrom(2 ** 31, -(2 ** 31) - 1, 1.5, "7", "-0", "1e2")),
  Float: fc.oneof(
    fc.double({ noDefaultInfinity: true, noNaN: true }),
    fc.constantFrom("1.5", "1e400", "NaN", "Infinity"),
  ),
  Boolean: fc.oneof(fc.boolean(), fc.constantFrom(0, 1, "TRUE", "no")),
  String: text,
  ID: fc.oneof(text, fc.integer()),
  AWSDate: joined(date, fc.oneof(fc.constant(""), offset)),
  AWSTime: joined(time, offset),
  AWSDateTime: joined(date, fc.constant("T"), time, offset),
  AWSTimestamp: fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.constantFrom(2 ** 53, 1.5, "5")),
  AWSEmail: fc.oneof(fc.emailAddress(), joined(text, fc.constant("@"), text)),
  AWSJSON: fc.oneof(
    fc.json(),
    fc.json().map((json) => `${json} `),
    text,
  ),
  AWSURL: fc.oneof(
    fc.webUrl({ withFragments: true, withQueryParameters: true }),
    text,
    joined(fc.constant("mailto:"), text),
  ),
  AWSPhone: digits,
  AWSIPAddress: fc.oneof(
    fc.ipV4(),
    fc.ipV4Extended(),
    fc.ipV6(),
    joined(fc.oneof(fc.ipV4(), fc.ipV6()), fc.constantFrom("/0", "/32", "/128", "/129", "/")),
  ),
};
const NAMES = Object.keys(VALUES);
const fieldOf = (name: string) => `of${name}`;
const FIELDS = NAMES.map((name) => `${fieldOf(name)}: ${name}`).join(" ");

/** An API that takes every scalar and gives it back as it is. */
export const SCALARS_API: ApiSpec = {
  schema: `
    type Query { all(${FIELDS}): All }
    type All { ${FIELDS} reckoned: AWSTimestamp again: AWSDateTime }`,
  resolvers: {
    "Query.all": returning(`({
      ...ctx.args,
      reckoned: ctx.args.ofAWSDateTime ? util.time.parseISO8601ToEpochMilliSeconds(ctx.args.ofAWSDateTime) : null,
    })`),
  },
};

interface Given {
  readonly name: string;
  readonly value: unknown;
}

const given: fc.Arbitrary<readonly Given[]> = fc
  .uniqueArray(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 4 })
  .chain((names) =>
    fc.tuple(...names.map((name) => (VALUES[name] ?? fc.constant(null)).map((value) => ({ name, value })))),
  );

/**
 * Sends that many arguments, some to a request. Each request is refused as a whole for a value that is none of its scalar's,
 * or answered without any error: what a scalar takes it gives, and `util.time` reads every AWSDateTime.
 * @param seed of the values; a failure names it.
 * @returns how many values their scalars took.
 */
export async function fuzzScalars(api: TestApi, argumentCount: number, seed: number): Promise<number> {
  let sent = 0;
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(given, async (values) => {
      if (sent >= argumentCount) return;
      sent += values.length;
      const declared = values.map(({ name }) => `$${name}: ${name}`).join(" ");
      const passed = values.map(({ name }) => `${fieldOf(name)}: $${name}`).join(" ");
      const selected = values.map(({ name }) => fieldOf(name)).join(" ");
      const {
        status,
        data,
        errors,
        text: answer,
      } = await api.query(
        `query (${declared}) { all(${passed}) { ${selected} reckoned } }`,
        Object.fromEntries(values.map(({ name, value }) => [name, value])),
      );
      expect(status).toBe(200);
      if (data === null) {
        for (const error of errors) {
          expect(error).not.toHaveProperty("errorType");
          expect(error["message"]).toMatch(/^Variable '\w+' has an invalid value\. /);
        }
        return;
      }
      taken += values.length;
      expect(errors).toEqual([]);
      const all = data["all"] as Readonly<Record<string, unknown>>;
      const at = values.find(({ name }) => name === "AWSDateTime");
      if (at !== undefined) expect(all["reckoned"]).toBe(expectedInstant(String(at.value)));
      for (const { name, value } of values) expectSame(name, value, all[fieldOf(name)]);
      expect(answer).not.toMatch(/code\.js|Error:/);
    }),
    { numRuns: argumentCount, seed },
  );
  return taken;
}

/** Milliseconds since the epoch, reckoned with what JavaScript knows: it knows no seconds in an offset. */
function expectedInstant(text: string): number {
  const [, local = "", fraction = "", zone = ""] =
    /^([^.+Z]{16,19}?)(?:\.(\d*))?(Z|[+-][\d:]+)$/.exec(text) ?? [];
  const [hours = 0, minutes = 0, seconds = 0] = zone === "Z" ? [] : zone.slice(1).split(":").map(Number);
  const ahead = ((hours * 60 + minutes) * 60 + seconds) * (zone.startsWith("-") ? -1 : 1);
  return (
    Date.parse(`${local}.000Z`.replace(/T(\d\d:\d\d)\.000Z$/, "T$1Z")) +
    Number(fraction.padEnd(3, "0").slice(0, 3)) -
    ahead * 1000
  );
}

/** A scalar gives what it took, in its own type. */
function sameIn(name: string, value: unknown): unknown {
  switch (name) {
    case "Int":
    case "Float":
    case "AWSTimestamp":
      return Number(value) + 0;
    case "ID":
    case "String":
      return String(value);
    case "Boolean":
      return expect.any(Boolean);
    default:
      return value;
  }
}

function expectSame(name: string, value: unknown, got: unknown): void {
  if (name === "AWSJSON") expect(JSON.parse(String(got))).toEqual(JSON.parse(String(value)));
  else expect(got).toEqual(sameIn(name, value));
}
