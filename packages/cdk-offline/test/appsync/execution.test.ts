// How values are fitted to the schema, which limits hold, and how errors are reported.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openApi, returning, type TestApi } from "./support/api.ts";

const SCHEMA = `
  type Query {
    echo(text: String, int: Int, items: [Int], pair: Pair, json: AWSJSON, size: Size): AWSJSON
    result(json: AWSJSON): Result
    results(json: AWSJSON): [Result]
    strict(json: AWSJSON): Result!
    node(json: AWSJSON): Node
    layer: Layer
    unresolved: String
    withDefault(text: String = "from the schema"): AWSJSON
    fails: Result
    info(a: String): AWSJSON
  }
  type Mutation { step(n: Int): Int }
  input Pair { a: Int!  b: Int = 7 }
  enum Size { SMALL LARGE }
  interface Node { id: ID }
  type Result implements Node {
    id: ID  text: String  int: Int  float: Float  bool: Boolean  size: Size  inner: Inner  list: [Inner!]
    at: AWSDateTime  date: AWSDate  time: AWSTime  stamp: AWSTimestamp  json: AWSJSON  must: String!
  }
  type Other implements Node { id: ID }
  type Inner { must: String!  text: String }
  type Layer { next: Layer  value: String }`;

const JSON_RESULT = returning("ctx.args.json");

let api: TestApi;
const steps: string[] = [];
beforeAll(async () => {
  api = await openApi({
    schema: SCHEMA,
    api: { EnvironmentVariables: { STAGE: "local" } },
    resolvers: {
      "Query.echo": returning("ctx.args"),
      "Query.withDefault": returning("ctx.args"),
      "Query.result": JSON_RESULT,
      "Query.results": JSON_RESULT,
      "Query.strict": JSON_RESULT,
      "Query.node": JSON_RESULT,
      "Query.layer": returning("({ value: '1', next: { value: '2', next: { value: '3' } } })"),
      "Query.fails": returning(
        "util.error('no', 'Nope', { text: 'some', int: 1, must: 'm', inner: { text: 't', must: 'x' } }, { why: 'w' })",
      ),
      "Query.info": returning(
        `({ info: ctx.info, list: ctx.info.selectionSetList, text: ctx.info.selectionSetGraphQL, env: ctx.env,
            source: ctx.source, prev: ctx.prev, domainName: ctx.request.domainName })`,
      ),
      "Mutation.step": {
        source: "lambda",
        code: `export function request(ctx) { return { operation: "Invoke", payload: ctx.args.n }; }
               export function response(ctx) { return ctx.result; }`,
      },
    },
    lambda: {
      async invoke(_name, payload) {
        steps.push(`${payload} begins`);
        await new Promise((resolve) => setImmediate(resolve));
        steps.push(`${payload} ends`);
        return { payload };
      },
    },
  });
});
afterAll(() => api.close());

const echo = async (args: string, variables: Record<string, unknown> = {}, declared = "") => {
  const data = await api.data(`query ${declared} { echo(${args}) }`, variables);
  return JSON.parse(String(data["echo"])) as unknown;
};
const result = (value: unknown, selection: string) =>
  api.query(`query ($j: AWSJSON) { result(json: $j) { ${selection} } }`, { j: JSON.stringify(value) });
const messages = ({ errors }: { errors: readonly Readonly<Record<string, unknown>>[] }) =>
  errors.map(({ message }) => message);

describe("arguments", () => {
  it("unset-variable-is-null: a declared variable that is not supplied arrives as null, an omitted argument not at all", async () => {
    expect(await echo("text: $t, int: 1", {}, "($t: String)")).toEqual({ text: null, int: 1 });
    expect(await echo("pair: {a: 1, b: $b}", {}, "($b: Int)")).toEqual({ pair: { a: 1, b: null } });
    expect(await echo("int: 1")).toEqual({ int: 1 });
  });

  it("take the default of a variable, but none of the schema", async () => {
    expect(await echo("text: $t", {}, '($t: String = "x")')).toEqual({ text: "x" });
    expect(await echo("pair: {a: 1}")).toEqual({ pair: { a: 1 } });
    expect((await api.data("{ withDefault }"))["withDefault"]).toBe("{}");
  });

  it("make a list of a single value", async () => {
    expect(await echo("items: 1")).toEqual({ items: [1] });
    expect(await echo("items: $i", { i: 2 }, "($i: [Int])")).toEqual({ items: [2] });
  });

  it("arrive parsed where they are JSON, and as names where they are enum values", async () => {
    expect(await echo(String.raw`json: "{\"a\":[1]}", size: LARGE`)).toEqual({
      json: { a: [1] },
      size: "LARGE",
    });
  });

  it.each([
    ["Int", "int", 1.5, "Expected type 'Int' but was 'Double'."],
    ["Int", "int", 3e9, "Expected type 'Int' but was 'Long'."],
    ["Int", "int", "x", "Expected type 'Int' but was 'String'."],
    ["Int", "int", [1], "Expected type 'Int' but was 'ArrayList'."],
    ["Size", "size", "HUGE", "Invalid input for Enum 'Size'. No value found for name 'HUGE'"],
    ["AWSJSON", "json", "nope", "Unable to parse `nope` as valid JSON."],
    [
      "Pair",
      "pair",
      5,
      "Expected type 'Map' but was 'Integer'. Variables for input objects must be an instance of type 'Map'.",
    ],
  ])("D7: a variable of type %s for %s cannot be %j", async (type, name, value, complaint) => {
    const answer = await api.query(`query ($v: ${type}) { echo(${name}: $v) }`, { v: value });
    expect(answer.data).toBeNull();
    expect(messages(answer)).toEqual([`Variable 'v' has an invalid value. ${complaint}`]);
  });

  it("name the inner type of a null that may not be (aws-appsync-community#406)", async () => {
    const answer = await api.query("query ($p: Pair) { echo(pair: $p) }", { p: {} });
    expect(messages(answer)).toEqual(["Variable 'p' has coerced Null value for NonNull type 'Int!'"]);
  });
});

describe("ctx", () => {
  it("tells which field is resolved, what is selected, and the environment", async () => {
    const query = "query ($a: String, $b: String) { x: info(a: $a) other: info(a: $b) }";
    const data = await api.data(query, { a: "1", more: true });
    expect(JSON.parse(String(data["x"]))).toEqual({
      info: { fieldName: "info", parentTypeName: "Query", variables: { a: "1" } },
      list: [],
      text: "",
      env: { STAGE: "local" },
      source: null,
      prev: { result: null },
      domainName: null,
    });
  });

  it("lists selected fields by response name, through fragments of the type itself", async () => {
    const selecting = await openApi({
      schema: SCHEMA,
      resolvers: {
        "Query.result": returning("({ json: [ctx.info.selectionSetList, ctx.info.selectionSetGraphQL] })"),
      },
    });
    const query = `query ($no: Boolean!) {
      result {
        json
        renamed: text
        inner { text ...F }
        ... on Result { int }
        ... on Node { id }
        size @include(if: $no)
      }
    }
    fragment F on Inner { must }`;
    const { data } = await selecting.query(query, { no: false });
    const { json } = data?.["result"] as { readonly json: string };
    const [list, text] = JSON.parse(json) as readonly [readonly string[], string];
    expect(list).toEqual(["json", "renamed", "inner", "inner/text", "inner/must", "int", "id"]);
    expect(text).toContain(
      "{\n  json\n  renamed: text\n  inner {\n    text\n    ...F\n  }\n  ... on Result {\n    int\n  }",
    );
    await selecting.close();
  });
});

describe("results", () => {
  it("hold what is selected of a field in several places, in the order of its first selection", async () => {
    const selection = `
      inner { text } ...F text inner { must } ... on Result { inner { again: text } }`;
    const { text } = await api.query(
      `query ($j: AWSJSON) { result(json: $j) { ${selection} } result(json: $j) { int } ...G }
       fragment F on Result { int inner { must } } fragment G on Query { result(json: $j) { id } }`,
      { j: JSON.stringify({ id: "1", int: 5, text: "t", inner: { must: "m", text: "i" } }) },
    );
    expect(text).toBe(
      '{"data":{"result":{"inner":{"text":"i","must":"m","again":"i"},"int":5,"text":"t","id":"1"}}}',
    );
  });

  it("are members of the parent where a field has no resolver; missing ones are null", async () => {
    const { data } = await result({ text: "t", inner: { must: "m" } }, "text int inner { must text }");
    expect(data).toEqual({ result: { text: "t", int: null, inner: { must: "m", text: null } } });
    expect(await api.data("{ unresolved }")).toEqual({ unresolved: null });
  });

  it("are fitted to their scalars as Java would", async () => {
    const value = {
      id: 5,
      text: { a: [1, "x"], b: null },
      int: "42",
      float: "1.5",
      bool: "TRUE",
      json: { a: 1 },
      stamp: 0,
    };
    const { data } = await result(value, "id text int float bool json stamp");
    expect(data).toEqual({
      result: {
        id: "5",
        text: "{a=[1, x], b=null}",
        int: 42,
        float: 1.5,
        bool: true,
        json: '{"a":1}',
        stamp: 0,
      },
    });
  });

  it.each([
    [
      "at",
      "2020-05-23T06:4:37.000Z",
      "Unable to serialize `2020-05-23T06:4:37.000Z` as a valid DateTime Object.",
    ],
    ["date", "2026-02-30", "Unable to serialize `2026-02-30` as a valid date."],
    [
      "stamp",
      "2026-01-22T17:48:30.032Z",
      "Unable to serialize `2026-01-22T17:48:30.032Z` as a valid timestamp.",
    ],
    ["int", "x", "Expected type 'Int' but was 'String'."],
    ["size", "HUGE", "Invalid input for Enum 'Size'. Unknown value 'HUGE'"],
  ])("that do not fit are null: %s cannot be %s", async (field, value, complaint) => {
    const answer = await result({ [field]: value, text: "t" }, `${field} text`);
    expect(answer.data).toEqual({ result: { [field]: null, text: "t" } });
    expect(answer.errors).toEqual([
      {
        path: ["result", field],
        locations: null,
        message: `Can't serialize value (/result/${field}) : ${complaint}`,
      },
    ]);
  });

  it("type-mismatch: an object is not a list", async () => {
    const answer = await api.query('{ results(json: "{}") { text } }');
    expect(answer.data).toEqual({ results: null });
    expect(answer.errors).toEqual([
      {
        path: ["results"],
        locations: null,
        message: "Can't resolve value (/results) : type mismatch error, expected type LIST, got OBJECT",
      },
    ]);
  });

  it("non-null: a null that may not be takes its parent with it and is reported once", async () => {
    const answer = await result({ inner: { text: "t" }, text: "x" }, "text inner { text must }");
    expect(answer.data).toEqual({ result: { text: "x", inner: null } });
    expect(answer.errors).toEqual([
      {
        path: ["result", "inner", "must"],
        locations: null,
        message:
          "Cannot return null for non-nullable type: 'String' within parent 'Inner' (/result/inner/must)",
      },
    ]);
  });

  it("non-null: goes up through lists to the first that may be null", async () => {
    const answer = await result({ list: [{ must: "a" }, {}] }, "list { must }");
    expect(answer.data).toEqual({ result: { list: null } });
    expect(messages(answer)).toEqual([
      "Cannot return null for non-nullable type: 'String' within parent 'Inner' (/result/list[1]/must)",
    ]);
  });

  it("non-null: goes up to the whole answer", async () => {
    const answer = await api.query('{ unresolved strict(json: "null") { text } }');
    expect(answer.data).toBeNull();
    expect(messages(answer)).toEqual([
      "Cannot return null for non-nullable type: 'Result' within parent 'Query' (/strict)",
    ]);
  });

  it("say in __typename which type of an interface they are", async () => {
    const query =
      "query ($j: AWSJSON) { node(json: $j) { __typename id ... on Result { text } ... on Other { o: id } } }";
    const node = (value: unknown) => api.query(query, { j: JSON.stringify(value) });
    const { data } = await node({ __typename: "Result", id: "1", text: "t" });
    expect(data).toEqual({ node: { __typename: "Result", id: "1", text: "t" } });
    for (const unknown of [{ id: "1" }, { __typename: "Inner" }]) {
      const answer = await node(unknown);
      expect(answer.data).toEqual({ node: null });
      expect(messages(answer)[0]).toContain("Could not determine the exact type of 'Node'");
    }
  });
});

describe("errors", () => {
  it("hold data as far as it is selected, and further information as it is", async () => {
    const { data, errors } = await api.query("{\n  x: fails {\n    t: text\n    inner { must }\n  }\n}");
    expect(data).toEqual({ x: null });
    expect(errors).toEqual([
      {
        path: ["x"],
        data: { t: "some", inner: { must: "x" } },
        errorType: "Nope",
        errorInfo: { why: "w" },
        locations: [{ line: 2, column: 3, sourceName: null }],
        message: "no",
      },
    ]);
  });
});

it("mutations run one after the other, in the order of the query", async () => {
  const data = await api.data("mutation { a: step(n: 1) b: step(n: 2) c: step(n: 3) }");
  expect(data).toEqual({ a: 1, b: 2, c: 3 });
  expect(steps).toEqual(["1 begins", "1 ends", "2 begins", "2 ends", "3 begins", "3 ends"]);
});

describe("limits", () => {
  let limited: TestApi;
  let calls = 0;
  beforeAll(async () => {
    limited = await openApi({
      schema: SCHEMA,
      api: { QueryDepthLimit: 2, ResolverCountLimit: "3" },
      resolvers: {
        "Query.layer": returning("({ value: '1', next: { value: '2' } })"),
        "Query.echo": returning("ctx.args"),
        "Layer.next": {
          source: "lambda",
          code: `export function request(ctx) { return { operation: "Invoke" }; }
                 export function response(ctx) { return { value: "n" }; }`,
        },
      },
      lambda: {
        invoke: () => {
          calls += 1;
          return Promise.resolve({ payload: "null" });
        },
      },
    });
  });
  afterAll(() => limited.close());

  it("D1: a field below the depth limit is refused, the rest is answered, nothing below is asked for", async () => {
    const query =
      "{\n  L1: layer {\n    value\n    L2: next {\n      L3: value\n      deep: next { value }\n    }\n  }\n}";
    const { data, errors } = await limited.query(query);
    expect(data).toEqual({ L1: { value: "1", L2: { L3: null, deep: null } } });
    expect(errors.map(({ path, errorType }) => [path, errorType])).toEqual([
      [["L1", "L2", "L3"], "QueryDepthLimitReached"],
      [["L1", "L2", "deep"], "QueryDepthLimitReached"],
    ]);
    expect(calls).toBe(1);
  });

  it("D2: resolvers beyond the limit are refused, those before are run", async () => {
    const aliases = Array.from({ length: 1000 }, (_, i) => `a${String(i)}: echo(int: ${String(i)})`);
    const { data, errors } = await limited.query(`{${aliases.join(" ")}}`);
    expect(Object.values(data ?? {}).filter((value) => value !== null)).toHaveLength(3);
    expect(errors).toHaveLength(997);
    expect(new Set(errors.map(({ errorType }) => errorType))).toEqual(
      new Set(["ResolverExecutionLimitReached"]),
    );
  });

  it("do not count introspection", async () => {
    const { data } = await limited.query("{ __schema { queryType { fields { name } } } }");
    expect(data).not.toBeNull();
  });
});

describe("introspection", () => {
  it("describes the schema", async () => {
    const data = await api.data(
      '{ __typename __type(name: "Layer") { kind fields { name type { name } } } __schema { queryType { name } } }',
    );
    expect(data).toEqual({
      __typename: "Query",
      __type: {
        kind: "OBJECT",
        fields: [
          { name: "next", type: { name: "Layer" } },
          { name: "value", type: { name: "String" } },
        ],
      },
      __schema: { queryType: { name: "Query" } },
    });
  });

  it("D5: when off, gives validation errors without suggestions, and __typename still works", async () => {
    const closed = await openApi({ schema: SCHEMA, api: { IntrospectionConfig: "DISABLED" } });
    const schema = await closed.query("{ __schema { types { name } } }");
    expect(schema.data).toBeNull();
    expect(messages(schema)).toEqual([
      "Validation error of type FieldUndefined: Field 'types' in type '__Schema' is undefined @ '__schema/types'",
    ]);
    expect(messages(await closed.query('{ __type(name: "Query") { name } }'))).toEqual([
      "Validation error of type FieldUndefined: Field 'name' in type '__Type' is undefined @ '__type/name'",
    ]);
    expect(messages(await closed.query("{ unresolve }"))[0]).not.toContain("Did you mean");
    expect(await closed.data("{ __typename }")).toEqual({ __typename: "Query" });
    await closed.close();
  });
});
