// GraphQL over HTTP: the statuses and bodies that AppSync answers with.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openApi, returning, tokenOf, type TestApi } from "./support/api.ts";
import { slowness } from "../../src/testing/slowness.ts";

let api: TestApi;

beforeAll(async () => {
  api = await openApi({
    schema: `
      type Query { hello(name: String): String  needs(input: String!): String  takes(input: Pair): String }
      type Mutation { noop: String }
      type Subscription { onNoop: String @aws_subscribe(mutations: ["noop"]) }
      input Pair { a: Int!  b: Int }`,
    resolvers: {
      "Query.hello": returning("`hello ${ctx.args.name ?? 'you'}`"),
      "Subscription.onNoop": `
        import { util, extensions } from "@aws-appsync/utils";
        export function request() { return { payload: null }; }
        export function response(ctx) {
          extensions.setSubscriptionFilter(util.transform.toSubscriptionFilter({ a: { eq: ctx.identity.sub } }));
          return null;
        }`,
    },
  });
});
afterAll(() => api.close());

const send = (body: string, headers: Readonly<Record<string, string>> = {}) =>
  api.send({ headers: { authorization: tokenOf(), ...headers }, body });

describe("a request that is not one", () => {
  it("http-empty-body: is told that its body is empty", async () => {
    const answer = await api.send({ headers: { authorization: tokenOf() } });
    expect(answer.status).toBe(400);
    expect(answer.errors).toEqual([
      { message: "Request body is empty.", errorType: "MalformedHttpRequestException" },
    ]);
    expect(answer.text).toBe(
      '{\n  "errors" : [ {\n    "errorType" : "MalformedHttpRequestException",\n' +
        '    "message" : "Request body is empty."\n  } ]\n}',
    );
  });

  it.each(["meow", "{}", "{}}", "[]", '[{"query":"{hello}"}]', '\uFEFF{"query":"{hello}"}', '{"query":5}'])(
    "http-unparseable, D4: the body %s holds no query that can be parsed",
    async (body) => {
      const answer = await send(body);
      expect(answer.status).toBe(400);
      expect(answer.errors).toEqual([
        { message: "Unable to parse GraphQL query.", errorType: "MalformedHttpRequestException" },
      ]);
    },
  );

  it.each(["{", "{}", "{hello(name:}", "meow", "query"])("the query %s cannot be parsed", async (query) => {
    const answer = await send(JSON.stringify({ query }));
    expect(answer.status).toBe(400);
    expect(answer.errors[0]?.["message"]).toBe("Unable to parse GraphQL query.");
  });

  it("D4: a form with files is not a query", async () => {
    const form = new FormData();
    form.set("operations", '{"query":"{hello}"}');
    const answer = await api.send({ headers: { authorization: tokenOf() }, body: form });
    expect(answer.status).toBe(400);
  });

  it("D4: GET is refused by name and runs nothing", async () => {
    const response = await fetch(`${api.url}?query={hello}`, { headers: { authorization: tokenOf() } });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("the method GET is not served by the local runtime");
  });

  it("http-missing-operation-name: has to say which of its operations to run", async () => {
    const answer = await send(JSON.stringify({ query: "query A {hello} query B {hello}" }));
    expect(answer.status).toBe(400);
    expect(answer.errors).toEqual([{ message: "Missing operation name.", errorType: "BadRequestException" }]);
  });

  it("cannot name an operation it does not hold", async () => {
    const answer = await send(JSON.stringify({ query: "query A {hello}", operationName: "B" }));
    expect(answer.status).toBe(400);
    expect(answer.errors[0]?.["message"]).toBe("Unknown operation named 'B'.");
  });

  it("cannot subscribe: that takes the real-time endpoint", async () => {
    const answer = await send(JSON.stringify({ query: "subscription { onNoop }" }));
    expect(answer.status).toBe(400);
    expect(answer.errors).toEqual([
      { message: "Subscriptions over MQTT is not supported.", errorType: "BadRequestException" },
    ]);
  });
});

describe("a request that can be run", () => {
  it("answers with data only, and without layout", async () => {
    const answer = await send('{"query":"{hello}"}');
    expect(answer.status).toBe(200);
    expect(answer.text).toBe('{"data":{"hello":"hello you"}}');
    expect(answer.headers.get("content-type")).toBe("application/json;charset=UTF-8");
    expect(answer.headers.get("x-amzn-requestid")).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("runs the operation it names, with its variables", async () => {
    const query = "query A {hello} query B($n: String) {hello(name: $n)}";
    const answer = await send(JSON.stringify({ query, operationName: "B", variables: { n: "Ada" } }));
    expect(answer.data).toEqual({ hello: "hello Ada" });
  });

  it("takes an empty operation name and null variables for none", async () => {
    const answer = await send('{"query":"{hello}","operationName":"","variables":null}');
    expect(answer.data).toEqual({ hello: "hello you" });
  });

  it("takes any content type", async () => {
    const answer = await send('{"query":"{hello}"}', { "content-type": "application/graphql" });
    expect(answer.data).toEqual({ hello: "hello you" });
  });
});

describe("a query that is not valid", () => {
  it("http-bad-field: is answered in graphql-java's words, with 200 and no data", async () => {
    const answer = await send('{"query":"{badfield}"}');
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toEqual({
      data: null,
      errors: [
        {
          path: null,
          locations: [{ line: 1, column: 2, sourceName: null }],
          message:
            "Validation error of type FieldUndefined: Field 'badfield' in type 'Query' is undefined @ 'badfield'",
        },
      ],
    });
  });

  it("http-missing-variable: lacks a variable that may not be null", async () => {
    const answer = await api.query("query ($input: String!) { needs(input: $input) }");
    expect(answer.status).toBe(200);
    expect(answer.data).toBeNull();
    expect(answer.errors).toEqual([
      {
        path: null,
        locations: [{ line: 1, column: 8, sourceName: null }],
        message: "Variable 'input' has coerced Null value for NonNull type 'String!'",
      },
    ]);
  });

  it("http-wrong-type: holds a value that is not of the argument's type", async () => {
    const answer = await api.query("{\n  takes(input: { b: 1 })\n}");
    expect(answer.errors).toEqual([
      {
        path: null,
        locations: [{ line: 2, column: 9, sourceName: null }],
        message:
          "Validation error of type WrongType: argument 'input' with value 'ObjectValue(objectFields=" +
          "[ObjectField{name='b', value=IntValue{value=1}}])' is missing required fields '[a]' @ 'takes'",
      },
    ]);
  });
});

describe("a browser", () => {
  it("L1: is told that any page may call with the headers of known clients, and with no others", async () => {
    const response = await fetch(api.url, {
      method: "OPTIONS",
      headers: {
        origin: "https://app.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type,x-amz-target",
      },
    });
    expect(response.status).toBe(200);
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    const granted = response.headers.get("access-control-allow-headers")?.toLowerCase().split(",");
    expect(granted).toEqual(expect.arrayContaining(["authorization", "content-type", "x-amz-user-agent"]));
    expect(granted).not.toContain("x-amz-target");
    expect(response.headers.get("access-control-allow-methods")).toBe("POST, OPTIONS");
  });

  it.each([tokenOf(), undefined])("may read every answer (token: %s)", async (token) => {
    const headers = token === undefined ? {} : { authorization: token };
    const answer = await api.send({ headers, body: '{"query":"{hello}"}' });
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
  });
});

describe("large and deep queries", () => {
  const query = (text: string) => send(JSON.stringify({ query: text }));

  it.each([
    ["a list 10,000 deep", `{hello(name: ${"[".repeat(10_000)}${"]".repeat(10_000)})}`],
    ["a list 5,000 deep", `{hello(name: ${"[".repeat(5000)}${"]".repeat(5000)})}`],
    ["10,000 directives", `{hello ${"@skip(if: false) ".repeat(10_000)}}`],
    ["a document of 1 MB", `{hello ${" __typename".repeat(100_000)}}`],
    ["5,000 times one field", `{${"hello ".repeat(5000)}}`],
    ["fragments that double at every level", doublingFragments(400)],
    ["a fragment cycle", "{...A} fragment A on Query {...B} fragment B on Query {...A}"],
    ["errors below a million lines", `${"\n".repeat(1_000_000)}{hello ${"@a ".repeat(7000)}}`],
    ["introspection that multiplies at every level", `{__schema{types{${multiplyingIntrospection(5)}}}}`],
  ])("D6: %s is answered within a second", async (_name, text) => {
    const started = performance.now();
    const answer = await query(text);
    expect([200, 400]).toContain(answer.status);
    expect(performance.now() - started).toBeLessThan(1000 * slowness());
    expect((await query("{hello}")).data).toEqual({ hello: "hello you" });
  });

  it("D6: variables nested deeper than Java's JSON parser goes are refused", async () => {
    const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
    const body = (depth: number) =>
      `{"query":"query ($n: String) {hello(name: $n)}","variables":{"n":${nested(depth)}}}`;
    expect((await send(body(900))).data).toEqual({ hello: `hello ${nested(900)}` });
    for (const depth of [1100, 10_000, 1_000_000]) {
      const answer = await send(body(depth));
      expect(answer.status).toBe(400);
      expect(answer.errors[0]?.["message"]).toBe("Unable to parse GraphQL query.");
    }
  });

  it("D6: a fragment cycle is a validation error", async () => {
    const { errors } = await query("{...A} fragment A on Query {...B} fragment B on Query {...A}");
    expect(errors[0]?.["message"]).toContain("Validation error of type FragmentCycle");
  });

  it("D6: half a surrogate pair arrives as it was sent", async () => {
    const answer = await api.query("query ($n: String) {hello(name: $n)}", { n: "a\ud800b" });
    expect(answer.data).toEqual({ hello: "hello a\ud800b" });
  });

  it("D10: names of JavaScript's own are unknown variables and fields", async () => {
    const text = "query ($p: Pair) {takes(input: $p)}";
    const body = `{"query":${JSON.stringify(text)},"variables":{"p":{"a":1,"__proto__":{"b":2}}}}`;
    const { errors } = await send(body);
    expect(errors[0]?.["message"]).toBe(
      "Variable 'p' has an invalid value. The variables input contains a field name '__proto__' that is not " +
        "defined for input object type 'Pair'",
    );
    expect((await api.query(text, { p: { a: 1, constructor: 1 } })).errors).toHaveLength(1);
  });
});

function multiplyingIntrospection(levels: number): string {
  return levels === 0
    ? "name"
    : `fields{type{ofType{ofType{ofType{${multiplyingIntrospection(levels - 1)}}}}}}`;
}

function doublingFragments(count: number): string {
  const fragments = Array.from(
    { length: count },
    (_, i) => `fragment F${String(i)} on Query {...F${String(i + 1)} ...F${String(i + 1)}}`,
  );
  return `{...F0} ${fragments.join(" ")} fragment F${String(count)} on Query {hello}`;
}

it("http-no-schema: an API without a schema answers 502", async () => {
  const empty = await openApi({});
  const answer = await empty.query("{ hello }");
  expect(answer.status).toBe(502);
  expect(JSON.parse(answer.text)).toEqual({
    errors: [{ message: "No schema definition exists.", errorType: "GraphQLSchemaException" }],
  });
  await empty.close();
});
