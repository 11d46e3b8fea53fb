// Resolver code that wants out, or wants to take the process with it. The host stays as it was, and calls go on.

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openEvaluator } from "../../src/appsync/evaluator/evaluator.ts";
import { openTestEvaluator, TIME_LIMIT_MS, type TestEvaluator } from "./support/evaluator.ts";

let test: TestEvaluator;
beforeAll(async () => {
  test = await openTestEvaluator();
});
afterAll(() => test.close());

const run = promisify(execFile);
const ending = async (body: string, context?: Readonly<Record<string, unknown>>) =>
  (await test.call(body, context)).report.ending;

/** Checks that calls go on. */
async function expectAlive(): Promise<void> {
  expect(await test.value("1 + 1")).toBe(2);
}

describe("code from text", () => {
  it.each([
    `return ctx.constructor.constructor("return process")()`,
    `return (() => {}).constructor("return 1")()`,
    `return util.error.constructor("return process")()`,
    `return [].map.constructor("return this")()`,
    `return ddb.put.constructor.constructor("return process")()`,
    `return console.log.constructor("return process")()`,
    `return JSON.parse.constructor("return process")()`,
    `return "".replace.constructor("return process")()`,
    `try { null.x } catch (e) { return e.constructor.constructor("return process")() }`,
    `try { util.error("x") } catch (e) { return e.constructor.constructor("return process")() }`,
    `try { ctx.stash = 1 } catch (e) { return e.constructor.constructor("return process")() }`,
    `try { "x".repeat(2 ** 30) } catch (e) { return e.constructor.constructor("return process")() }`,
    `try { (function f() { f() })() } catch (e) { return e.constructor.constructor("return process")() }`,
    `try { ({}).x.y } catch (e) { return Object.getPrototypeOf(e.constructor).constructor("return process")() }`,
    `return (function* () {}).constructor("yield 1")().next()`,
    `return Object.getOwnPropertyDescriptor(Object.getPrototypeOf({}), "constructor").get().constructor("return 1")()`,
    `return [].values().constructor.constructor("return process")()`,
    `return arguments.callee.constructor("return process")()`,
  ])("is not made: %s", async (body) => {
    const { kind, message } = (await ending(body)) as { kind: string; message: string };
    expect(kind).toBe("faulted");
    expect(message).toMatch(
      /Code generation from strings disallowed|may not be accessed|is not a function|Cannot read properties/,
    );
  });

  it.each([
    `return (async () => {}).constructor("return 1")()`,
    `return import("node:fs")`,
    `return import("data:text/javascript,export default 1")`,
    `return import.meta.url`,
    `new (class { static async *[ctx.a]() {} })`,
  ])("does not even load: %s", async (body) => {
    await expect(test.call(body)).rejects.toThrow(/is not supported/);
  });
});

describe("the host", () => {
  it("is not in what a function is given or called by", async () => {
    const body = `
      const seen = [];
      const look = (value) => { try { seen.push(typeof value()); } catch (e) { seen.push("refused"); } };
      look(() => (function f() { return f.caller; })());
      look(() => request.caller);
      look(() => request.arguments);
      look(() => (function () { return this; })());
      return seen;`;
    expect((await test.call(body)).result).toBe('["refused","refused","refused","undefined"]');
  });

  it("is not in the frames of an error, and what formats them cannot be set", async () => {
    const value = await test.value(`(() => {
      const Failure = (() => { try { null.x } catch (e) { return e.constructor } })();
      const results = [];
      for (const target of [Failure, Object.getPrototypeOf(Failure)]) {
        try { target.prepareStackTrace = (error, sites) => sites; results.push("set"); } catch { results.push("refused"); }
        try { target.stackTraceLimit = 1000; results.push("set"); } catch { results.push("refused"); }
      }
      try { null.x } catch (e) { results.push(typeof e.stack) }
      return results;
    })()`);
    expect(value).toEqual(["refused", "refused", "refused", "refused", "string"]);
  });

  it("has no name here, whatever is tried", async () => {
    const names = [
      "process",
      "require",
      "global",
      "globalThis",
      "window",
      "self",
      "Buffer",
      "SharedArrayBuffer",
      "Atomics",
    ];
    const value = await test.value(`[${names.map((name) => `typeof ${name}`).join(", ")}]`);
    expect(value).toEqual(names.map(() => "undefined"));
  });

  it("is not behind a built-in function that is called without an object, and neither is the realm", async () => {
    const seen = await test.value(`(() => {
      const { sort, map, some } = [], { replace } = "", { parse } = JSON, { autoId } = util;
      const { set } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf({}), "toString");
      const out = [];
      const look = (value) => { try { out.push(typeof value()); } catch { out.push("refused"); } };
      look(() => sort());
      look(() => map((x) => x));
      look(() => some.call(undefined, (x, i, list) => list));
      look(() => set(1) ?? "nothing".x);
      look(() => (0, replace)("undefined", "mine"));
      return out;
    })()`);
    expect(seen).toEqual(["refused", "refused", "refused", "refused", "string"]);
    expect(await test.value(`(0, "".replace)("undefined", "this")`)).toBe("this");
  });

  it.each([
    [
      "what counts the rounds of a loop",
      String.raw`for (const x of [1]) { $appsync\u005floop1 = 0; } return 1;`,
    ],
    ["what stands for a sum", String.raw`$appsync\u005fsum = () => 1; return ctx.stash.a + "";`],
    ["what gives modules", String.raw`return $appsync\u005frequire("@aws-appsync/utils");`],
  ])("gives the code no name for %s, written with escapes or not", async (_what, body) => {
    for (const written of [body, body.replaceAll(String.raw`\u005f`, "_")]) {
      const { kind, message } = (await ending(written)) as { kind: string; message?: string };
      expect([kind, message]).toEqual([
        "faulted",
        expect.stringMatching(/ReferenceError: .* is not defined/),
      ]);
    }
  });

  it("would be in a process that can neither touch files, nor start others, nor make code from text", async () => {
    await expectAlive();
    const { stdout: children } = await run("ps", ["-ww", "-o", "args=", "--ppid", String(process.pid)]);
    const [, , flags = ""] = /^(\S+node\S*) (--max-old-space-size=256 .*?) -e /m.exec(children) ?? [];
    const attempts = `
      const attempt = (name, step) => { try { step(); } catch (error) { console.log(name, error.code ?? error.name); } };
      attempt("read", () => require("node:fs").readFileSync(process.execPath));
      attempt("write", () => require("node:fs").writeFileSync("${join(tmpdir(), "hostile")}", ""));
      attempt("start", () => require("node:child_process").spawnSync(process.execPath));
      attempt("eval", () => eval("1"));`;
    const { stdout } = await run(process.execPath, [...flags.split(" "), "-e", attempts]);
    expect(stdout.trim().split("\n")).toEqual([
      "read ERR_ACCESS_DENIED",
      "write ERR_ACCESS_DENIED",
      "start ERR_ACCESS_DENIED",
      "eval EvalError",
    ]);
  });

  it("keeps its prototypes and its files", async () => {
    const file = join(tmpdir(), `hostile-${String(process.pid)}`);
    const code = await test.evaluator.load(`
      export function request(ctx) {
        const out = [];
        const attempt = (step) => { try { step(); out.push("done"); } catch (e) { out.push("refused"); } };
        attempt(() => { Object.getPrototypeOf(ctx).leaked = ctx.identity.sub; });
        attempt(() => { Object.getPrototypeOf([]).map = () => "mine"; });
        attempt(() => { ctx.constructor.constructor("require('fs').writeFileSync('${file}', '')")(); });
        attempt(() => { ctx.__proto__.x = 1; });
        return out;
      }
      export function response(ctx) { return 1; }`);
    const { result } = await code.call("request", '{"identity":{"sub":"secret"}}');
    expect(result).toBe('["refused","refused","refused","refused"]');
    expect(await test.value("[ctx.leaked ?? null, [1].map((x) => x + 1)]")).toEqual([null, [2]]);
    expect(({} as Record<string, unknown>)["leaked"]).toBeUndefined();
    expect(existsSync(file)).toBe(false);
  });
});

describe("the next call", () => {
  it.each([
    "util.error = () => 1;",
    "util.time.nowISO8601 = () => 1;",
    "delete util.time;",
    "runtime.earlyReturn = 1;",
    "console.log = () => 1;",
    "extensions.setSubscriptionFilter = 1;",
    "ddb.operations.add = 1;",
    "JSON.stringify = () => 1;",
    "JSON.parse = () => 1;",
    "Math.random = () => 4;",
    "Object.keys = 1;",
    "Object.prototype.x = 1;",
    "Object.getPrototypeOf([]).push = 1;",
    "Object.getPrototypeOf('').split = () => 'mine';",
    "Object.getPrototypeOf(1).toString = () => 'mine';",
    "Object.getPrototypeOf(() => 1).call = () => 1;",
    "Object.getPrototypeOf([].values()).next = () => ({ done: true });",
    "Object.getPrototypeOf(/x/).exec = () => null;",
    "Object.getPrototypeOf(Object.getPrototypeOf((function* () {})())).next = 1;",
    "Object.setPrototypeOf(Object.getPrototypeOf([]), null);",
    "Object.defineProperty(Object.getPrototypeOf({}), 'toJSON', { value: () => 'mine' });",
    "util.autoId.call = 1;",
    "undefined = 1;",
    "NaN = 1;",
  ])("finds nothing of %s", async (body) => {
    expect(await ending(body)).toMatchObject({ kind: "faulted" });
  });

  it.each([
    ["the class of a signal", "try { util.error('a'); } catch (e) { e.constructor.kept = 1; }"],
    ["its prototype", "try { util.unauthorized(); } catch (e) { Object.getPrototypeOf(e).kept = 1; }"],
    ["the class of another", "try { util.xml; } catch (e) { e.constructor.prototype.message = 'mine'; }"],
    ["the class of a fault", "try { util.urlDecode('%'); } catch (e) { e.constructor.kept = 1; }"],
    ["an undeclared name", "kept = () => ctx.identity;"],
    ["the name of a global there was", "Error = () => ctx.identity;"],
    ["what stands for a sum", "own[1].kept = 1;"],
    ["what gives modules", "own[0].kept = 1;"],
  ])("finds nothing left on %s", async (_what, statement) => {
    const code = await test.evaluator.load(`
      const own = arguments;
      export function request(ctx) { ${statement} }
      export function response(ctx) { return 1; }`);
    expect((await code.call("request", "{}")).report.ending).toMatchObject({
      kind: "faulted",
      message: expect.stringMatching(/not extensible|read only|not defined/) as unknown,
    });
  });

  it("finds nothing of the texts that the one before has matched", async () => {
    const code = await test.evaluator.load(`
      import { util } from "@aws-appsync/utils";
      export function request(ctx) { return util.matches("secret.*", "secret of another caller"); }
      export function response(ctx) {
        const { constructor: Expression } = /x/;
        return ["$_", "$&", "input", "lastMatch", "rightContext", "$1"].map((name) => Expression[name]);
      }`);
    expect((await code.call("request", "{}")).result).toBe("true");
    expect((await code.call("response", "{}")).result).toBe("[null,null,null,null,null,null]");
  });

  it("finds the built-in objects where they were, whatever was assigned to their names", async () => {
    const code = await test.evaluator.load(`
      export function request() { Object = 1; JSON = 2; Math = 3; Array = 4; String = 5; util = 6; console = 7; return 1; }
      export function response() { return [typeof Object, typeof JSON, typeof Math, util.matches("a", "a")]; }`);
    expect((await code.call("request", "{}")).result).toBe("1");
    expect((await code.call("response", "{}")).result).toBe('["function","object","object",true]');
  });
});

describe("what a call leaves behind", () => {
  it.each([
    [
      "throws an object whose text throws",
      `throw { toString() { throw 1; }, get message() { throw 2; }, get stack() { throw 3; } };`,
    ],
    [
      "throws an error whose stack lies",
      `const e = (() => { try { null.x } catch (e) { return e } })(); Object.defineProperty(e, "stack", { get() { throw 1; } }); throw e;`,
    ],
    ["throws null", "throw null;"],
    ["returns what holds itself", "const o = {}; o.o = o; return o;"],
    ["puts into the stash what holds itself", "ctx.stash.s = ctx.stash; return 1;"],
    ["raises an error that holds itself", `const o = {}; o.o = o; util.error("x", "X", o);`],
    ["appends an error that holds itself", `const o = {}; o.o = o; util.appendError("x", "X", o); return 1;`],
    ["prints what holds itself", "const o = {}; o.o = o; console.log(o);"],
    ["returns a BigInt", "return 1n;"],
    ["recurses without end", "const f = () => f() + 1; return f();"],
    ["recurses through data without end", "const o = {}; o.o = o; return util.dynamodb.toDynamoDB(o);"],
    [
      "recurses through a filter without end",
      "const o = { and: [] }; o.and.push(o); return util.transform.toDynamoDBFilterExpression(o);",
    ],
    ["makes a string too long", `return "x".repeat(2 ** 29);`],
    ["makes a list too long", "return Array(2 ** 32);"],
    ["throws in toJSON", "return { toJSON() { throw 1; } };"],
    ["reads a context that is none of its own", "return ctx.identity.sub;"],
  ])("that %s is a fault, and calls go on", async (_name, body) => {
    expect(await ending(body)).toMatchObject({ kind: "faulted" });
    await expectAlive();
  });

  it("that returns data 100,000 deep is a fault where JSON cannot be so deep, and calls go on", async () => {
    let deep: unknown[] = [];
    for (let i = 0; i < 1e5; i++) deep = [deep];
    let kind = "returned"; // on Node.js 26
    try {
      JSON.stringify(deep);
    } catch {
      kind = "faulted"; // on those before it
    }
    expect(await ending("let a = []; for (let i = 0; i < 1e5; i++) a = [a]; return a;")).toMatchObject({
      kind,
    });
    await expectAlive();
  });

  it.each([
    ["result", String.raw`return "a\tb\nc\u2028d\r";`],
    ["stash", String.raw`ctx.stash["a\tb\n"] = "\t\n"; return 1;`],
    ["error", String.raw`util.error("a\tb\nc", "\n", "\t", "\t");`],
    ["log", String.raw`console.log("a\tb\nc"); return 1;`],
    [
      "name of a function",
      String.raw`const o = { ["\tx\n    at code.js:1:1\n"]() { return null.x; } }; return Object.values(o)[0]();`,
    ],
    ["toJSON", String.raw`return { toJSON: () => "\t\n\t" };`],
  ])("separators in the %s separate nothing", async (_name, body) => {
    const [first, second] = await Promise.all([test.call(body), test.value(`"second"`)]);
    expect(() => JSON.parse(first.result) as unknown).not.toThrow();
    expect(() => JSON.parse(first.stash) as unknown).not.toThrow();
    expect(second).toBe("second");
  });

  it("separators in the context separate nothing", async () => {
    const code = await test.evaluator.load(
      "export const request = (ctx) => ctx.args.a, response = (ctx) => ctx.result;",
    );
    const context = JSON.stringify({ arguments: { a: "x\ty\nz" } }, null, "\t");
    const forged = ["{}", "load\t99\t0\t0\t\tnull", "request\t0"].join("\n");
    const [good, bad, after] = await Promise.all([
      code.call("request", context),
      code.call("request", forged),
      code.call("response", '{"result":"after"}'),
    ]);
    expect(good.result).toBe(String.raw`"x\ty\nz"`);
    expect(bad.report.ending.kind).toBe("faulted");
    expect(after.result).toBe('"after"');
  });

  it.each([
    [
      "a changed error",
      "try { util.error('a', 'B'); } catch (e) { e.error = { message: 5, errorType: {}, more: 1 }; throw e; }",
      { kind: "raised", error: { message: "5", errorType: null, data: null, errorInfo: null } },
    ],
    [
      "an error that is none",
      "try { util.error('a'); } catch (e) { e.error = null; throw e; }",
      { kind: "faulted", message: "what the handler left behind is not JSON" },
    ],
    [
      "an early return to nowhere",
      "try { runtime.earlyReturn(1); } catch (e) { e.skipTo = { END: 1 }; throw e; }",
      { kind: "returnedEarly", skipTo: null },
    ],
    [
      "a fault without text",
      "try { util.urlDecode('%'); } catch (e) { e.message = { a: 1 }; throw e; }",
      { kind: "faulted", message: "[object Object]" },
    ],
    [
      "an error made from another's class",
      "try { util.error('a'); } catch (e) { throw new e.constructor({ message: { a: 1 } }); }",
      { kind: "raised", error: { message: "[object Object]", errorType: null } },
    ],
  ])("%s reaches the runtime in the form of an ending", async (_name, body, expected) => {
    expect(await ending(body)).toMatchObject(expected);
  });

  it("a prototype or toJSON of data changes nothing but the data", async () => {
    const body = `ctx.stash.a = { toJSON: () => ({ ending: "mine" }) };
      return { toJSON() { console.log("late"); return { kind: "raised" }; }, __proto__: { x: 1 } };`;
    const { report, result, stash } = await test.call(body);
    expect([report.ending, result, stash]).toEqual([
      { kind: "returned" },
      '{"kind":"raised"}',
      '{"a":{"ending":"mine"}}',
    ]);
  });
});

describe("memory and time", () => {
  it.each([
    ["loops without end", "for (;;) {}", "ms"],
    ["loops in toJSON", "return { toJSON() { for (;;) {} } };", "ms"],
    ["prints without end", `for (;;) console.log("x".repeat(1e6));`, "ms"],
    ["backtracks in matches", `return util.matches("(a+)+b", "a".repeat(40));`, "ms"],
    [
      "backtracks in a date",
      `return util.time.parseFormattedToEpochMilliSeconds("1".repeat(60000), "y".repeat(1) + "VVVVzzzzVVzzVVzz".repeat(300), "UTC");`,
      "fault",
    ],
    ["fills an object", `const o = {}; for (let i = 0; ; i++) o["k" + i] = "x".repeat(1e5) + i;`, "either"],
    ["appends errors without end", `for (;;) util.appendError("x".repeat(1e5) + util.autoId());`, "either"],
    ["returns a list too long", "return [].concat(Array(1e8).fill(0));", "either"],
  ])("a call that %s is stopped, and calls beside it are answered", async (_name, body, limit) => {
    const [hostile, ...others] = await Promise.all([
      test.call(body),
      ...[1, 2, 3].map((n) => test.value(`${String(n)} * 2`)),
    ]);
    expect(hostile.report.ending.kind).toMatch(/faulted|raised|notServed/);
    const text = limit === "ms" ? `more than ${String(TIME_LIMIT_MS)} ms` : "";
    expect(JSON.stringify(hostile.report.ending)).toContain(text);
    expect(others).toEqual([2, 4, 6]);
  });

  it("says so when it was the memory and not the time", async () => {
    const evaluator = await openEvaluator({ clock: Date.now, timeLimitMs: 30_000 });
    const code = await evaluator.load(
      "export function request() { const a = []; for (;;) a.push(Array(1e6).fill(0.5)); } export const response = () => 1;",
    );
    const { report } = await code.call("request", "{}");
    await evaluator.close();
    expect(report.ending).toEqual({
      kind: "faulted",
      message: "the code was stopped: it took more than 256 MB",
    });
  });

  it("a list that grows while it is walked ends after a thousand rounds", async () => {
    expect(
      await test.value(
        `(() => { const a = [1]; let n = 0; for (const x of a) { a.push(x); n += 1; } return n; })()`,
      ),
    ).toBe(1000);
  });
});
