// Loading and calling resolver code, what a call reports, and the process all this happens in.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ResolverCodeError } from "../../src/appsync/evaluator/compile.ts";
import { openLineProcess, ProcessEnd, ProcessStartError, type LineProcess } from "../../src/line-process.ts";
import { openTestEvaluator, type TestEvaluator } from "./support/evaluator.ts";

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
      "uses what is not served at its top level",
      `import { sql } from "@aws-appsync/utils/rds"; const a = sql\`\`; ${handlers}`,
      "sql of the module @aws-appsync/utils/rds is not served",
    ],
    [
      "imports a module of the package that there is not",
      `import { sql } from "@aws-appsync/utils/sql"; ${handlers}`,
      "Cannot find module '@aws-appsync/utils/sql'",
    ],
    ["has no response", "export function request() {}", "it exports no function named response"],
    [
      "has handlers that are none",
      "export const request = 1, response = 2",
      "request and none named response",
    ],
    ["breaks off at its top level", `const a = null.b; ${handlers}`, "code.js:1:16: TypeError"],
    ["ends at its top level", `util.error("no"); ${handlers}`, "no"],
    ["does not end at its top level", `for (;;) {} ${handlers}`, "its top level does not end"],
    [
      "is nested too deeply",
      `const a = ${"[".repeat(20_000)}${"]".repeat(20_000)}; ${handlers}`,
      "nested too deeply",
    ],
    ["goes on later", `async function f() {} ${handlers}`, "code.js:1:1: an async function is not supported"],
    [
      "imports while it runs",
      `const f = () => import("fs"); ${handlers}`,
      "code.js:1:17: import() is not supported",
    ],
    [
      "asks where it is",
      `const f = import.meta; ${handlers}`,
      "code.js:1:11: a meta property is not supported",
    ],
    ["waits", `await 1; ${handlers}`, "code.js:1:1: await is not supported"],
  ])("refuses code that %s", async (_name, code, message) => {
    const loading = load(code);
    await expect(loading).rejects.toThrow(ResolverCodeError);
    await expect(loading).rejects.toThrow(message);
  });

  it("takes every way of exporting a handler", async () => {
    for (const code of [
      "export const request = () => 1, response = () => 2;",
      "const a = () => 1, b = () => 2; export { a as request, b as response };",
      "export const { request, x: [response] } = { request: () => 1, x: [() => 2] };",
      "let x; export default x = null === 1; export const request = () => 1, response = () => 2;",
      "export default class {} export const request = () => 1, response = () => 2;",
      "export default function () {} export function request() { return 1; } export function response() { return 2; }",
      `export * from "@aws-appsync/utils"; export let request = () => 1; export var response = () => 2;`,
      `const r = () => 1; export { r as "request" }; export function response() { return 2; } // done`,
    ]) {
      const loaded = await load(code);
      expect((await loaded.call("request", "{}")).result).toBe("1");
      expect((await loaded.call("response", "{}")).result).toBe("2");
    }
  });

  it("keeps code ready, however much is loaded after it", async () => {
    const first = await load("export const request = () => 'first'; export const response = () => null;");
    for (let i = 0; i < 160; i++) {
      await load(`export const request = () => ${String(i)}; export const response = () => null;`);
    }
    expect((await first.call("request", "{}")).result).toBe('"first"');
  });

  it.each(["null", "[]", "1", "nope", ""])("a context that is no object is a fault: %j", async (context) => {
    const code = await load("export const request = (ctx) => console.log(ctx), response = request;");
    await code.call("request", "{}");
    const { report } = await code.call("request", context);
    expect(report).toMatchObject({
      ending: { kind: "faulted", message: "the context is not a JSON object" },
      logs: [],
    });
  });

  it("finds no variable of one call in the next", async () => {
    const code = await load(`let n = 0; const kept = {};
      export function request(ctx) { n += 1; kept.sub = ctx.identity.sub; return [n, kept]; }
      export function response(ctx) { Object = null; Array = null; return [n, kept]; }`);
    await code.call("request", '{"identity":{"sub":"a"}}');
    expect((await code.call("response", "{}")).result).toBe("[0,{}]");
    expect((await code.call("request", '{"identity":{"sub":"b"}}')).result).toBe('[1,{"sub":"b"}]');
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

describe("util and runtime end a call", () => {
  it("with what they were given", async () => {
    expect(await ending(`util.error("m", "T", { a: 1 }, { b: 2 })`)).toEqual({
      kind: "raised",
      error: { message: "m", errorType: "T", data: { a: 1 }, errorInfo: { b: 2 } },
    });
    expect(await ending("util.unauthorized()")).toEqual({ kind: "unauthorized" });
    const early = await test.call(`runtime.earlyReturn([], { skipTo: "END" })`);
    expect(early.report.ending).toEqual({ kind: "returnedEarly", skipTo: "END" });
    expect(early.result).toBe("[]");
  });

  it("keeping what was appended, printed and put into the stash before", async () => {
    const body = `ctx.stash.a = 1; util.appendError("one", "One"); console.log("x", [1]); util.error("two");`;
    const { report, stash } = await test.call(body);
    expect(report.appended.map(({ message }) => message)).toEqual(["one"]);
    expect(report.logs).toEqual(['INFO - code.js:4:87: "x" [1]']);
    expect(stash).toBe('{"a":1}');
  });

  it.each(["util.rds.x", "util.http.copyHeaders({})", "util.xml.toMap('')"])(
    "%s is refused by name",
    async (expression) => {
      const { kind, message } = (await ending(`return ${expression};`)) as { kind: string; message: string };
      expect(kind).toBe("notServed");
      expect(message).toMatch(/^util\.(rds|http|xml) is not served by the local runtime$/);
    },
  );

  it("a member that util does not have is named", async () => {
    expect(await ending("return util.toJson({})")).toMatchObject({
      kind: "faulted",
      message: expect.stringContaining("util.toJson is not a function") as string,
    });
  });
});

describe("extensions", () => {
  const inRoot = (parentTypeName: string) => ({ info: { parentTypeName } });
  const filters = `
    extensions.setSubscriptionFilter(util.transform.toSubscriptionFilter({ a: { eq: 1 } }));
    extensions.setSubscriptionInvalidationFilter({ filterGroup: [] });`;

  it("keep the filters of a subscription", async () => {
    const { report } = await test.call(filters, inRoot("Subscription"), "response");
    expect(report.subscriptionFilter).toEqual({
      filterGroup: [{ filters: [{ fieldName: "a", operator: "eq", value: 1 }] }],
    });
    expect(report.invalidationFilter).toEqual({ filterGroup: [] });
  });

  it.each([
    [
      "setSubscriptionFilter({})",
      "Subscription",
      "request",
      "the response handler of a subscription resolver",
    ],
    ["setSubscriptionFilter({})", "Query", "response", "the response handler of a subscription resolver"],
    [
      "setSubscriptionInvalidationFilter({})",
      "Mutation",
      "response",
      "the response handler of a subscription resolver",
    ],
    ["invalidateSubscriptions({})", "Mutation", "request", "the response handler of a mutation resolver"],
    [
      "invalidateSubscriptions({})",
      "Subscription",
      "response",
      "the response handler of a mutation resolver",
    ],
    ["evictFromApiCache('Query', 'a', {})", "Query", "response", "a mutation resolver"],
  ] as const)("%s in a %s %s is a fault", async (call, type, handler, where) => {
    const { report } = await test.call(`extensions.${call};`, inRoot(type), handler);
    expect(report.ending).toMatchObject({
      kind: "faulted",
      message: `extensions.${call.split("(")[0] ?? ""} can be used only in ${where}`,
    });
  });

  it("evictFromApiCache finds nothing to evict: the cache of an API is not served", async () => {
    const { report, result } = await test.call(
      "extensions.evictFromApiCache('Query', 'a', { k: 1 }); return 1;",
      inRoot("Mutation"),
    );
    expect([report.ending, result]).toEqual([{ kind: "returned" }, "1"]);
  });

  const invalidate = (name: string) =>
    `extensions.invalidateSubscriptions({ subscriptionField: "on${name}", payload: { a: 1 } });`;
  const names = ["A", "B", "C", "D", "E"];

  it("invalidateSubscriptions takes five different calls in a request, and the same one again", async () => {
    const five = [...names, "A", "B"].map(invalidate).join(" ");
    const { report } = await test.call(five, inRoot("Mutation"), "response");
    expect(report.ending).toEqual({ kind: "returned" });
    expect(report.invalidations).toEqual(
      names.map((name) => ({ subscriptionField: `on${name}`, payload: { a: 1 } })),
    );
    const sixth = await test.call(`${five} ${invalidate("F")}`, inRoot("Mutation"), "response");
    expect(sixth.report.ending).toMatchObject({ kind: "faulted" });
  });

  it.each(["", "{}", `{ subscriptionField: "onA" }`, `{ subscriptionField: 1, payload: {} }`])(
    "invalidateSubscriptions(%s) is a fault",
    async (given) => {
      const { report } = await test.call(
        `extensions.invalidateSubscriptions(${given});`,
        inRoot("Mutation"),
        "response",
      );
      expect(report.ending).toMatchObject({ kind: "faulted" });
    },
  );
});

describe("limits of a call", () => {
  const MEGABYTES_5 = 5 * 1024 * 1024;

  it("a result of 5 MB is taken, a larger one fails", async () => {
    const sized = (bytes: number) => test.call(`return "x".repeat(${String(bytes - 2)});`);
    const largest = await sized(MEGABYTES_5);
    expect([largest.report.ending.kind, largest.result.length]).toEqual(["returned", MEGABYTES_5]);
    expect((await sized(MEGABYTES_5 + 1)).report.ending).toMatchObject({
      kind: "raised",
      error: { message: "Transformation too large", errorType: "MappingTemplate" },
    });
  });

  it("the size is that of UTF-8", async () => {
    const { report, result } = await test.call(`return "é".repeat(3_000_000);`);
    expect([report.ending.kind, result]).toEqual(["raised", "null"]);
  });

  it("what a call prints is kept up to 256 KB", async () => {
    const body = `for (const i of ctx.args.list) console.log("x".repeat(1000)); return 1;`;
    const { report, result } = await test.call(body, {
      arguments: { list: Array.from({ length: 900 }, () => 0) },
    });
    const size = report.logs.join("").length;
    expect(result).toBe("1");
    expect(size).toBeGreaterThan(200_000);
    expect(size).toBeLessThan(300_000);
  });
});

describe("the process", () => {
  const open = (program: string) =>
    openLineProcess({
      purpose: "is tested",
      program,
      flags: [],
      firstLine: "first",
      onStart: () => undefined,
    });
  const using = async (process: LineProcess, use: (process: LineProcess) => Promise<void>) => {
    try {
      await use(process);
    } finally {
      await process.close();
    }
  };
  const ECHO = `require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
    if (line === "die") process.exit(1);
    console.log(line);
  });`;

  it("that ends at every start is not started for ever: the question fails, with what the process said", () =>
    using(open(`console.error("no room"); process.exit(3);`), async (dying) => {
      await expect(dying.ask("a")).rejects.toThrow(ProcessStartError);
      await expect(dying.ask("b")).rejects.toThrow(
        /^the process that is tested ended 3 times while starting \(exit code 3: no room\)/,
      );
    }));

  it("that cannot load again what it has loaded before is not started for ever either", () =>
    using(open(ECHO), async (dying) => {
      const [end, waiting] = await Promise.allSettled([dying.ask("die"), dying.ask("a", "die")]);
      expect(end).toEqual({ status: "fulfilled", value: expect.any(ProcessEnd) as unknown });
      expect(waiting).toMatchObject({ status: "rejected", reason: { name: "ProcessStartError" } });
    }));

  it("that is closed is not started again: its questions fail", async () => {
    const echo = open(ECHO);
    const waiting = expect(echo.ask("a")).rejects.toThrow("is closed");
    await echo.close();
    await waiting;
    await expect(echo.ask("b")).rejects.toThrow("is closed");
  });

  it("is told again what waiting lines need", () =>
    using(
      open(
        ECHO.replace("console.log(line)", "seen.push(line); console.log(seen.join())").replace(
          "require",
          "const seen = []; require",
        ),
      ),
      async (echo) => {
        const [, end, after] = await Promise.all([
          echo.ask("a", "needs a"),
          echo.ask("die"),
          echo.ask("b", "needs b"),
        ]);
        expect(end).toBeInstanceOf(ProcessEnd);
        expect(after).toBe("first,needs b,b");
      },
    ));

  it("is started again when a line ends it; the lines behind are answered", () =>
    using(open(ECHO), async (echo) => {
      const answers = await Promise.all(["a", "die", "b", "die", "c"].map((line) => echo.ask(line)));
      expect(answers).toEqual(["a", expect.any(ProcessEnd), "b", expect.any(ProcessEnd), "c"]);
    }));

  it("many lines that end it one after the other are no failed start", () =>
    using(open(ECHO), async (echo) => {
      const answers = await Promise.all(Array.from({ length: 8 }, () => echo.ask("die")));
      expect(answers.every((answer) => answer instanceof ProcessEnd)).toBe(true);
      expect(await echo.ask("still here")).toBe("still here");
    }));
});
