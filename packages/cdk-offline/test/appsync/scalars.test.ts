// Every scalar in each direction: as a literal, as a variable, and in what a resolver gives.
// https://docs.aws.amazon.com/appsync/latest/devguide/scalars.html

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openApi, returning, type TestApi } from "./support/api.ts";

interface Values {
  /** As JSON values. */
  readonly good: readonly unknown[];
  readonly bad: readonly unknown[];
}

/** The values that are the same in all directions. */
const SCALARS: Readonly<Record<string, Values>> = {
  AWSDate: {
    good: [
      "1970-01-01",
      "1970-01-01Z",
      "1970-01-01-07:00",
      "1970-01-01+05:30",
      "1970-01-01+05:30:15",
      "2024-02-29",
    ],
    bad: [
      "2023-02-29",
      "1970-1-1",
      "70-01-01",
      "1970-01-01T00:00:00Z",
      "1970-01-01+19:00",
      "1970-01-01+18:01",
      "",
      "today",
    ],
  },
  AWSTime: {
    good: [
      "12:00:34.",
      "12:00:34.123",
      "12:00:34.123456789Z",
      "12:00",
      "23:59:59+18:00",
      "00:00:00-07:00:30",
    ],
    bad: ["24:00:00", "12:60", "12", "12:00:60", "12:00:34,1", "12:00:34.1234567890", ""],
  },
  AWSDateTime: {
    good: [
      "1930-01-01T16:00:00-07:00",
      "2020-01-01T20:00Z",
      "2020-01-01T20:00:00.123456789Z",
      "2020-01-01T20:00:00+05:30:15",
    ],
    bad: [
      "2020-01-01T20:00:00",
      "2020-01-01",
      "2020-13-01T20:00:00Z",
      "2020-01-01 20:00:00Z",
      "2020-02-30T20:00:00Z",
      "2020-01-01t20:00:00Z",
      "",
    ],
  },
  AWSTimestamp: { good: [0, -123123, 1_700_000_000, 9_007_199_254_740_991], bad: [1.5, true, [1]] },
  AWSEmail: {
    good: ["example@example.com", "a+b@c", "first.last@sub.example.org"],
    bad: ["example", "@c", "a@", "a b@c", "a@b@c", "a@b..c", "a@b c", ""],
  },
  AWSPhone: {
    good: ["+1 555 764 4377", "555-764-4377", "(555) 764 4377", "+49 30 901820", "15557644377"],
    bad: ["phone", "+1", "123", "055-764-4377", "+0 30 901820", "555-764-4377 x1", ""],
  },
  AWSURL: {
    good: [
      "https://www.amazon.com/dp/B000NZW3KC/",
      "mailto:example@example.com",
      "https://a.b/c?d=e//f",
      "http://127.0.0.1:80/",
    ],
    bad: [
      "amazon.com",
      "//amazon.com",
      "https://a.b//c",
      "https://a.b/c d",
      "https://a.b\n",
      "https:\\\\a.b",
      "https:",
      "",
    ],
  },
  AWSIPAddress: {
    good: ["127.0.0.1", "123.45.67.89/16", "0.0.0.0/0", "1a2b:3c4b::1234:4567", "::/128", "::ffff:1.2.3.4"],
    bad: [
      "256.1.1.1",
      "1.2.3",
      "127.0.0.1/33",
      "[::1]",
      "::1/129",
      "fe80::1%eth0",
      "127.0.0.1/",
      "127.0.0.1/8/8",
      "localhost",
      "",
    ],
  },
  Int: { good: [0, -2_147_483_648, 2_147_483_647], bad: [2_147_483_648, 1.5, "x", [1], {}] },
  Float: { good: [0, -1.5, 1e21], bad: ["x", [1], {}] },
};

const names = Object.keys(SCALARS);
let api: TestApi;
beforeAll(async () => {
  api = await openApi({
    schema: `
      type Query {
        take(${names.map((name) => `${name}: ${name}`).join(" ")} json: AWSJSON boolean: Boolean id: ID string: String): AWSJSON
        give(json: AWSJSON): Given
      }
      type Given { ${names.map((name) => `${name}: ${name}`).join(" ")} json: AWSJSON boolean: Boolean id: ID string: String }`,
    resolvers: { "Query.take": returning("ctx.args"), "Query.give": returning("ctx.args.json") },
  });
});
afterAll(() => api.close());

const literal = (name: string, value: unknown) => api.query(`{ take(${name}: ${JSON.stringify(value)}) }`);
const variable = (name: string, type: string, value: unknown) =>
  api.query(`query ($v: ${type}) { take(${name}: $v) }`, { v: value });
const given = (name: string, value: unknown) =>
  api.query(`query ($v: AWSJSON) { give(json: $v) { ${name} } }`, { v: JSON.stringify({ [name]: value }) });

describe.each(names)("%s", (name) => {
  const { good = [], bad = [] } = SCALARS[name] ?? {};

  it.each(good)("is %j, in every direction and unchanged", async (value) => {
    const taken = JSON.stringify({ [name]: value });
    expect((await literal(name, value)).data).toEqual({ take: taken });
    expect((await variable(name, name, value)).data).toEqual({ take: taken });
    expect((await given(name, value)).data).toEqual({ give: { [name]: value } });
  });

  it.each(bad)("is not %j, in any direction", async (value) => {
    const written = await literal(name, value);
    expect(written.data).toBeNull();
    const sent = await variable(name, name, value);
    expect(sent.data).toBeNull();
    expect(sent.errors[0]?.["message"]).toContain("Variable 'v' has an invalid value.");
    const got = await given(name, value);
    expect(got.data).toEqual({ give: { [name]: null } });
    expect(got.errors).toEqual([
      {
        path: ["give", name],
        locations: null,
        message: expect.stringContaining(`Can't serialize value (/give/${name}) : `) as unknown,
      },
    ]);
  });

  it("may be null", async () => {
    expect((await literal(name, null)).data).toEqual({ take: JSON.stringify({ [name]: null }) });
    expect((await given(name, null)).data).toEqual({ give: { [name]: null } });
  });
});

describe("AWSJSON", () => {
  it.each(['{"a":[1,null]}', '"text"', "1", "null", "[]", " {} "])("arrives parsed: %s", async (text) => {
    const taken = JSON.stringify({ json: JSON.parse(text) as unknown });
    expect((await literal("json", text)).data).toEqual({ take: taken });
    expect((await variable("json", "AWSJSON", text)).data).toEqual({ take: taken });
  });

  it.each(["unquoted", "", "{a: 1}", "{'a': 1}", "[1,]", "undefined", "NaN"])("is not %j", async (text) => {
    expect((await literal("json", text)).errors[0]?.["message"]).toContain(
      "Validation error of type WrongType",
    );
    expect((await variable("json", "AWSJSON", text)).data).toBeNull();
  });

  it("is text in a variable, not an object", async () => {
    expect((await variable("json", "AWSJSON", { a: 1 })).data).toBeNull();
    expect((await api.query("{ take(json: { a: 1 }) }")).data).toBeNull();
  });

  it.each([
    [{ a: 1 }, '{"a":1}'],
    [[1], "[1]"],
    [5, "5"],
    [true, "true"],
    ['{"a":1}', '{"a":1}'],
    ["text", '"text"'],
  ])("goes out as text: %j", async (value, text) => {
    expect((await given("json", value)).data).toEqual({ give: { json: text } });
  });
});

describe("scalars that Java makes of others", () => {
  it.each<[string, unknown, unknown]>([
    ["string", 5, "5"],
    ["string", true, "true"],
    ["string", { a: [1] }, "{a=[1]}"],
    ["id", 5, "5"],
    ["boolean", 0, false],
    ["boolean", "true", true],
    ["boolean", "no", false],
    ["Int", "42", 42],
    ["Float", "1.5", 1.5],
    ["AWSTimestamp", "17", 17],
  ])("%s from %j is %j", async (name, value, result) => {
    expect((await given(name, value)).data).toEqual({ give: { [name]: result } });
  });
});
