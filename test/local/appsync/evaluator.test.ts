// The language of resolver code, where it differs from JavaScript, and the walls around it.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ResolverCodeError } from "../../../local/appsync/evaluator/compile.ts";
import { openTestEvaluator, TIME_LIMIT_MS, type TestEvaluator } from "./support/evaluator.ts";

let test: TestEvaluator;
beforeAll(async () => {
  test = await openTestEvaluator();
});
afterAll(() => test.close());

const ending = async (body: string, context?: Readonly<Record<string, unknown>>) =>
  (await test.call(body, context)).report.ending;

describe("loading code", () => {
  const load = (code: string) => test.evaluator.load(code);
  const handlers = "export function request() {} export function response() {}";

  it.each([
    ["does not parse", "export function request( {", "code.js:1:27:"],
    ["imports what there is not", `import fs from "node:fs"; ${handlers}`, "Cannot find module 'node:fs'"],
    ["imports a file", `import { a } from "./a.js"; ${handlers}`, "Cannot find module './a.js'"],
    [
      "imports what is not served",
      `import { sql } from "@aws-appsync/utils/rds"; ${handlers}`,
      "@aws-appsync/utils/rds is not served",
    ],
    ["has no response", "export function request() {}", "it exports no function named response"],
    [
      "has handlers that are none",
      "export const request = 1, response = 2",
      "request and none named response",
    ],
    ["breaks off at its top level", `const a = null.b; ${handlers}`, "TypeError"],
    ["does not end at its top level", `for (;;) {} ${handlers}`, "its top level does not end"],
  ])("refuses code that %s", async (_name, code, message) => {
    await expect(load(code)).rejects.toThrow(ResolverCodeError);
    await expect(load(code)).rejects.toThrow(message);
  });

  it("honours the aliases of imports, and names of the code's own that are CommonJS's", async () => {
    const code = await load(`
      import { util as util2, runtime } from "@aws-appsync/utils";
      import { util as util3 } from "@aws-appsync/utils";
      import * as ddb from "@aws-appsync/utils/dynamodb";
      import { put as write, operations as ops } from "@aws-appsync/utils/dynamodb";
      const module = util2 === util3, exports = 1, require2 = 2;
      const util = "mine";
      export function request() {
        return { module, exports, util, same: ddb.put === write, type: ops.increment(1).type, now: util2.time.nowEpochSeconds() };
      }
      export const response = (ctx) => ctx.result;`);
    const { result } = await code.call("request", "{}");
    expect(JSON.parse(result)).toEqual({
      module: true,
      exports: 1,
      util: "mine",
      same: true,
      type: "OPERATION_INCREMENT",
      now: 1795363200,
    });
  });

  it("gives util, runtime and extensions without an import as well", async () => {
    const code = await load(
      "export function request() { return [util.str.normalize('a', 'nfc'), typeof runtime, typeof extensions]; } export function response() {}",
    );
    expect((await code.call("request", "{}")).result).toBe('["a","object","object"]');
  });
});

describe("the language", () => {
  it("JSON.parse of text that is not JSON gives an empty string", async () => {
    expect(await test.value(`[JSON.parse("nope"), JSON.parse("{}"), JSON.parse("")]`)).toEqual(["", {}, ""]);
  });

  it("replace and replaceAll take Java patterns", async () => {
    expect(await test.value(`["a.b.c".replace(".", "-"), "a.b.c".replaceAll("\\\\.", "-")]`)).toEqual([
      "-.b.c",
      "a-b-c",
    ]);
    expect(await test.value(String.raw`"x-1-y".replaceAll("(\\d)", "<$1>")`)).toBe("x-<1>-y");
    expect(await ending(`return "a".replaceAll("(", "")`)).toMatchObject({ kind: "faulted" });
  });

  it("ctx.stash can be changed and not replaced", async () => {
    const { report, stash } = await test.call("ctx.stash.b = [1]; delete ctx.stash.a; return null;", {
      stash: { a: 1 },
    });
    expect(report.ending).toEqual({ kind: "returned" });
    expect(stash).toBe('{"b":[1]}');
    expect(await ending("ctx.stash = {}; return 1;")).toMatchObject({ kind: "faulted" });
  });

  it("JSON.stringify(ctx.info) leaves the selection sets out, which are there to be read", async () => {
    const info = { fieldName: "f", selectionSetList: ["a"], selectionSetGraphQL: "{ a }" };
    const value = await test.value(
      "[JSON.stringify(ctx.info), ctx.info.selectionSetList, ctx.info.selectionSetGraphQL]",
      { info },
    );
    expect(value).toEqual(['{"fieldName":"f"}', ["a"], "{ a }"]);
  });

  it("ctx.args is ctx.arguments", async () => {
    expect(await test.value("[ctx.args.a, ctx.arguments === ctx.args]", { arguments: { a: 5 } })).toEqual([
      5,
      true,
    ]);
  });

  it("a result of nothing is null", async () => {
    expect((await test.call("return;")).result).toBe("null");
  });

  it("is strict: an undeclared variable cannot be assigned", async () => {
    expect(await ending("undeclared = 1; return undeclared;")).toMatchObject({ kind: "faulted" });
  });

  it.each([
    "new Date()",
    "Date.now()",
    "process.env",
    "globalThis",
    "setTimeout(1)",
    "fetch('x')",
    "Promise",
    "eval('1')",
    "Symbol()",
  ])("has no %s", async (expression) => {
    expect(await ending(`return ${expression};`)).toMatchObject({
      kind: "faulted",
      message: expect.stringMatching(/is not defined/) as string,
    });
  });
});

describe("util and runtime end a call", () => {
  it("with what they were given", async () => {
    expect(await ending(`util.error("m", "T", { a: 1 }, { b: 2 })`)).toEqual({
      kind: "raised",
      error: { message: "m", errorType: "T", data: { a: 1 }, errorInfo: { b: 2 } },
    });
    expect(await ending("util.unauthorized()")).toEqual({ kind: "unauthorized" });
    expect(await ending("runtime.earlyReturn(null)")).toMatchObject({ kind: "faulted" });
    const early = await test.call(`runtime.earlyReturn([], { skipTo: "END" })`);
    expect(early.report.ending).toEqual({ kind: "returnedEarly", skipTo: "END" });
    expect(early.result).toBe("[]");
  });

  it("keeping what was appended, printed and put into the stash before", async () => {
    const body = `ctx.stash.a = 1; util.appendError("one", "One"); console.log("x", [1]); util.error("two");`;
    const { report, stash } = await test.call(body);
    expect(report.appended.map(({ message }) => message)).toEqual(["one"]);
    expect(report.logs).toEqual(["INFO x [1]"]);
    expect(stash).toBe('{"a":1}');
  });

  it("extensions keep the filters of a subscription", async () => {
    const { report } = await test.call(`
      extensions.setSubscriptionFilter(util.transform.toSubscriptionFilter({ a: { eq: 1 } }));
      extensions.setSubscriptionInvalidationFilter({ filterGroup: [] });`);
    expect(report.subscriptionFilter).toEqual({
      filterGroup: [{ filters: [{ fieldName: "a", operator: "eq", value: 1 }] }],
    });
    expect(report.invalidationFilter).toEqual({ filterGroup: [] });
  });

  it.each([
    "util.rds.x",
    "util.http.copyHeaders({})",
    "util.xml.toMap('')",
    "util.transform.toElasticsearchQueryDSL({})",
    "extensions.invalidateSubscriptions({})",
    "extensions.evictFromApiCache('a', 'b', {})",
    "ddb.transactWrite({ items: [] })",
    "ddb.sync({})",
    "ddb.put({ key: { id: 1 }, item: {}, _version: 1 })",
  ])("%s is refused by name", async (expression) => {
    const { kind, message } = (await ending(`return ${expression};`)) as { kind: string; message: string };
    expect(kind).toBe("notServed");
    expect(message).toMatch(/is not served by the local runtime$/);
  });

  it("a member that util does not have is named", async () => {
    expect(await ending("return util.toJson({})")).toMatchObject({
      kind: "faulted",
      message: expect.stringContaining("util.toJson is not a function") as string,
    });
  });
});

describe("hostile code", () => {
  it.each([
    `return ctx.constructor.constructor("return process")()`,
    `return (() => {}).constructor("return 1")()`,
    `return util.error.constructor("return process")()`,
    `return [].map.constructor("return this")()`,
    `return ddb.put.constructor.constructor("return process")()`,
    `try { null.x } catch (e) { return e.constructor.constructor("return process")() }`,
    `try { util.error("x") } catch (e) { return e.constructor.constructor("return process")() }`,
    `return (async () => {}).constructor("return 1")()`,
    `return (function* () {}).constructor("yield 1")().next()`,
  ])("cannot make code from text: %s", async (body) => {
    expect(await ending(body)).toMatchObject({
      kind: "faulted",
      message: "EvalError: Code generation from strings disallowed for this context",
    });
  });

  it("finds no object of the host in the frames of an error", async () => {
    const value = await test.value(`(() => {
      const Failure = (() => { try { null.x } catch (e) { return e.constructor.__proto__ } })();
      let frames = "none";
      try { Failure.prepareStackTrace = (error, sites) => { frames = sites.length; return sites; }; } catch {}
      try { null.x } catch (e) { e.stack }
      return [typeof Failure, frames];
    })()`);
    expect(value).toEqual(["function", "none"]);
  });

  it("cannot change util, runtime or the module for the next call", async () => {
    for (const body of [
      "util.error = () => 1;",
      "util.time.nowISO8601 = () => 1;",
      "delete util.time;",
      "runtime.earlyReturn = 1;",
      "JSON.stringify = () => 1;",
      "Object.keys = 1;",
      "util.autoId.call = 1;",
    ]) {
      expect(await ending(body)).toMatchObject({ kind: "faulted" });
    }
  });

  it("cannot reach another call's context or the host through prototypes", async () => {
    const code = await test.evaluator.load(`
      export function request(ctx) {
        Object.getPrototypeOf(ctx).leaked = ctx.identity.sub;
        Object.getPrototypeOf([]).map = () => "mine";
        return 1;
      }
      export function response(ctx) { return 1; }`);
    await code.call("request", '{"identity":{"sub":"secret"}}');
    expect(await test.value("[ctx.leaked ?? null, [1].map((x) => x + 1)]")).toEqual([null, [2]]);
    expect(({} as Record<string, unknown>)["leaked"]).toBeUndefined();
  });

  it.each([
    ["throws an object whose text throws", `throw { toString() { throw 1; }, get message() { throw 2; } };`],
    ["throws null", "throw null;"],
    ["returns what holds itself", "const o = {}; o.o = o; return o;"],
    ["puts into the stash what holds itself", "ctx.stash.s = ctx.stash; return 1;"],
    ["raises an error that holds itself", `const o = {}; o.o = o; util.error("x", "X", o);`],
    ["returns a BigInt", "return 1n;"],
    ["recurses without end", "const f = () => f() + 1; return f();"],
    ["returns data 100,000 deep", "let a = []; for (let i = 0; i < 1e5; i++) a = [a]; return a;"],
    ["makes a string too long", `return "x".repeat(2 ** 29);`],
    ["breaks JSON by toJSON", "Object.getPrototypeOf({}).toJSON = () => { throw 1; }; return {};"],
  ])("that %s is a fault, and the evaluator lives", async (_name, body) => {
    expect(await ending(body)).toMatchObject({ kind: "faulted" });
    expect(await test.value("1 + 1")).toBe(2);
  });

  it.each([
    ["loops without end", "for (;;) {}"],
    ["lengthens the list it walks", "const a = [1]; for (const x of a) a.push(x, x);"],
    ["fills a list too long", "return [].concat(Array(1e8).fill(0));"],
    ["loops after it has returned", "(async () => { for (;;) await 1; })(); return 1;"],
    ["loops in toJSON", "return { toJSON() { for (;;) {} } };"],
    [
      "backtracks without end",
      `return util.matches("(a+)+b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");`,
    ],
  ])(
    "that %s ends after the time limit at the latest, and calls beside it are answered",
    async (_name, body) => {
      const started = performance.now();
      const [hostile, ...others] = await Promise.all([
        test.call(body),
        ...[1, 2, 3].map((n) => test.value(`${String(n)} * 2`)),
      ]);
      expect(["faulted", "returned"]).toContain(hostile.report.ending.kind);
      expect(others).toEqual([2, 4, 6]);
      expect(performance.now() - started).toBeLessThan(TIME_LIMIT_MS * 6);
    },
  );
});
