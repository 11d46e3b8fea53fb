// The utilities of resolver code, one by one.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestEvaluator, type TestEvaluator } from "./support/evaluator.ts";

let test: TestEvaluator;
beforeAll(async () => {
  test = await openTestEvaluator();
});
afterAll(() => test.close());

/** Checks expressions against their values, as one call. */
async function expectValues(values: Readonly<Record<string, unknown>>): Promise<void> {
  const expressions = Object.keys(values);
  const actual = (await test.value(`[${expressions.join(",\n")}]`)) as unknown[];
  expect(Object.fromEntries(expressions.map((expression, index) => [expression, actual[index]]))).toEqual(
    values,
  );
}

async function fault(expression: string): Promise<string> {
  const { report } = await test.call(`return ${expression};`);
  expect(report.ending.kind).toBe("faulted");
  return "message" in report.ending ? report.ending.message : "";
}

describe("identifiers", () => {
  it("autoId is a UUID of version 4, another one each time", async () => {
    const ids = (await test.value("[util.autoId(), util.autoId()]")) as string[];
    const again = (await test.value("[util.autoId(), util.autoId()]")) as string[];
    for (const id of [...ids, ...again]) {
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
    expect(new Set([...ids, ...again]).size).toBe(4);
  });

  it("autoUlid begins with the time and sorts by it", async () => {
    const later = await openTestEvaluator(Date.UTC(2027, 0, 1));
    const [early, late] = (await Promise.all(
      [test, later].map((it) => it.value("util.autoUlid()")),
    )) as string[];
    await later.close();
    expect(early).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
    expect(String(early) < String(late)).toBe(true);
    expect(String(early).slice(0, 10)).toBe("01M81ZRQ7T");
  });

  it("autoKsuid has 27 digits in base 62", async () => {
    expect(await test.value("util.autoKsuid()")).toMatch(/^[0-9A-Za-z]{27}$/);
  });
});

describe("util.time", () => {
  it("tells the service's time", () =>
    expectValues({
      "util.time.nowISO8601()": "2026-11-22T16:00:00.250Z",
      "util.time.nowEpochSeconds()": 1795363200,
      "util.time.nowEpochMilliSeconds()": 1795363200250,
      'util.time.nowFormatted("yyyy-MM-dd HH:mm:ssZ")': "2026-11-22 16:00:00+0000",
      'util.time.nowFormatted("yyyy-MM-dd HH:mm:ssZ", "Australia/Perth")': "2026-11-23 00:00:00+0800",
    }));

  it("evalcode-ok-putitem: a whole second is written without milliseconds", () =>
    expectValues({
      "util.time.epochMilliSecondsToISO8601(1766438528000)": "2025-12-22T21:22:08Z",
      "util.time.epochMilliSecondsToISO8601(1766438528010)": "2025-12-22T21:22:08.010Z",
      "util.time.epochMilliSecondsToSeconds(1766438528999)": 1766438528,
    }));

  it("formats as Java's DateTimeFormatter does", () => {
    const at = Date.UTC(2024, 1, 5, 13, 4, 9, 87);
    const format = (pattern: string, zone?: string) =>
      `util.time.epochMilliSecondsToFormatted(${String(at)}, ${JSON.stringify([pattern, ...(zone ? [zone] : [])]).slice(1, -1)})`;
    return expectValues({
      [format("yyyy-MM-dd'T'HH:mm:ss.SSSX")]: "2024-02-05T13:04:09.087Z",
      [format("yy/M/d h:m:s a")]: "24/2/5 1:4:9 PM",
      [format("EEE, dd MMM yyyy HH:mm:ss Z")]: "Mon, 05 Feb 2024 13:04:09 +0000",
      [format("EEEE d MMMM uuuu, 'day' D 'of' ''yy")]: "Monday 5 February 2024, day 36 of '24",
      [format("HH:mm XXX", "Asia/Kolkata")]: "18:34 +05:30",
      [format("HH:mm xx", "-03:00")]: "10:04 -0300",
      [format("HH:mm z", "America/New_York")]: "08:04 EST",
      [format("VV", "Europe/Berlin")]: "Europe/Berlin",
      [format("S SS SSSSSS")]: "0 08 087000",
      [format("kk KK hh")]: "13 01 01",
      [format("Q ZZZZ ZZZZZ", "+02:00")]: "1 GMT+02:00 +02:00",
      [format("MMMMM EEEEE G zzzz", "America/New_York")]: "F M AD Eastern Standard Time",
      [format("A N n")]: "47049087 47049087000000 87000000",
    });
  });

  it("formats YYYY as the year of the week, which differs at the turn of a year", () =>
    expectValues({
      [`util.time.epochMilliSecondsToFormatted(${String(Date.UTC(2024, 11, 29))}, "YYYY yyyy")`]: "2025 2024",
      [`util.time.epochMilliSecondsToFormatted(${String(Date.UTC(2024, 11, 28))}, "YYYY yyyy")`]: "2024 2024",
    }));

  it("reads what it can write", () => {
    const at = Date.UTC(2018, 1, 1, 17, 21, 5);
    return expectValues({
      'util.time.parseFormattedToEpochMilliSeconds("2018-02-01 17:21:05Z", "yyyy-MM-dd HH:mm:ssX")': at,
      'util.time.parseFormattedToEpochMilliSeconds("2018-02-01 17:21:05+0800", "yyyy-MM-dd HH:mm:ssZ")':
        at - 8 * 3600_000,
      'util.time.parseFormattedToEpochMilliSeconds("2018-02-01 17:21:05", "yyyy-MM-dd HH:mm:ss", "UTC")': at,
      'util.time.parseFormattedToEpochMilliSeconds("01 Feb 2018 05:21:05 PM", "dd MMM yyyy hh:mm:ss a", "Europe/Berlin")':
        at - 3600_000,
      'util.time.parseISO8601ToEpochMilliSeconds("2018-02-01T17:21:05.180+08:00")': at - 8 * 3600_000 + 180,
      'util.time.parseISO8601ToEpochMilliSeconds("2018-02-01T17:21:05Z")': at,
      'util.time.parseISO8601ToEpochMilliSeconds("2018-02-01T17:21+00:00")': at - 5000,
      'util.time.parseISO8601ToEpochMilliSeconds("1970-01-01T00:00:00-07:30")': 7.5 * 3600_000,
      'util.time.parseISO8601ToEpochMilliSeconds("2018-02-01T17:21:05+08:00:30")': at - 8 * 3600_000 - 30_000,
      'util.time.parseISO8601ToEpochMilliSeconds("2018-02-01T17:21:05-000030")': at + 30_000,
      'util.time.parseISO8601ToEpochMilliSeconds("2018-02-01T17:21:05.Z")': at,
      'util.time.parseISO8601ToEpochMilliSeconds("2018-02-01T17:21:05.9999-18:00:00")':
        at + 18 * 3600_000 + 999,
      'util.time.parseISO8601ToEpochMilliSeconds("0000-01-01T00:00Z")': Date.parse("0000-01-01T00:00Z"),
      'util.time.parseFormattedToEpochMilliSeconds("2018-02-01+08:00:30", "yyyy-MM-ddXXXXX")':
        Date.UTC(2018, 1, 1) - 8 * 3600_000 - 30_000,
    });
  });

  it("writes offsets with seconds and years of more than four digits as Java does", () =>
    expectValues({
      'util.time.epochMilliSecondsToISO8601(util.time.parseISO8601ToEpochMilliSeconds("0000-01-01T00:00+01:00"))':
        "-0001-12-31T23:00:00Z",
      'util.time.epochMilliSecondsToISO8601(util.time.parseISO8601ToEpochMilliSeconds("9999-12-31T23:00:00.5-01:00"))':
        "+10000-01-01T00:00:00.500Z",
      'util.time.epochMilliSecondsToFormatted(0, "X XX XXX XXXX XXXXX x Z ZZZZ", "+08:00:30")':
        "+08 +0800 +08:00 +080030 +08:00:30 +08 +0800 GMT+08:00",
      'util.time.epochMilliSecondsToFormatted(0, "XXXX XXXXX", "-05:30")': "-0530 -05:30",
    }));

  it("takes the last day of a month for a day behind it, as Java does", () =>
    expectValues({
      'util.time.parseFormattedToEpochMilliSeconds("2023-02-31", "yyyy-MM-dd", "UTC")': Date.UTC(2023, 1, 28),
      'util.time.parseFormattedToEpochMilliSeconds("2024-02-30", "yyyy-MM-dd", "UTC")': Date.UTC(2024, 1, 29),
    }));

  it("knows summer time, and zones by offset", () =>
    expectValues({
      'util.time.parseFormattedToEpochMilliSeconds("2026-07-01 12:00", "yyyy-MM-dd HH:mm", "Europe/Berlin")':
        Date.UTC(2026, 6, 1, 10),
      'util.time.parseFormattedToEpochMilliSeconds("2026-01-01 12:00", "yyyy-MM-dd HH:mm", "Europe/Berlin")':
        Date.UTC(2026, 0, 1, 11),
      // In the hour that comes twice, and in the one that is skipped.
      'util.time.parseFormattedToEpochMilliSeconds("2021-10-31 02:30", "yyyy-MM-dd HH:mm", "Europe/Berlin")':
        Date.UTC(2021, 9, 31, 0, 30),
      'util.time.parseFormattedToEpochMilliSeconds("2021-03-28 02:30", "yyyy-MM-dd HH:mm", "Europe/Berlin")':
        Date.UTC(2021, 2, 28, 1, 30),
      'util.time.parseFormattedToEpochMilliSeconds("2021-03-28 03:00", "yyyy-MM-dd HH:mm", "Europe/Berlin")':
        Date.UTC(2021, 2, 28, 1),
      'util.time.parseFormattedToEpochMilliSeconds("0099-12-31", "yyyy-MM-dd", "UTC")':
        Date.parse("0099-12-31T00:00:00Z"),
      'util.time.parseFormattedToEpochMilliSeconds("2026-01-01 12:00", "yyyy-MM-dd HH:mm", "-05:30")':
        Date.UTC(2026, 0, 1, 17, 30),
      [`util.time.epochMilliSecondsToFormatted(${String(Date.UTC(2026, 6, 1))}, "HH:mm z", "Europe/London")`]:
        "01:00 GMT+1",
    }));

  it.each([
    [`util.time.parseISO8601ToEpochMilliSeconds("yesterday")`, "yesterday"],
    [`util.time.parseISO8601ToEpochMilliSeconds("2023-02-30T00:00:00Z")`, "2023-02-30"],
    [`util.time.parseISO8601ToEpochMilliSeconds("2023-02-28T24:00:00Z")`, "24:00"],
    [`util.time.parseISO8601ToEpochMilliSeconds("2023-02-28T00:00:00+18:00:01")`, "+18:00:01"],
    [`util.time.parseISO8601ToEpochMilliSeconds("2023-02-28T00:00:00+19:00")`, "+19:00"],
    [`util.time.epochMilliSecondsToISO8601(1e300)`, "1e+300 is not an instant"],
    [`util.time.epochMilliSecondsToFormatted(NaN, "yyyy", "UTC")`, "NaN is not an instant"],
    [`util.time.parseFormattedToEpochMilliSeconds("2018-13", "yyyy-MM", "UTC")`, "not within its field"],
    [
      `util.time.parseFormattedToEpochMilliSeconds("2018-01-01 25", "yyyy-MM-dd HH", "UTC")`,
      "not within its field",
    ],
    [`util.time.parseFormattedToEpochMilliSeconds("2018", "yyyy-MM", "UTC")`, "could not be parsed"],
    [`util.time.parseFormattedToEpochMilliSeconds("2018-02", "yyyy-MM")`, "no time zone"],
    [`util.time.nowFormatted("HH", "Mars/Olympus")`, "unknown time zone Mars/Olympus"],
    [`util.time.nowFormatted("HH 'open")`, "incomplete string literal"],
  ])("%s is a fault", async (expression, message) => {
    expect(await fault(expression)).toContain(message);
  });
});

describe("text", () => {
  it("is encoded and decoded", () =>
    expectValues({
      'util.urlEncode("a b&c=ü/~!*\'()")': "a+b%26c%3D%C3%BC%2F%7E%21*%27%28%29",
      'util.urlDecode("a+b%26c%3D%C3%BC")': "a b&c=ü",
      'util.base64Encode("héllo 🙂")': "aMOpbGxvIPCfmYI=",
      'util.base64Decode("aMOpbGxvIPCfmYI=")': "héllo 🙂",
      'util.base64Encode("")': "",
      [String.raw`util.urlEncode("\ud800")`]: "%3F",
      [String.raw`util.base64Encode("\udc00")`]: "Pw==",
      'util.urlEncode("*-_.09AZaz")': "*-_.09AZaz",
      [String.raw`util.escapeJavaScript("a\"b'c/d\\e\nü🙂")`]: String.raw`a\"b\'c\/d\\e\n\u00FC\uD83D\uDE42`,
      [String.raw`util.str.normalize("e\u0301", "nfc")`]: "é",
    }));

  it.each([
    'util.urlDecode("%")',
    'util.base64Decode("?")',
    'util.base64Decode("/w==")',
    'util.str.normalize("a", "x")',
  ])("%s is a fault", async (expression) => {
    await fault(expression);
  });

  it("matches a Java pattern as a whole", () =>
    expectValues({
      'util.matches("a*b", "aaaaab")': true,
      'util.matches("a*b", "xaab")': false,
      'util.matches("a|ab", "ab")': true,
      'util.matches("(?i)ABC", "abc")': true,
      [String.raw`util.matches("\\p{Alpha}+\\d{2}", "abc42")`]: true,
      [String.raw`util.matches("[\\p{Alnum}_-]+", "a_1-b")`]: true,
      [String.raw`util.matches("\\Qa.b\\E.*", "a.bc")`]: true,
      [String.raw`util.matches("\\Aa\\z", "a")`]: true,
      [String.raw`util.matches("[/{}()|]+\\@\\-", "/{@-")`]: true,
      'util.matches("^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}$", "de-CH")': true,
    }));

  it("an unusable pattern is a fault; what JavaScript lacks of Java's is refused by name", async () => {
    expect(await fault('util.matches("[a", "a")')).toContain("not a regular expression");
    for (const pattern of ["a++", "[a-z&&[^b]]", "(?>a)"]) {
      const { report } = await test.call(`return util.matches(${JSON.stringify(pattern)}, "a");`);
      expect(report.ending.kind).toBe("notServed");
    }
  });
});

it("util.math", async () => {
  await expectValues({
    "util.math.roundNum(1.5)": 2,
    "util.math.minVal(1, 2)": 1,
    "util.math.maxVal(1, 2)": 2,
  });
  const [fraction, within] = (await test.value(
    "[util.math.randomDouble(), util.math.randomWithinRange(5, 8)]",
  )) as number[];
  expect(fraction).toBeGreaterThanOrEqual(0);
  expect(fraction).toBeLessThan(1);
  expect([5, 6, 7]).toContain(within);
});

it.each([
  [
    {
      sub: "s",
      issuer: "i",
      username: "u",
      claims: {},
      sourceIp: ["1"],
      defaultAuthStrategy: "ALLOW",
      groups: null,
    },
    "User Pool Authorization",
  ],
  [{ sub: "s", issuer: "i", claims: {} }, "Open ID Connect Authorization"],
  [{ userArn: "a", sourceIp: ["1"], username: "u" }, "IAM Authorization"],
  [{ resolverContext: {} }, "Lambda Authorization"],
  [{}, "Lambda Authorization"],
  [null, "API Key Authorization"],
  [{ claims: {} }, "API Key Authorization"],
  [{ sub: "s", issuer: "i", claims: {}, username: "u" }, "API Key Authorization"],
])("util.authType of the identity %j is %s", async (identity, type) => {
  expect(await test.value("util.authType()", { identity })).toBe(type);
});

describe("util.dynamodb", () => {
  it("converts values in AppSync's spelling", () =>
    expectValues({
      'util.dynamodb.toDynamoDB("test")': { S: "test" },
      "util.dynamodb.toDynamoDB(12345)": { N: 12345 },
      "util.dynamodb.toDynamoDB(true)": { BOOL: true },
      "util.dynamodb.toDynamoDB(null)": { NULL: null },
      'util.dynamodb.toDynamoDB(["a", 1, { b: "c" }])': {
        L: [{ S: "a" }, { N: 1 }, { M: { b: { S: "c" } } }],
      },
      'util.dynamodb.toString("test")': { S: "test" },
      'util.dynamodb.toStringSet(["foo", "bar"])': { SS: ["foo", "bar"] },
      "util.dynamodb.toNumber(1)": { N: 1 },
      "util.dynamodb.toNumberSet([1, 4.56])": { NS: [1, 4.56] },
      'util.dynamodb.toBinary("foo")': { B: "foo" },
      'util.dynamodb.toBinarySet(["foo"])': { BS: ["foo"] },
      "util.dynamodb.toBoolean(false)": { BOOL: false },
      "util.dynamodb.toNull()": { NULL: null },
      "util.dynamodb.toList([1])": { L: [{ N: 1 }] },
      'util.dynamodb.toMap({ a: "b" })': { M: { a: { S: "b" } } },
      'util.dynamodb.toMapValues({ a: "b", c: undefined })': { a: { S: "b" }, c: { NULL: null } },
      'util.dynamodb.toS3Object("foo", "bar", "baz")': {
        S: '{"s3":{"key":"foo","bucket":"bar","region":"baz"}}',
      },
      'util.dynamodb.fromS3ObjectJson(util.dynamodb.toS3Object("foo", "bar", "baz", "beep").S)': {
        key: "foo",
        bucket: "bar",
        region: "baz",
        version: "beep",
      },
    }));

  it("gives null for nothing, and for what is not a list or a map", () =>
    expectValues({
      "util.dynamodb.toString(null)": null,
      "util.dynamodb.toNumberSet(undefined)": null,
      "util.dynamodb.toList({})": null,
      "util.dynamodb.toMap([])": null,
      'util.dynamodb.toMapValues("x")': null,
    }));
});
