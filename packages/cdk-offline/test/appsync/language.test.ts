// What APPSYNC_JS means where JavaScript means something else, each as it was recorded or is documented.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestEvaluator, type TestEvaluator } from "./support/evaluator.ts";

let test: TestEvaluator;
beforeAll(async () => {
  test = await openTestEvaluator();
});
afterAll(() => test.close());

const ending = async (body: string, context?: Readonly<Record<string, unknown>>) =>
  (await test.call(body, context)).report.ending;
const returned = async (body: string, context?: Readonly<Record<string, unknown>>) => {
  const { report, result } = await test.call(body, context);
  expect(report.ending).toEqual({ kind: "returned" });
  return JSON.parse(result) as unknown;
};

describe("null and undefined", () => {
  it.each([
    ["null === undefined", true],
    ["void 0 === null", true],
    ["null !== undefined", false],
    ["ctx.args.missing === null", true],
    ["ctx.args.empty === undefined", true],
    ["(ctx.args.missing) === (ctx.args.empty)", true],
    ["ctx.args.missing === ctx.args.zero", false],
    ["ctx.args.zero === 0", true],
    ["ctx.args.zero === null", false],
    [`"" === ctx.args.empty`, false],
    ["ctx.args.empty === ctx.args.missing && ctx.args.zero !== ctx.args.empty", true],
    ["(ctx.args.missing === null) === true", true],
    ["typeof ctx.args.zero === typeof 1", true],
    ["NaN === NaN", false],
  ])("null-is-undefined: %s is %s", async (expression, value) => {
    expect(await test.value(expression, { arguments: { empty: null, zero: 0 } })).toBe(value);
  });

  it("null-is-undefined: a switch takes the case of the one for the other", async () => {
    const body = `switch (ctx.args.a) { case 1: return "one"; case undefined: return "nothing"; default: return "other"; }`;
    expect(await returned(body, { arguments: { a: null } })).toBe("nothing");
    expect(await returned(body, { arguments: { a: 1 } })).toBe("one");
    expect(await returned(body, { arguments: { a: 2 } })).toBe("other");
  });

  it("Object.hasOwn and Object.keys tell null from absent", async () => {
    const value = `[Object.hasOwn(ctx.args, "a"), Object.hasOwn(ctx.args, "b"), Object.keys(ctx.args)]`;
    expect(await test.value(value, { arguments: { a: null } })).toEqual([true, false, ["a"]]);
  });

  it("unset-variable-is-null: an argument that is null is there and equals undefined", async () => {
    const value = `[ctx.args.filter === undefined, Object.hasOwn(ctx.args, "filter")]`;
    expect(await test.value(value, { arguments: { filter: null } })).toEqual([true, true]);
  });
});

describe("numbers out of DynamoDB", () => {
  const result = { num: 100, items: [{ num: 7, name: "n" }] };
  const given = async (expression: string, resultFrom?: "DynamoDB") => {
    const code = await test.evaluator.load(
      `export const request = () => null; export function response(ctx) { const { result } = ctx; const item = ctx.result.items[0]; return ${expression}; }`,
    );
    const context = JSON.stringify({ arguments: { num: 100 }, result });
    return JSON.parse((await code.call("response", context, resultFrom)).result) as unknown;
  };

  it.each([
    [`ctx.result.num + ""`, "null", "100"],
    [`result.num + ""`, "null", "100"],
    [`ctx.result.items[0].num + ctx.result.items[0].name`, "nulln", "7n"],
    [`item["num"] + "x" + item.num`, "nullx7", "7x7"],
    [`ctx.result.num + 0 + ""`, "100", "100"],
    [`(ctx.result.num) /* + */ + (0) + ""`, "100", "100"],
    [`ctx.result.num + 1`, 101, 101],
    [`ctx.result.num + item.num`, 107, 107],
    [`ctx.args.num + ""`, "100", "100"],
    [`item.name + ""`, "n", "n"],
    [`typeof ctx.result.num`, "number", "number"],
    [`ctx.result.num === 100`, true, true],
  ])("%s is %j, and %j for other sources", async (expression, fromDynamoDB, fromElsewhere) => {
    expect(await given(expression, "DynamoDB")).toBe(fromDynamoDB);
    expect(await given(expression)).toBe(fromElsewhere);
  });
});

describe("operators", () => {
  it("the right side of ?? is evaluated whatever the left side is, and the value is right", async () => {
    const body = `
      const seen = [];
      const right = (text) => { seen.push(text); return text; };
      const values = [
        null ?? right("null"), undefined ?? right("undefined"), 0 ?? right("zero"),
        "" ?? (right("empty")), (ctx.args.a) /* ?? */ ?? right("a"), null ?? null ?? right("chain"),
      ];
      return { seen, values };`;
    expect(await returned(body, { arguments: { a: "A" } })).toEqual({
      seen: ["null", "undefined", "zero", "empty", "a", "chain"],
      values: ["null", "undefined", 0, "", "A", "chain"],
    });
  });

  it("util.error at the right of ?? always ends the call", async () => {
    expect(await ending(`return ctx.args.a ?? util.error("no a");`, { arguments: { a: 1 } })).toMatchObject({
      kind: "raised",
      error: { message: "no a" },
    });
    expect(
      await ending(`return ctx.args.a ? ctx.args.a : util.error("no a");`, { arguments: { a: 1 } }),
    ).toEqual({ kind: "returned" });
  });

  it("means the same in code without semicolons", async () => {
    const body = `const seen = []
      const see = (text) => { seen.push(text); return text }
      see("first")
      ctx.args.a === ctx.args.b && see("equal")
      ctx.args.a ?? see("right")
      if (ctx.args.a) ctx.args.a === ctx.args.b ? see("never") : see("never")
      else ctx.args.a === ctx.args.b ? see("else") : see("never")
      see("list")
      for (const x of [1]) ctx.args.a === ctx.args.b && see("loop")
      return seen`;
    expect(await returned(body)).toEqual(["first", "equal", "right", "else", "list", "loop"]);
  });

  it("a function made at the right of ?? is not called", async () => {
    expect(await returned(`const f = ctx.args.f ?? (() => util.error("called")); return typeof f;`)).toBe(
      "function",
    );
  });

  it("`return a += b` gives an empty string; the variable has the sum", async () => {
    expect(await returned(`ctx.stash.n = 1; return ctx.stash.n += 1;`)).toBe("");
    expect((await test.call(`ctx.stash.n = 1; return ctx.stash.n += 1;`)).stash).toBe('{"n":2}');
    expect(await returned(`let text = "a"; text += "b"; return text;`)).toBe("ab");
  });

  it("with ?. on what is switched on, only default matches", async () => {
    const cases = `{ case "x": return "matched"; default: return "default"; }`;
    expect(await returned(`switch (ctx.args?.a) ${cases}`, { arguments: { a: "x" } })).toBe("default");
    expect(await returned(`const a = ctx.args?.a; switch (a) ${cases}`, { arguments: { a: "x" } })).toBe(
      "matched",
    );
  });
});

describe("loops stop after 1,000 rounds, silently", () => {
  const list = (length: number) => ({ arguments: { list: Array.from({ length }, (_, i) => i) } });

  it.each([
    ["for-of", "let n = 0; for (const x of ctx.args.list) { n += 1; } return n;"],
    ["for-of without braces", "let n = 0; for (const x of ctx.args.list) n += 1; return n;"],
    ["for-in", "let n = 0; for (const x in ctx.args.list) { n += 1; } return n;"],
    ["map", "return ctx.args.list.map((x) => x).length;"],
    ["filter", "return ctx.args.list.filter((x) => x >= 0).length;"],
    ["reduce", "return ctx.args.list.reduce((n) => n + 1, 0);"],
    ["forEach", "let n = 0; ctx.args.list.forEach(() => { n += 1; }); return n;"],
    ["flatMap", "return ctx.args.list.flatMap((x) => [x]).length;"],
  ])("%s", async (_name, body) => {
    expect(await returned(body, list(1000))).toBe(1000);
    expect(await returned(body, list(1001))).toBe(1000);
    expect(await returned(body, list(3000))).toBe(1000);
  });

  it("a loop in a loop has its own count, and so has a loop in the next call", async () => {
    const body = `let n = 0;
      for (const x of ctx.args.list.slice(0, 3)) for (const y of ctx.args.list) n += 1;
      for (const x of ctx.args.list) { n += 1; if (n > 0) break; }
      return n;`;
    expect(await returned(body, list(1500))).toBe(3001);
    expect(await returned(body, list(1500))).toBe(3001);
  });

  it("slices taken one after the other reach every item, and find does not see past the thousandth", async () => {
    const body = `const sum = (part) => part.reduce((n, x) => n + x, 0);
      return [sum(ctx.args.list.slice(0, 1000)) + sum(ctx.args.list.slice(1000)), ctx.args.list.find((x) => x === 1200) ?? "none"];`;
    expect(await returned(body, list(1500))).toEqual([(1499 * 1500) / 2, "none"]);
  });

  it("what is not a loop takes longer lists: spread, join, toDynamoDB, JSON", async () => {
    const body = `return [[...ctx.args.list].length, ctx.args.list.join("").length, util.dynamodb.toList(ctx.args.list).L.length,
      Object.keys(util.dynamodb.toMapValues({ ...ctx.args.list })).length, JSON.parse(JSON.stringify(ctx.args.list)).length];`;
    expect(await returned(body, list(1500))).toEqual([1500, 4890, 1500, 1500, 1500]);
  });
});

describe("built-in objects", () => {
  it("JSON.parse of text that is not JSON gives an empty string", async () => {
    expect(await test.value(`[JSON.parse("nope"), JSON.parse("{}"), JSON.parse("")]`)).toEqual(["", {}, ""]);
  });

  it("JSON.stringify(ctx.info) leaves the selection sets out, which are there to be read", async () => {
    const info = { fieldName: "f", selectionSetList: ["a"], selectionSetGraphQL: "{ a }" };
    const value = await test.value(
      "[JSON.stringify(ctx.info), ctx.info.selectionSetList, ctx.info.selectionSetGraphQL]",
      { info },
    );
    expect(value).toEqual(['{"fieldName":"f"}', ["a"], "{ a }"]);
  });

  it("sort takes no arguments", async () => {
    expect(await test.value(`["b", "a"].sort()`)).toEqual(["a", "b"]);
    expect(await ending("return [2, 1].sort((a, b) => a - b);")).toMatchObject({
      kind: "faulted",
      message: "sort takes no arguments",
    });
  });

  it("replace and replaceAll take Java patterns", async () => {
    expect(await test.value(`["a.b.c".replace(".", "-"), "a.b.c".replaceAll("\\\\.", "-")]`)).toEqual([
      "-.b.c",
      "a-b-c",
    ]);
    expect(await test.value(String.raw`"x-1-y".replaceAll("(\\d)", "<$1>")`)).toBe("x-<1>-y");
    expect(await ending(`return "a".replaceAll("(", "")`)).toMatchObject({ kind: "faulted" });
  });

  it("members may be named like those every object has", async () => {
    const body = `const counts = {};
      for (const word of ctx.args.words) counts[word] = 1;
      return [Object.keys(counts), counts, { ...counts }];`;
    const words = ["constructor", "toString", "__proto__", "hasOwnProperty"];
    const counts = JSON.parse(`{"constructor":1,"toString":1,"__proto__":1,"hasOwnProperty":1}`) as unknown;
    expect(await returned(body, { arguments: { words } })).toEqual([words, counts, counts]);
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
    "Error",
    "RegExp",
    "Reflect",
    "Proxy",
    "WebAssembly",
    "require",
    "module",
    "exports",
  ])("has no %s", async (expression) => {
    expect(await ending(`return ${expression};`)).toMatchObject({
      kind: "faulted",
      message: expect.stringMatching(/is not defined/) as string,
    });
  });

  it("is strict: an undeclared variable cannot be assigned", async () => {
    expect(await ending("undeclared = 1; return undeclared;")).toMatchObject({ kind: "faulted" });
  });
});

describe("ctx", () => {
  it("the stash can be changed and not replaced", async () => {
    const { report, stash } = await test.call("ctx.stash.b = [1]; delete ctx.stash.a; return null;", {
      stash: { a: 1 },
    });
    expect(report.ending).toEqual({ kind: "returned" });
    expect(stash).toBe('{"b":[1]}');
    expect(await ending("ctx.stash = {}; return 1;")).toMatchObject({ kind: "faulted" });
  });

  it("args is arguments", async () => {
    expect(await test.value("[ctx.args.a, ctx.arguments === ctx.args]", { arguments: { a: 5 } })).toEqual([
      5,
      true,
    ]);
  });

  it("a result of nothing is null", async () => {
    expect((await test.call("return;")).result).toBe("null");
  });
});

describe("runtime.earlyReturn", () => {
  it.each(["", "null", "undefined", "ctx.args.missing"])(
    "early-return-null: earlyReturn(%s) fails as a runtime error without a place",
    async (value) => {
      expect(await ending(`runtime.earlyReturn(${value});`)).toEqual({
        kind: "faulted",
        message: "Runtime Error",
      });
    },
  );

  it.each([
    ["[]", "[]"],
    ["{}", "{}"],
    ["0", "0"],
    ["false", "false"],
    [`""`, '""'],
  ])("earlyReturn(%s) ends the call with that", async (value, result) => {
    const evaluation = await test.call(`runtime.earlyReturn(${value}); return 1;`);
    expect(evaluation.report.ending).toEqual({ kind: "returnedEarly", skipTo: null });
    expect(evaluation.result).toBe(result);
  });

  it.each(["END", "NEXT"])("earlyReturn says where to go on: %s", async (skipTo) => {
    expect(await ending(`runtime.earlyReturn(1, { skipTo: "${skipTo}" });`)).toEqual({
      kind: "returnedEarly",
      skipTo,
    });
  });
});

describe("places are those of the code as it was loaded", () => {
  const load = (code: string) => test.evaluator.load(code);

  it("console prints level and place, and its values as JSON", async () => {
    const code = await load(`import { util } from "@aws-appsync/utils";

export function request(ctx) {
  const same = ctx.args.a === ctx.args.b; // what is rewritten shifts nothing
  console.log("current id", ctx.args.id, { a: [1] }, undefined);
  for (const id of ["x"]) { if (id === ctx.args.id) console.error(id, same); }
    console
      .log();
  return util.autoId ? null : null;
}
export const response = (ctx) => ctx.result;
`);
    const { report } = await code.call("request", `{"arguments":{"id":"x"}}`);
    expect(report.logs).toEqual([
      'INFO - code.js:5:3: "current id" "x" {"a":[1]} null',
      'ERROR - code.js:6:53: "x" true',
      "INFO - code.js:7:5: ",
    ]);
  });

  it("evalcode-runtime-error-prefix: a fault in a utility is where its call begins", async () => {
    const code = await load(`import { util } from "@aws-appsync/utils";
import * as ddb from "@aws-appsync/utils/dynamodb";
const deep = (value) => {
  return ddb.put({ key: { id: "a" }, item: { deep: { deeper: { deepest: value } } } });
};
export function request(ctx) {
  if (ctx.args.a !== ctx.args.b) return deep(() => 1);
  return util.time.parseISO8601ToEpochMilliSeconds("yesterday");
}
export function response(ctx) {
  return ctx.result.items.length;
}`);
    const endingOf = async (handler: "request" | "response", context: string) =>
      (await code.call(handler, context)).report.ending;
    expect(await endingOf("request", `{"arguments":{}}`)).toMatchObject({ place: { line: 8, column: 10 } });
    expect(await endingOf("request", `{"arguments":{"a":1}}`)).toMatchObject({
      place: { line: 4, column: 10 },
    });
    expect(await endingOf("response", `{"result":null}`)).toEqual({
      kind: "faulted",
      message: "TypeError: Cannot read properties of null (reading 'items')",
      place: { line: 11, column: 21 },
    });
  });

  it("util.error has none", async () => {
    expect(await ending(`util.error("m");`)).toEqual({
      kind: "raised",
      error: { message: "m", errorType: null, data: null, errorInfo: null },
    });
  });
});
