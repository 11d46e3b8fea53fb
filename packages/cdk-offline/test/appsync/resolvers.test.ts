// Unit resolvers, pipelines and early returns; util's errors as a caller sees them; what the log is told.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openApi, tokenOf, type ResolverSpec, type TestApi } from "./support/api.ts";

/** Every test's resolver is a field of one API: starting one takes longer than the test. */
const resolvers = new Map<string, ResolverSpec>();
const failure = new Error("the disk is on fire");
let api: TestApi;

beforeAll(async () => {
  api = await openApi({
    schema: `type Query { ${[...resolvers.keys()].map((name) => `${name}: AWSJSON`).join(" ")} b: Item }
      type Item { id: ID  nested: AWSJSON }`,
    resolvers: {
      ...Object.fromEntries([...resolvers].map(([name, spec]) => [`Query.${name}`, spec])),
      "Query.b": payload("{ id: 'i', hidden: 'h' }"),
      "Item.nested": payload("ctx.source"),
    },
    lambda: { invoke: () => Promise.reject(failure) },
  });
});
afterAll(() => api.close());

/** Names a field that has the resolver. */
function field(spec: ResolverSpec): string {
  const name = `f${String(resolvers.size)}`;
  resolvers.set(name, spec);
  return name;
}

async function valueOf(name: string): Promise<unknown> {
  return JSON.parse(String((await api.data(`{ ${name} }`))[name]));
}

async function errorOf(name: string) {
  const { data, errors } = await api.query(`{ ${name} }`);
  expect(data).toEqual({ [name]: null });
  return errors[0];
}

const handlers = (request: string, response = "return ctx.result;") => `
  import { util, runtime } from "@aws-appsync/utils";
  export function request(ctx) { ${request} }
  export function response(ctx) { ${response} }`;

const payload = (expression: string) => handlers(`return { payload: ${expression} };`);

describe("a unit resolver", () => {
  const plain = field({ code: payload("{ x: 1 }") });
  it("hands its payload through the data source NONE to its response handler", async () => {
    expect(await valueOf(plain)).toEqual({ x: 1 });
  });

  const early = field({ code: handlers(`runtime.earlyReturn({ early: true });`, `return "not reached";`) });
  it("returns early from its request without a response", async () => {
    expect(await valueOf(early)).toEqual({ early: true });
  });

  const nothings = ["null", "undefined", ""].map((nothing) =>
    field({ code: handlers(`runtime.earlyReturn(${nothing});`) }),
  );
  it.each(nothings)("early-return-null: fails when it returns early with null (%s)", async (name) => {
    expect(await errorOf(name)).toMatchObject({ errorType: "Code", message: "Runtime Error" });
  });

  const arrows = field({
    code: `export const request = (ctx) => ({ payload: 1 }); export const response = (ctx) => ctx.result + 1;`,
  });
  it("may be written with arrow functions", async () => {
    expect(await valueOf(arrows)).toBe(2);
  });

  const counting = field({
    code: `let n = 0; export function request() { n += 1; return { payload: n }; }
      export function response(ctx) { return ctx.result; }`,
  });
  it("keeps no variable from one request to the next", async () => {
    expect(await valueOf(counting)).toBe(1);
    expect(await valueOf(counting)).toBe(1);
  });

  it("of a nested field sees its parent", async () => {
    expect(await api.data("{ b { id nested } }")).toEqual({
      b: { id: "i", nested: '{"id":"i","hidden":"h"}' },
    });
  });
});

describe("a pipeline", () => {
  const visit = (name: string, more = "") => ({
    code: handlers(
      `ctx.stash.visits.push("${name} request " + JSON.stringify(ctx.prev.result)); ${more} return { payload: "${name}" };`,
      `ctx.stash.visits.push("${name} response " + JSON.stringify(ctx.prev.result)); return ctx.result;`,
    ),
  });
  const pipeline = (...functions: { code: string }[]) =>
    field({
      code: handlers(
        `ctx.stash.visits = []; return { before: true };`,
        `return { visits: ctx.stash.visits, result: ctx.result, prev: ctx.prev.result };`,
      ),
      functions,
    });

  const two = pipeline(visit("one"), visit("two"));
  it("runs before, functions and after, each seeing what came before it, with one stash", async () => {
    expect(await valueOf(two)).toEqual({
      visits: [
        'one request {"before":true}',
        'one response {"before":true}',
        'two request "one"',
        'two response "one"',
      ],
      result: "two",
      prev: "two",
    });
  });

  const none = pipeline();
  it("without functions goes from before to after", async () => {
    expect(await valueOf(none)).toEqual({ visits: [], result: { before: true }, prev: { before: true } });
  });

  const outErrors = field({
    code: handlers(`util.appendError("first", "One", { d: 1 }); return {};`, `return ctx.outErrors;`),
    functions: [{ code: handlers(`util.appendError("second"); return {};`, `return ctx.result;`) }],
  });
  it("tells in ctx.outErrors what util.appendError has added so far", async () => {
    const { data } = await api.query(`{ ${outErrors} }`);
    expect(JSON.parse(String(data?.[outErrors]))).toEqual([
      { message: "first", type: "One", data: { d: 1 }, errorInfo: null },
      { message: "second", type: null, data: null, errorInfo: null },
    ]);
  });

  const next = pipeline(visit("one", "runtime.earlyReturn(['early']);"), visit("two"));
  it("skips a function's data source and response on its early return, and goes on", async () => {
    expect(await valueOf(next)).toMatchObject({
      visits: ['one request {"before":true}', 'two request ["early"]', 'two response ["early"]'],
      result: "two",
    });
  });

  const end = pipeline(visit("one", `runtime.earlyReturn({ e: 1 }, { skipTo: "END" });`), visit("two"));
  it("goes to its response at once on an early return to END", async () => {
    expect(await valueOf(end)).toMatchObject({
      visits: ['one request {"before":true}'],
      result: { e: 1 },
      prev: { e: 1 },
    });
  });

  const own = field({
    code: handlers(`runtime.earlyReturn({ e: 2 });`, `return { after: ctx.prev.result };`),
    functions: [visit("one")],
  });
  it("goes to its response on an early return of its own request", async () => {
    expect(await valueOf(own)).toEqual({ after: { e: 2 } });
  });

  const stopped = pipeline(
    visit("one"),
    { code: handlers(`util.error("stop", "Stopped");`) },
    visit("three"),
  );
  it("ends at util.error, whichever handler raises it", async () => {
    expect(await errorOf(stopped)).toMatchObject({ message: "stop", errorType: "Stopped" });
  });
});

describe("errors of util", () => {
  const raised = field({ code: handlers(`util.error("bad", "Bad", { x: 1 }, { info: true });`) });
  it("util.error: null data, and whatever was given", async () => {
    expect(await errorOf(raised)).toEqual({
      path: [raised],
      data: { x: 1 },
      errorType: "Bad",
      errorInfo: { info: true },
      locations: [{ line: 1, column: 3, sourceName: null }],
      message: "bad",
    });
  });

  const untyped = field({ code: handlers(`util.error("bad");`) });
  it("util.error without a type has none", async () => {
    expect(await errorOf(untyped)).toMatchObject({ errorType: null, errorInfo: null, data: null });
  });

  const appended = field({
    code: handlers(
      `util.appendError("first", "One"); return { payload: 5 };`,
      `util.appendError("second", "Two", { d: 1 }); return ctx.result;`,
    ),
  });
  it("util.appendError: the result stays, and the errors come in order", async () => {
    const { data, errors } = await api.query(`{ ${appended} }`);
    expect(data).toEqual({ [appended]: "5" });
    expect(errors.map(({ message, errorType }) => [message, errorType])).toEqual([
      ["first", "One"],
      ["second", "Two"],
    ]);
  });

  const unauthorized = field({ code: handlers(`util.unauthorized();`) });
  it("util.unauthorized names field and type", async () => {
    expect(await errorOf(unauthorized)).toMatchObject({
      errorType: "Unauthorized",
      message: `Not Authorized to access ${unauthorized} on type Query`,
    });
  });

  const lacking = field({ code: handlers(`return util.rds.toJsonObject('{}');`) });
  it("what the local runtime lacks is refused by name", async () => {
    expect(await errorOf(lacking)).toMatchObject({
      errorType: "NotImplementedException",
      message: "util.rds is not served by the local runtime",
    });
  });
});

describe("the log", () => {
  const printing = field({
    code: handlers(`console.log("seen", { a: 1 }); console.error("oops"); return null.x;`),
  });
  it("is told what code prints and why it broke off; the caller is told where", async () => {
    expect(await errorOf(printing)).toMatchObject({
      errorType: "Code",
      message: expect.stringMatching(
        /^code\.js:\d+:\d+: TypeError: Cannot read properties of null/,
      ) as string,
    });
    const entry = api.log.at(-1);
    expect(entry).toMatchObject({ status: 200, operationName: null, errorTypes: ["Code"], failures: [] });
    expect(entry?.notes).toEqual([
      expect.stringMatching(/request: INFO - code\.js:\d+:\d+: "seen" \{"a":1\}$/),
      expect.stringMatching(/request: ERROR - code\.js:\d+:\d+: "oops"$/),
      expect.stringContaining("request broke off: TypeError: Cannot read properties of null"),
    ]);
  });

  const failing = field({ code: handlers(`return { operation: "Invoke" };`), source: "lambda" });
  it("is told what failed in the runtime; the caller learns only that something did", async () => {
    expect(await errorOf(failing)).toMatchObject({
      errorType: "InternalFailure",
      message: "An internal failure occurred while resolving this field.",
    });
    expect(api.log.at(-1)?.failures).toEqual([failure]);
  });
});

describe("ctx.request.headers", () => {
  const headersField = field({ code: payload("ctx.request.headers") });
  it("holds all headers but the cookie", async () => {
    const { data } = await api.send({
      headers: { authorization: tokenOf(), cookie: "secret=1", "x-Custom": "nadia" },
      body: `{"query":"{${headersField}}"}`,
    });
    const seen = JSON.parse(String(data?.[headersField])) as Record<string, unknown>;
    expect(seen).toMatchObject({ "x-custom": "nadia", authorization: tokenOf() });
    expect(seen).not.toHaveProperty("cookie");
  });
});
