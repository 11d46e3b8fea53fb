// util.transform: DynamoDB expressions and subscription filters, as AppSync's answers spell them.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestEvaluator, type TestEvaluator } from "./support/evaluator.ts";

let test: TestEvaluator;
beforeAll(async () => {
  test = await openTestEvaluator();
});
afterAll(() => test.close());

const expression = async (filter: unknown) => {
  const text = await test.value(`util.transform.toDynamoDBFilterExpression(${JSON.stringify(filter)})`);
  return text === null ? null : (JSON.parse(text as string) as Readonly<Record<string, unknown>>);
};

describe("toDynamoDBFilterExpression", () => {
  it("gives JSON text of an expression, its names and its values", async () => {
    expect(await test.value(`util.transform.toDynamoDBFilterExpression({ title: { contains: "x" } })`)).toBe(
      '{"expression":"(contains(#title,:title_contains))","expressionNames":{"#title":"title"},' +
        '"expressionValues":{":title_contains":{"S":"x"}}}',
    );
  });

  it.each([
    [{ v: { eq: "x" } }, "(#v = :v_eq)", { ":v_eq": { S: "x" } }],
    [{ v: { ne: 1.5 } }, "(#v <> :v_ne)", { ":v_ne": { N: 1.5 } }],
    [{ v: { lt: true } }, "(#v < :v_lt)", { ":v_lt": { BOOL: true } }],
    [{ v: { ge: null } }, "(#v >= :v_ge)", { ":v_ge": { NULL: null } }],
    [{ v: { notContains: "x" } }, "(NOT contains(#v,:v_notContains))", { ":v_notContains": { S: "x" } }],
    [{ v: { beginsWith: "x" } }, "(begins_with(#v,:v_beginsWith))", { ":v_beginsWith": { S: "x" } }],
    [
      { v: { between: [1, 9, 3] } },
      "(#v BETWEEN :v_between_start AND :v_between_end)",
      { ":v_between_start": { N: 1 }, ":v_between_end": { N: 9 } },
    ],
    [
      { v: { in: ["a", "b"] } },
      "(#v IN (:v_in_0, :v_in_1))",
      { ":v_in_0": { S: "a" }, ":v_in_1": { S: "b" } },
    ],
    [{ v: { in: [] } }, "(null)", {}],
    [{ v: { attributeExists: true } }, "(attribute_exists(#v))", {}],
    [{ v: { attributeExists: false } }, "(attribute_not_exists(#v))", {}],
    [
      { v: { attributeType: "_null" } },
      "(attribute_type(#v,:v_attributeType))",
      { ":v_attributeType": { S: "NULL" } },
    ],
    [{ v: { size: { gt: 2 } } }, "(size(#v) > :v_size_gt)", { ":v_size_gt": { N: 2 } }],
    [
      { v: { size: { gt: 2, lt: 5 } } },
      "((size(#v) > :v_size_gt) AND (size(#v) < :v_size_lt))",
      { ":v_size_gt": { N: 2 }, ":v_size_lt": { N: 5 } },
    ],
    [{ v: { size: { size: { gt: 1 } } } }, "(size(#v) > :v_size_size_gt)", { ":v_size_size_gt": { N: 1 } }],
    [{ v: { ge: 1, le: 5 } }, "((#v >= :v_ge) AND (#v <= :v_le))", { ":v_ge": { N: 1 }, ":v_le": { N: 5 } }],
    [{ and: [{ a: { eq: 1 } }] }, "(#a = :and_0_a_eq)", { ":and_0_a_eq": { N: 1 } }],
    [{ not: { not: { a: { eq: 1 } } } }, "(NOT (NOT (#a = :not_not_a_eq)))", { ":not_not_a_eq": { N: 1 } }],
    [{ "a.b": { eq: 1 } }, "(#a.b = :a.b_eq)", { ":a.b_eq": { N: 1 } }],
    [{}, "", {}],
    [{ and: [] }, "", {}],
    [{ v: {} }, "", {}],
    [{ v: { size: {} } }, "", {}],
    [{ not: {} }, "(NOT )", {}],
  ])("writes %j as %s", async (filter, written, values) => {
    expect(await expression(filter)).toMatchObject({ expression: written, expressionValues: values });
  });

  it.each([
    [{ a: { eq: 1 }, b: { eq: 2 } }, "(#a = :a_eq) AND (#b = :b_eq)"],
    [{ a: { eq: 1 }, and: [{ b: { eq: 2 } }] }, "(#a = :a_eq) AND (#b = :and_0_b_eq)"],
    [{ or: [{ a: { eq: 1 } }, { b: { eq: 2 } }] }, "((#a = :or_0_a_eq) OR (#b = :or_1_b_eq))"],
    [
      { or: [{ and: [{ a: { eq: 1 } }, { b: { eq: 2 } }] }, { c: { eq: 3 } }] },
      "(((#a = :or_0_and_0_a_eq) AND (#b = :or_0_and_1_b_eq)) OR (#c = :or_1_c_eq))",
    ],
    [
      { not: { and: [{ a: { eq: 1 } }, { b: { eq: 2 } }] } },
      "(NOT ((#a = :not_and_0_a_eq) AND (#b = :not_and_1_b_eq)))",
    ],
    [{ and: [{ or: [{ and: [{ a: { eq: 1 } }] }] }] }, "(#a = :and_0_or_0_and_0_a_eq)"],
    [{ a: { eq: 1 }, b: {} }, "(#a = :a_eq) AND "],
    [{ and: [{ a: { eq: 1 } }, {}] }, "((#a = :and_0_a_eq) AND )"],
  ])("groups %j as %s", async (filter, written) => {
    expect((await expression(filter))?.["expression"]).toBe(written);
  });

  it.each<unknown>([
    null,
    [],
    "text",
    { v: { foo: 1 } },
    { v: "x" },
    { a: { b: { eq: 1 } } },
    { and: { a: { eq: 1 } } },
    { and: null },
    { and: [{ a: { eq: 1 } }, null] },
    { not: [{ a: { eq: 1 } }] },
    { v: { between: [1] } },
    { v: { in: "x" } },
    { v: { attributeExists: "yes" } },
    { v: { attributeType: "S" } },
    { v: { size: 3 } },
    { v: { constructor: 1 } },
  ])("gives null for %j", async (filter) => {
    expect(await expression(filter)).toBeNull();
  });
});

it("toDynamoDBConditionExpression writes the same", async () => {
  expect(
    await test.value(
      "util.transform.toDynamoDBConditionExpression({ id: { attributeExists: true }, version: { eq: 10 } })",
    ),
  ).toBe(
    '{"expression":"(attribute_exists(#id)) AND (#version = :version_eq)","expressionNames":{"#id":"id",' +
      '"#version":"version"},"expressionValues":{":version_eq":{"N":10}}}',
  );
});

describe("toElasticsearchQueryDSL", () => {
  const query = (given: unknown) =>
    test.call(`return util.transform.toElasticsearchQueryDSL(${JSON.stringify(given)});`);

  it("writes AWS's example as AWS shows it", async () => {
    const { result } = await query({
      upvotes: { ne: 15, range: [10, 20] },
      title: { eq: "hihihi", wildcard: "h*i" },
    });
    const upvotes = [
      { bool: { must_not: { term: { upvotes: 15 } } } },
      { range: { upvotes: { gte: 10, lte: 20 } } },
    ];
    const title = [{ term: { title: "hihihi" } }, { wildcard: { title: "h*i" } }];
    expect(JSON.parse(JSON.parse(result) as string)).toEqual({
      bool: { must: [{ bool: { must: upvotes } }, { bool: { must: title } }] },
    });
  });

  it.each([
    [{ a: { eq: 1, matchPhrase: "x" }, b: { eq: 1, ne: 2 } }, "matchPhrase"],
    [{ and: [{ a: { eq: 1 } }] }, "and"],
    [{ a: { eq: 1 } }, "a single member"],
  ])("refuses by name what AWS does not show: %j", async (given, what) => {
    const { report } = await query(given);
    expect(report.ending).toEqual({
      kind: "notServed",
      message: `${what} in util.transform.toElasticsearchQueryDSL is not served by the local runtime`,
    });
  });
});

describe("toSubscriptionFilter", () => {
  const filter = (...given: unknown[]) =>
    test.value(`util.transform.toSubscriptionFilter(${JSON.stringify(given).slice(1, -1)})`);
  const entry = (fieldName: string, operator: string, value: unknown) => ({ fieldName, operator, value });
  const groups = (...filters: unknown[][]) => ({ filterGroup: filters.map((group) => ({ filters: group })) });

  it("toSubscriptionFilter-1: operators of a field and members of an or are alternatives; they multiply out", async () => {
    const given = {
      percentageUp: { lte: 50, gte: 20 },
      and: [{ title: { ne: "Book1" } }, { downvotes: { gt: 2000 } }],
      or: [{ author: { eq: "Admin" } }, { isPublished: { eq: false } }],
    };
    const common = [entry("title", "ne", "Book1"), entry("downvotes", "gt", 2000)];
    const [low, high] = [entry("percentageUp", "lte", 50), entry("percentageUp", "gte", 20)];
    const [admin, hidden] = [entry("author", "eq", "Admin"), entry("isPublished", "eq", false)];
    expect(await filter(given)).toEqual(
      groups(
        [low, ...common, admin],
        [low, ...common, hidden],
        [high, ...common, admin],
        [high, ...common, hidden],
      ),
    );
  });

  it("toSubscriptionFilter-2: ignored fields are left out wherever they stand", async () => {
    const given = {
      percentageUp: { lte: 50, gte: 20 },
      and: [{ title: { ne: "Book1" } }, { downvotes: { gt: 20 } }],
      or: [{ author: { eq: "Admin" } }, { isPublished: { eq: false } }],
    };
    expect(await filter(given, ["percentageUp", "author"])).toEqual(
      groups([
        entry("title", "ne", "Book1"),
        entry("downvotes", "gt", 20),
        entry("isPublished", "eq", false),
      ]),
    );
  });

  it("adds rules as alternatives of which one has to hold", async () => {
    expect(await filter({ a: { eq: 1 } }, [], { r1: { gte: 250 }, r2: { eq: "p" } })).toEqual(
      groups([entry("a", "eq", 1), entry("r1", "gte", 250)], [entry("a", "eq", 1), entry("r2", "eq", "p")]),
    );
    expect(await filter({}, [], { r1: { eq: 1 } })).toEqual(groups([entry("r1", "eq", 1)]));
  });

  it("carries operators through as they are, also those it does not know", async () => {
    expect(await filter({ a: { bogus: 1 }, b: { in: [1] }, not: { c: { eq: 1 } } })).toEqual(
      groups([entry("a", "bogus", 1), entry("b", "in", [1]), entry("not", "c", { eq: 1 })]),
    );
  });

  it.each([[{}], [{ a: {} }], [{ and: [] }]])("gives no group for %j", async (given) => {
    expect(await filter(given)).toEqual({ filterGroup: [] });
  });

  it.each([[null], [[]], ['{"a":{"eq":1}}']])("gives null for %j", async (given) => {
    expect(await filter(given)).toBeNull();
  });
});
