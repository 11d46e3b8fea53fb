// Programs that AWS AppSync takes, for every feature it documents, sent to EvaluateCode: no false alarm.

import { join } from "node:path";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { moduleOf, openControlPlane, type TestControlPlane } from "./support/evaluate-code.ts";

let aws: TestControlPlane;
beforeAll(async () => {
  aws = await openControlPlane();
});
afterAll(() => aws.close());

const CONTEXT = {
  arguments: { id: "1", name: " Ada ", list: [3, 1, 2], nested: { a: { b: 1 } }, c: null },
  identity: { sub: "sub", username: "ada", groups: ["editors"], claims: { origin_jti: "j" } },
  request: { headers: { "x-a": "1" }, domainName: null },
  prev: { result: { items: [{ id: 1 }] } },
  result: { items: [{ id: 1 }], nextToken: null },
};

describe("the language", () => {
  it.each([
    // Statements: https://docs.aws.amazon.com/appsync/latest/devguide/supported-features.html
    ["const, let and var", "const a = 1; let b; b = 2; var c = 3, d; d = a + b + c; return d;", 6],
    ["if and else", "if (ctx.args.a) { return 1; } else if (ctx.args.id) return 2; else return 3;", 2],
    [
      "for-of with break",
      "let n = 0; for (const x of ctx.args.list) { if (x === 2) break; n += x; } return n;",
      4,
    ],
    [
      "for-in",
      "const names = []; for (const name in ctx.args) { names.push(name); } return names.length;",
      5,
    ],
    [
      "switch with cases, blocks and default",
      "switch (ctx.args.id) { case '0': return 0; case '1': { break; } default: return 2; } return 1;",
      1,
    ],
    ["empty statements and blocks", ";;; { const a = 1; } return 1;", 1],
    ["return without a value", "return;", null],
    ["'use strict'", '"use strict"; return 1;', 1],
    // Operators.
    ["arithmetic", "return (1 + 2) * 3 - 4 / 2 + (7 % 4);", 10],
    ["bitwise operators", "return ((6 & 3) | 8) ^ (1 << 2) ^ (16 >> 1) ^ (16 >>> 2);", 2],
    ["comparison", "return [1 < 2, 1 <= 2, 1 > 2, 1 >= 2, 1 === 1, 1 !== 2, '1' == '1', 1 != 2];", undefined],
    ["signs and not", "return [+1, -1, !1, !!1];", [1, -1, false, true]],
    ["compound assignment", "let i = 1; i += 3; i -= 1; i *= 4; i /= 2; i %= 4; return i;", 2],
    ["nullish coalescing", "return ctx.args.c ?? 'none';", "none"],
    ["optional chaining", "return ctx.args?.nested?.a?.['b'] ?? ctx.prev.result?.items?.[0]?.id;", 1],
    ["conditional", "return ctx.args.id ? (ctx.args.a ? 1 : 2) : 3;", 2],
    ["void and typeof", "return typeof ctx.args.id === 'string' ? void 0 : 1;", null],
    ["typeof of a function", "const f = () => 1; return typeof f === 'function';", undefined],
    ["delete", "ctx.stash.a = 1; delete ctx.stash.a; return Object.keys(ctx.stash);", []],
    // Literals.
    ["template literals over lines", "return `a\n${1 + 1} ${`b${'c'}`}`;", "a\n2 bc"],
    ["numbers in several bases", "return [0x10, 0b11, 0o17, 1e3, 1_000, .5];", [16, 3, 15, 1000, 1000, 0.5]],
    ["strings with escapes", String.raw`return 'it\'s \u00e4 \n';`, "it's ä \n"],
    [
      "computed, shorthand and quoted members",
      "const a = 1; return { a, ['b' + a]: 2, 'c-d': 3, 4: 5 };",
      { a: 1, b1: 2, "c-d": 3, 4: 5 },
    ],
    ["trailing commas", "return [1, 2,].concat([{ a: 1, },]);", [1, 2, { a: 1 }]],
    // Spread, rest and destructuring.
    ["spread of objects", "return { ...ctx.args.nested, b: 2, ...{ c: 3 } };", { a: { b: 1 }, b: 2, c: 3 }],
    ["spread of arrays and arguments", "return Math.max(...[1, ...ctx.args.list]);", 3],
    [
      "destructured objects",
      "const { id, name: { length }, nested: { a: { b = 3 } = {} }, z = 4, ...rest } = ctx.args; return [id, b, z];",
      ["1", 1, 4],
    ],
    ["destructured arrays", "const [a, , b, ...c] = ctx.args.list; return [a, b, c];", [3, 2, []]],
    ["destructured parameters", "const f = ({ a, b = 2 }, [c]) => a + b + c; return f({ a: 1 }, [3]);", 6],
    [
      "destructuring of ctx",
      "const { args, identity: { sub, username }, stash, prev, request } = ctx; return [sub, username];",
      ["sub", "ada"],
    ],
    [
      "destructuring in for-of",
      "const out = {}; for (const [k, v] of Object.entries({ a: 1 })) { out[k] = v; } return out;",
      { a: 1 },
    ],
    ["destructuring assignment", "let a; let b; [a, b] = [1, 2]; ({ a } = { a: 3 }); return [a, b];", [3, 2]],
    // Functions.
    [
      "function declarations, before and after use",
      "return twice(2); function twice(x) { return 2 * x; }",
      4,
    ],
    [
      "arrow functions with rest and default",
      "const f = (x = 1, ...more) => x + more.length; return f() + f(1, 2);",
      3,
    ],
    ["function expressions", "const f = function (x) { return x; }; return f(1);", 1],
    [
      "functions in functions",
      "function outer(x) { const inner = (y) => y + x; return inner(1); } return outer(2);",
      3,
    ],
    [
      "functions that call one another",
      "const a = (x) => x + 1; const b = (x) => a(x) * 2; return b(1) + a(1);",
      6,
    ],
    ["functions called at once", "return (() => 1)() + (function () { return 2; })();", 3],
    ["a named function for an array method", "const double = (x) => 2 * x; return [1].map(double);", [2]],
    [
      "a method of the code's own",
      "const o = { twice(x) { return 2 * x; }, half: (x) => x / 2 }; return o.twice(2) + o.half(2);",
      5,
    ],
    [
      "a member called like what is not there",
      "const o = { match: 1, at: 2, Date: 3 }; return o.match + o.at + o.Date;",
      6,
    ],
    [
      "variables called like built-in objects",
      "const Date = '2026-11-22', process = 1, Map = 2; return [Date, process, Map];",
      ["2026-11-22", 1, 2],
    ],
    [
      "a let that is given the same shape",
      "let page = { limit: 1, from: 'a' }; page = { limit: 2, from: 'b' }; return page.limit;",
      2,
    ],
    [
      "a let without a value at first",
      "let SK; if (ctx.args.id) { SK = { eq: 1 }; } else { SK = { ge: 1 }; } return SK;",
      { eq: 1 },
    ],
    [
      "a let that a comment gives a wider type than its first value has",
      "/** @type {Record<string, string>} */\n  let SK = { ge: 'a' }; if (ctx.args.id) { SK = { eq: 'b' }; } return SK;",
      { eq: "b" },
    ],
    [
      "a list spread over parameters of the code's own",
      "function append(a, b) { util.appendError(a, b); } const all = ['m', 'T']; append(...all); return 1;",
      1,
    ],
    ["members added to an object", "const o = {}; o.a = 1; o['b'] = 2; return o;", { a: 1, b: 2 }],
    ["members of ctx that it is not known to have", "return ctx.notThere ?? ctx.args.neither ?? 1;", 1],
    [
      "the stash and its members",
      "ctx.stash.a = { b: 1 }; ctx.stash['c'] = 2; Object.assign(ctx.stash, { d: 3 }); return ctx.stash;",
      { a: { b: 1 }, c: 2, d: 3 },
    ],
    ["members of arguments changed", "ctx.args.id = '2'; return ctx.args.id;", "2"],
    [
      "comments of all kinds",
      "/* a */ // b\n  /** @type {string} */\n  const a = 'c'; // eslint-disable-line\n  return a;",
      "c",
    ],
    [
      "types in comments, right or wrong",
      "/** @type {Missing} */ const a = 1; /** @param {number} x */ const f = (x) => x.length; /***/ /**/ return a;",
      1,
    ],
    // Built-in objects.
    [
      "Object",
      "const o = Object.assign({}, { a: 1 }); return [Object.keys(o), Object.values(o), Object.entries(o), Object.hasOwn(o, 'a')];",
      [["a"], [1], [["a", 1]], true],
    ],
    ["delete from an array", "const a = [1, 2]; delete a[0]; return a.length;", 2],
    [
      "String, search",
      "const s = ctx.args.name; return [s.length, s.charAt(1), s.indexOf('a'), s.lastIndexOf('A'), s.startsWith(' '), s.endsWith(' '), 'abc'[1]];",
      [5, "A", 3, 1, true, true, "b"],
    ],
    [
      "String, change",
      "return ' a '.concat('b').trim().trimStart().trimEnd().toUpperCase().toLowerCase().slice(0, 3).substring(0, 1);",
      "a",
    ],
    [
      "String, replace and split",
      "return ['a.b'.replace('a', 'c'), 'a,a'.replaceAll('a', 'b'), 'a-b'.split('-')];",
      ["c.b", "b,b", ["a", "b"]],
    ],
    ["String.raw", "return String.raw`a\\n${1}`;", "a\\n1"],
    [
      "methods of what is not known to be text",
      "return ctx.args.name.trim().toLowerCase().split('').join('-');",
      "a-d-a",
    ],
    [
      "Number",
      "return [Number.isFinite(1), Number.isNaN(NaN), Infinity > 1, undefined ?? 1];",
      [true, true, true, 1],
    ],
    [
      "Math",
      "return [Math.min(1, 2), Math.max(1, 2), Math.round(1.5), Math.floor(1.5), Math.ceil(1.5), Math.random() < 1];",
      [1, 2, 2, 1, 2, true],
    ],
    [
      "Array, reading",
      "const a = [3, 1]; return [a.length, a.indexOf(1), a.lastIndexOf(1), a.join('-'), a.slice(0, 1), a.includes(3), a.concat([2])];",
      [2, 1, 1, "3-1", [3], true, [3, 1, 2]],
    ],
    [
      "Array, changing",
      "const a = [1]; a.push(2); a.unshift(0); a.splice(0, 1); a.reverse(); a.pop(); a.fill(4); a.shift(); return [[3, 1].sort(), a];",
      [[1, 3], []],
    ],
    [
      "Array, searching with functions",
      "const a = [1, 2]; return [a.find((x) => x > 1), a.findIndex((x) => x > 1), a.findLast((x) => x > 0), a.findLastIndex((x) => x > 0), a.some((x) => x > 1), a.every((x) => x > 1)];",
      [2, 1, 2, 1, true, false],
    ],
    [
      "Array, mapping",
      "return [[1]].flat().flatMap((x) => [x, x]).map((x, i) => x + i).filter((x) => x > 0);",
      [1, 2],
    ],
    [
      "Array, reducing",
      "return ctx.args.list.reduce((sum, x) => sum + x, 0) + [1].reduceRight((sum, x) => ({ ...sum, x }).x, {});",
      7,
    ],
    ["forEach", "[1, 2].forEach((x) => { ctx.stash.x = x; }); return ctx.stash.x;", 2],
    ["JSON", "return JSON.parse(JSON.stringify(ctx.args.nested));", { a: { b: 1 } }],
    ["console", "console.log('a', ctx.args, 1); console.error(ctx.error); return 1;", 1],
  ] as const)("%s", async (_what, body, expected: unknown) => {
    const { error, evaluationResult } = await aws.evaluate(body, CONTEXT);
    expect(error).toBeUndefined();
    if (expected !== undefined) expect(JSON.parse(evaluationResult ?? "")).toEqual(expected);
  });

  it.each([
    [
      "arrow functions exported by name",
      "const request = () => 1; const response = (ctx) => ctx.result; export { request, response };",
    ],
    ["arrow functions", "export const request = () => 1; export const response = (ctx) => ctx.result;"],
    [
      "function expressions",
      "export const request = function (ctx) { return 1; }; export const response = function () {};",
    ],
    [
      "handlers exported under another name",
      "function a() { return 1; } function b() {} export { a as request, b as response };",
    ],
    [
      "an empty response, and util that is imported but not used",
      "import { util } from '@aws-appsync/utils';\nexport function request(ctx) { return 1; }\nexport function response(ctx) {\n}\n",
    ],
    [
      "util, extensions and runtime as globals",
      "export function request() { util.autoId(); runtime.earlyReturn(1); } export function response() { extensions.setSubscriptionFilter(null); }",
    ],
    [
      "helpers, constants and other exports beside the handlers",
      "export const LIMIT = 1; const half = (x) => x / 2; export function request() { return half(2 * LIMIT); } export function response() {}",
    ],
    [
      "all of a module under a name",
      "import * as utils from '@aws-appsync/utils'; export const request = () => (utils.util.autoId() ? 1 : 2); export const response = () => 1;",
    ],
    [
      "documented with types, as AppSync's samples are",
      `/**
 * @param {import('@aws-appsync/utils').Context} ctx the context
 * @returns {import('@aws-appsync/utils').DynamoDBGetItemRequest} the request
 */
export function request(ctx) { const { sub } = ctx.identity ?? { sub: 1 }; return sub; }
export function response() {}`,
    ],
    [
      "a byte order mark and Windows line ends",
      "\uFEFFexport function request() {\r\n  return 1;\r\n}\r\nexport function response() {}\r\n",
    ],
  ])("handlers: %s", async (_what, code) => {
    expect(await aws.evaluate(code)).toEqual({ evaluationResult: "1" });
  });

  it("a handler that calls the other one", async () => {
    const code =
      "export function request(ctx) { return response(ctx); } export function response() { return 1; }";
    expect(await aws.evaluate(code)).toEqual({ evaluationResult: "1" });
  });
});

describe("AppSync's own members", () => {
  const types = join("node_modules", "@aws-appsync", "utils", "lib");

  /** The paths of all functions that a type of the package's declarations has, such as `time.nowISO8601`. */
  function functionsOf(checker: ts.TypeChecker, type: ts.Type, path = ""): string[] {
    return type.getProperties().flatMap((member) => {
      const memberType = checker.getTypeOfSymbol(member);
      const memberPath = `${path}.${member.name}`;
      if (memberType.getCallSignatures().length > 0) return [memberPath];
      return functionsOf(checker, memberType, memberPath);
    });
  }

  function declared(): string[] {
    const files = ["index.d.ts", "dynamodb-helpers.d.ts"].map((file) => join(types, file));
    const program = ts.createProgram(files, { noEmit: true });
    const checker = program.getTypeChecker();
    const exportsOf = (file: string | undefined) => {
      const source = program.getSourceFile(file ?? "");
      const symbol = source && checker.getSymbolAtLocation(source);
      return symbol === undefined ? [] : checker.getExportsOfModule(symbol);
    };
    const values = (file: string | undefined) =>
      exportsOf(file).flatMap((symbol) => {
        const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
        if ((target.flags & ts.SymbolFlags.Value) === 0) return [];
        const type = checker.getTypeOfSymbol(target);
        return type.getCallSignatures().length > 0 ? [symbol.name] : functionsOf(checker, type, symbol.name);
      });
    return [...values(files[0]), ...values(files[1]).map((name) => `ddb.${name}`)];
  }

  it("each function that the types declare can be called, ddb.sync excepted", async () => {
    const functions = declared();
    expect(functions.length).toBeGreaterThan(70);
    expect(functions).toContain("util.time.nowISO8601");
    expect(functions).toContain("ddb.operations.increment");
    const calls = functions.filter((name) => name !== "ddb.sync").map((name) => `${name}();`);
    const { error } = await aws.evaluate(moduleOf(`if (ctx.args.all) {\n${calls.join("\n")}\n}\nreturn 1;`));
    expect(error).toBeUndefined();
  });

  it.each([
    "util.error(ctx.error?.message ?? 'm', 'T', { a: 1 }, { b: 2 });",
    "if (!ctx.identity.groups) { util.unauthorized(); } return 1;",
    "return runtime.earlyReturn({ a: 1 }, { skipTo: 'END' });",
    "return ddb.put({ key: { id: util.autoId() }, item: { n: 1 }, condition: { id: { attributeExists: false } } });",
    "return write({ key: { id: '1' }, item: { n: 1 } });",
    "return ddb.update({ key: { id: 1 }, update: { n: operations.increment(1), gone: ddb.operations.remove(), list: operations.append([1]) } });",
    "return ddb.query({ query: { id: { eq: ctx.args.id } }, index: 'byUser', scanIndexForward: false, limit: 5, nextToken: ctx.args.nextToken });",
    "return ddb.scan({ limit: 1, filter: { title: { contains: 'a' } } });",
    "return { operation: 'GetItem', key: util.dynamodb.toMapValues({ id: ctx.args.id }), consistentRead: true };",
    "return { operation: 'Invoke', invocationType: 'Event', payload: { field: ctx.info.fieldName, args: ctx.args } };",
    "return util.transform.toSubscriptionFilter({ a: { eq: 1 }, or: [{ b: { gt: 2 } }] });",
    "return JSON.parse(util.transform.toDynamoDBConditionExpression({ id: { attributeExists: false } }));",
    "extensions.setSubscriptionFilter(util.transform.toSubscriptionFilter({ a: { eq: 1 } })); return null;",
    "const { selectionSetList } = ctx.info; return selectionSetList.includes('items');",
  ])("%s", async (body) => {
    const { error } = await aws.evaluate(body, CONTEXT);
    expect(error?.codeErrors).toBeUndefined();
  });
});
