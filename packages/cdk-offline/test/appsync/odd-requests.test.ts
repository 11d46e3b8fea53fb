// Requests that no honest client sends: refused or answered, quickly, and the next one is served.

import { request as httpRequest } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openApi, returning, tokenOf, type TestApi } from "./support/api.ts";
import { slowness } from "../../src/testing/slowness.ts";

const SCHEMA = `
  type Query {
    echo(text: String, id: ID, int: Int, float: Float, json: AWSJSON, list: [Float], in: In): AWSJSON
    headers: AWSJSON
    slow(text: String): String
    node: Node
    many(count: Int): [Node]
    fails: String
  }
  input In { a: String  in: In }
  type Node { self: Node  value: String  resolved: String  constructor: String  toString: AWSJSON }`;

let invocations = 0;
let atOnce = 0;
let mostAtOnce = 0;
let api: TestApi;
beforeAll(async () => {
  api = await openApi({
    schema: SCHEMA,
    resolvers: {
      "Query.echo": returning("ctx.args"),
      "Query.slow": { source: "lambda" },
      "Query.headers": returning("ctx.request.headers"),
      "Query.node": returning("({ value: 'v', self: { value: 'w' } })"),
      "Query.many": { source: "lambda" },
      "Node.resolved": { source: "lambda" },
      "Query.fails": { source: "lambda" },
    },
    lambda: {
      async invoke(_name, payload) {
        const { info, arguments: args } = JSON.parse(payload) as {
          readonly info: { readonly fieldName: string };
          readonly arguments: { readonly count?: number };
        };
        invocations += 1;
        if (info.fieldName === "many") {
          return { payload: JSON.stringify(Array.from({ length: args.count ?? 0 }, () => ({}))) };
        }
        if (info.fieldName === "fails") {
          throw new Error("arn:aws:dynamodb:us-east-1:000000000000:table/Secret at secret.ts:1");
        }
        if (info.fieldName === "slow") {
          atOnce += 1;
          mostAtOnce = Math.max(mostAtOnce, atOnce);
          await new Promise((resolve) => setTimeout(resolve, 5));
          atOnce -= 1;
        }
        return { payload: '"r"' };
      },
    },
  });
});
afterAll(() => api.close());

const send = (body: string | Uint8Array) => api.send({ headers: { authorization: tokenOf() }, body });
const echo = async (type: string, name: string, value: string) =>
  send(`{"query":"query ($v: ${type}) { echo(${name}: $v) }","variables":{"v":${value}}}`);

describe("a body that two readers could understand differently", () => {
  it.each([
    ["the query", '{"query":"{ node { value } }","query":"{ headers }"}'],
    ["variables", '{"query":"{ headers }","variables":{},"variables":null}'],
    ["one variable", '{"query":"{ headers }","variables":{"a":1,"a":2}}'],
    ["a member of a variable", '{"query":"{ headers }","variables":{"a":[{"b":{"c":1,"c":1}}]}}'],
    ["a name spelt in two ways", String.raw`{"query":"{ headers }","variables":{"ab":1,"\u0061b":2}}`],
    ["a variable in text", String.raw`{"query":"{ headers }","variables":"{\"a\":1,\"a\":2}"}`],
  ])("D4: names %s twice and is refused", async (_what, body) => {
    const answer = await send(body);
    expect(answer.status).toBe(400);
    expect(answer.errors).toEqual([
      { message: "Unable to parse GraphQL query.", errorType: "MalformedHttpRequestException" },
    ]);
  });

  it.each([
    ["the same name in two objects", '{"a":{"x":1},"b":{"x":1}}'],
    ["names in lists", '[{"x":1},{"x":1},"x","x"]'],
    ["names that are values too", '{"a":"b","b":"a","c":"a,\\"a\\":"}'],
  ])("is not the one with %s", async (_what, value) => {
    const answer = await send(`{"query":"{ node { value } }","variables":{"v":${value}}}`);
    expect(answer.data).toEqual({ node: { value: "v" } });
  });

  it.each([
    ["a byte order mark", Buffer.from('\uFEFF{"query":"{ headers }"}')],
    ["UTF-16", Buffer.from('{"query":"{ headers }"}', "utf16le")],
    [
      "a broken character",
      Buffer.concat([Buffer.from('{"query":"{ headers } #'), Buffer.of(0xff), Buffer.from('"}')]),
    ],
    [
      "half a surrogate pair as bytes",
      Buffer.concat([
        Buffer.from('{"query":"#'),
        Buffer.of(0xed, 0xa0, 0x80),
        Buffer.from('\\n{ headers }"}'),
      ]),
    ],
  ])("D4: has %s and is refused", async (_what, body) => {
    expect((await send(body)).status).toBe(400);
  });
});

describe("a number beyond all measure (D6)", () => {
  it.each([
    ["Int", "int", "1e400"],
    ["Int", "int", "2147483648"],
    ["Float", "float", "1e400"],
    ["[Float]", "list", "[1, -1e999]"],
  ])("is no %s: %s = %s", async (type, name, value) => {
    const answer = await echo(type, name, value);
    expect(answer.data).toBeNull();
    expect(answer.errors[0]?.["message"]).toContain("Variable 'v' has an invalid value.");
  });

  it("with ten thousand digits is answered at once", async () => {
    const answer = await echo("Float", "float", `1${"0".repeat(10_000)}`);
    expect(answer.errors).toHaveLength(1);
    const literal = await send(`{"query":"{ echo(int: ${"9".repeat(10_000)}) }"}`);
    expect(literal.errors[0]?.["message"]).toContain("Validation error of type WrongType");
  });
});

describe("nesting without end (D6)", () => {
  const deep = (levels: number) => "[".repeat(levels) + "]".repeat(levels);

  it.each([1001, 100_000])("%d levels of AWSJSON are not valid JSON", async (levels) => {
    const answer = await echo("AWSJSON", "json", JSON.stringify(deep(levels)));
    expect(answer.data).toBeNull();
    expect(answer.errors[0]?.["message"]).toContain("Variable 'v' has an invalid value.");
    const literal = await send(JSON.stringify({ query: `{ echo(json: ${JSON.stringify(deep(levels))}) }` }));
    expect(literal.errors[0]?.["message"]).toContain("Validation error of type WrongType");
  });

  it.each([
    ["fields", (levels: number) => `{ node ${"{ self".repeat(levels)} { value } ${"}".repeat(levels)} }`],
    ["fragments", (levels: number) => `{ node ${"{ ...".repeat(levels)} { value } ${"}".repeat(levels)} }`],
    ["lists", (levels: number) => `{ echo(list: ${deep(levels)}) }`],
    ["objects", (levels: number) => `{ echo(in: ${"{in:".repeat(levels)}{}${"}".repeat(levels)}) }`],
  ])("of %s is refused within a second", async (_what, query) => {
    for (const levels of [510, 4900]) {
      const started = performance.now();
      const answer = await send(JSON.stringify({ query: query(levels) }));
      expect(answer.status).toBe(400);
      expect(performance.now() - started).toBeLessThan(1000 * slowness());
    }
    const answer = await send(JSON.stringify({ query: query(400) }));
    expect(answer.status).toBe(200);
    expect((await send('{"query":"{ node { value } }"}')).data).toEqual({ node: { value: "v" } });
  });
});

describe("a query that is too long", () => {
  it("is told so: 15,000 tokens are the most (D6)", async () => {
    const answer = await send(JSON.stringify({ query: `{ node { ${"value ".repeat(15_000)} } }` }));
    expect(answer.status).toBe(400);
    expect(answer.errors).toEqual([
      { message: "Maximum char length exceeded.", errorType: "MalformedHttpRequestException" },
    ]);
  });

  it("is not one with a long text in it", async () => {
    const text = "x".repeat(1_000_000);
    const answer = await send(JSON.stringify({ query: `{ echo(text: "${text}") }` }));
    expect(String(answer.data?.["echo"])).toContain(text);
  });
});

describe("many fields", () => {
  it("D2: of a large request run a few at once, so that their contexts fit into memory; of a small one all", async () => {
    const aliases = Array.from({ length: 100 }, (_, index) => `a${index}: slow(text: $text)`);
    const query = `query ($text: String) { ${aliases.join(" ")} }`;
    mostAtOnce = 0;
    const { data } = await api.query(query, { text: "x".repeat(1_000_000) });
    expect(Object.values(data ?? {})).toEqual(Array.from({ length: 100 }, () => "r"));
    expect(mostAtOnce).toBeLessThanOrEqual(16);
    expect(mostAtOnce).toBeGreaterThan(1);
    await api.query(query, { text: "x" });
    expect(mostAtOnce).toBe(100);
  });

  it("D2: no more than 10,000 resolvers are run for one request, also without a limit of the API's own", async () => {
    invocations = 0;
    const { data, errors } = await api.query("{ many(count: 10020) { resolved } }");
    expect(data?.["many"]).toHaveLength(10_020);
    expect(errors).toHaveLength(21);
    expect(errors[0]).toMatchObject({
      path: ["many", 9999, "resolved"],
      errorType: "ResolverExecutionLimitReached",
      message: "Resolver invocation limit reached",
    });
    expect(invocations).toBe(10_000);
  });
});

describe("names of JavaScript's own", () => {
  it.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
    "D10: %s is a name like any other",
    async (name) => {
      const alias = await api.query(`{ ${name}: node { value } }`);
      expect(alias.text).toBe(`{"data":{"${name}":{"value":"v"}}}`);
      const field = await api.query(`{ ${name} }`);
      expect(field.errors[0]?.["message"]).toContain(`Field '${name}' in type 'Query' is undefined`);
      const operation = await send(`{"query":"query A { headers }","operationName":"${name}"}`);
      expect(operation.errors[0]?.["message"]).toBe(`Unknown operation named '${name}'.`);
      const argument = await api.query(`{ echo(${name}: 1) }`);
      expect(argument.errors[0]?.["message"]).toContain(`Unknown field argument ${name}`);
      const member = await api.query(`{ echo(in: { ${name}: 1 }) }`);
      expect(member.errors).toHaveLength(1);
      const type = await api.query(`{ node { ... on ${name} { value } } }`);
      expect(type.errors[0]?.["message"]).toContain(`Unknown type ${name}`);
      const value = await send(
        `{"query":"query ($v: AWSJSON) { echo(json: $v) }","variables":{"v":"{\\"${name}\\":1}"}}`,
      );
      expect(value.data).toEqual({ echo: `{"json":{"${name}":1}}` });
    },
  );

  it("D10: a field so named is null where the data has none", async () => {
    expect(await api.data("{ node { constructor toString } }")).toEqual({
      node: { constructor: null, toString: null },
    });
  });
});

describe("headers", () => {
  it("sent several times are a list, the cookie is not told", async () => {
    const { port } = new URL(api.url);
    const text = await new Promise<string>((resolve, reject) => {
      const outgoing = httpRequest(
        {
          port,
          host: "127.0.0.1",
          path: "/graphql",
          method: "POST",
          headers: {
            authorization: tokenOf(),
            "X-Custom": ["bailey", "nadia"],
            cookie: "session=secret",
            __proto__: "p",
          },
        },
        (incoming) => {
          let body = "";
          incoming.setEncoding("utf8");
          incoming.on("data", (chunk: string) => (body += chunk));
          incoming.on("end", () => {
            resolve(body);
          });
        },
      );
      outgoing.on("error", reject);
      outgoing.end('{"query":"{ headers }"}');
    });
    const { data } = JSON.parse(text) as { readonly data: { readonly headers: string } };
    const headers = JSON.parse(data.headers) as Readonly<Record<string, unknown>>;
    expect(headers["x-custom"]).toEqual(["bailey", "nadia"]);
    expect(headers).not.toHaveProperty("cookie");
    expect(text).not.toContain("secret");
  });
});

it("D11: what fails in a data source or in the runtime is told to nobody but the log", async () => {
  const { data, errors, text } = await api.query("{ fails }");
  expect(data).toEqual({ fails: null });
  expect(errors[0]?.["errorType"]).toBe("InternalFailure");
  for (const word of ["arn:", "Secret", "secret.ts", "Lambda:Unhandled"]) expect(text).not.toContain(word);
  expect(String(api.log.at(-1)?.failures[0])).toContain("table/Secret");
});
