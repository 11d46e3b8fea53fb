// Programs that AWS AppSync refuses, one for each rule of its linter and each gap that the linter leaves, sent to
// EvaluateCode. The error type is recorded from AWS where it says so, and inferred from its like otherwise.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openControlPlane, type TestControlPlane } from "./support/evaluate-code.ts";

let aws: TestControlPlane;
beforeAll(async () => {
  aws = await openControlPlane();
});
afterAll(() => aws.close());

type ErrorType = "PARSE_ERROR" | "LINT_ERROR" | "UNSUPPORTED_SYNTAX_TYPE" | "INVALID_FUNCTION_INVOCATION";
type Row = readonly [what: string, code: string, says: string];
type LintRow = readonly [what: string, code: string, words?: string, rule?: string];

/** Sends each program; its first error has the type and says what is expected. */
function refused(errorType: ErrorType, known: "recorded" | "inferred", rows: readonly Row[]): void {
  it.each(rows)(`%s: the error type is ${known}`, async (_what, code, says) => {
    const { error, ...rest } = await aws.evaluate(code);
    expect(rest).toEqual({});
    expect(error?.codeErrors?.[0]).toMatchObject({ errorType });
    expect(error?.message).toContain(says);
    expect(error?.codeErrors?.[0]?.value).toContain(says);
  });
}

describe("what a rule of AppSync's ESLint plugin refuses", () => {
  /** What the rule says; it is the one that the program is named after, unless the row says another. */
  function refusedByRule(known: "recorded" | "inferred", rows: readonly LintRow[]): void {
    const named = rows.map(([what, code, words = "", rule = what.replace(/[,:].*/, "")]): Row => {
      return [what, code, `error @aws-appsync/${rule}: ${words}`];
    });
    refused("LINT_ERROR", known, named);
  }

  refusedByRule("recorded", [
    [
      "no-for",
      "for (let i = 0; i < 1; i += 1) { ctx.stash.i = i; } return 1;",
      "For statements are not supported.",
    ],
    ["no-while", "while (ctx.stash.a) { ctx.stash.a = 0; } return 1;", "While statements are not supported."],
    ["no-continue", "for (const x of []) { continue; } return 1;"],
    ["no-disallowed-unary-operators: ++", "let a = 1; a++; return a;"],
    ["no-disallowed-unary-operators: --", "let a = 1; --a; return a;"],
    ["no-recursion", "function f(x) { return f(x); } return f(1);"],
  ]);
  refusedByRule("inferred", [
    ["no-async", "const f = async () => 1; return f();", "Async functions are not supported."],
    [
      "no-await",
      "export async function request() { await 1; } export function response() {}",
      "",
      "no-async",
    ],
    ["no-classes", "class A {} return 1;", "Class declarations are not supported."],
    [
      "no-while, with do",
      "do { ctx.stash.a = 1; } while (false); return 1;",
      "do...while statements are not supported.",
    ],
    ["no-generators", "function* g() {} return 1;", "Generator functions are not supported."],
    ["no-yield", "function* g() {\n yield 1; } return 1;", "", "no-generators"],
    ["no-labels", "a: for (const x of []) { break a; } return 1;", "Labeled statements are not supported."],
    ["no-this", "return this;", "This expressions are not supported."],
    ["no-try", "try { return 1; } catch { return 2; }", "Try statements are not supported."],
    [
      "no-try, with finally",
      "try { ctx.stash.a = 1; } finally { ctx.stash.b = 1; } return 1;",
      "Try statements are not supported.",
    ],
    ["no-disallowed-unary-operators: ~", "return ~1;"],
    ["no-disallowed-binary-operators: instanceof", "return ctx instanceof Object;"],
    ["no-in-operator", "return 'a' in ctx;", "in operator is not supported. Use Object.hasOwn()."],
    [
      "no-recursion, by way of another",
      "function f(x) { return g(x); } function g(x) { return f(x); } return f(1);",
    ],
    ["no-function-passing", "const f = (g) => g(); return f(() => 1);"],
    ["no-function-passing: a comparator for a known array", "return [2, 1].sort((a, b) => a - b);"],
    ["no-function-return", "const f = () => () => 1; return 1;"],
    ["no-function-reassign", "const f = () => 1; const g = f; return g();"],
    ["no-disallowed-re-assignment: ctx", "ctx = {}; return 1;"],
    ["no-disallowed-re-assignment: ctx.stash", "ctx.stash = {}; return 1;"],
    ["no-disallowed-re-assignment: ctx.args", "ctx.args = {}; return 1;"],
    ["no-disallowed-re-assignment: delete", "delete ctx.args; return 1;"],
    ["no-promise", "return new Promise(() => 1);", "Promise is not supported"],
    ["no-disallowed-methods: String", "return 'a'.padStart(3);", "Method String.padStart is not implemented"],
    ["no-disallowed-methods: Array", "return [1].entries();", "Method Array.entries is not implemented"],
    [
      "no-disallowed-methods: Object",
      "return Object.freeze({});",
      "Method ObjectConstructor.freeze is not implemented",
    ],
  ]);
  refused("LINT_ERROR", "recorded", [
    [
      "no-regex",
      "return ctx.args.a.replace(/-/g, '_');",
      "code.js(5,29): error @aws-appsync/no-regex: Regex literals are not supported.",
    ],
  ]);
});

describe("what the type checker refuses", () => {
  refused("PARSE_ERROR", "recorded", [
    [
      "evalcode-ts2551: a member that there is not, with advice",
      "return util.time.epochSecondsToISO8601(1);",
      "code.js(5,20): error TS2551: Property 'epochSecondsToISO8601' does not exist on type 'TimeUtils'. Did you mean 'epochMilliSecondsToISO8601'?",
    ],
    [
      "evalcode-ts2339-sync: ddb.sync",
      "return ddb.sync({});",
      `error TS2339: Property 'sync' does not exist on type 'typeof import("/var/task/node_modules/@amzn/awsapp-sync-jsvtltranspiler/bundled/@aws-appsync/utils/lib/dynamo-db-helpers")'.`,
    ],
    [
      "undeclared-name: nextToken",
      "return ddb.query({ query: { id: { eq: 1 } }, nextToken });",
      "No value exists in scope for the shorthand property 'nextToken'",
    ],
    [
      "let-narrowing: a let of another shape",
      "let SK = { ge: 'a' }; if (ctx.args.x) { SK = { eq: 'a' }; } return SK;",
      "error TS2741: Property 'ge' is missing in type '{ eq: string; }'",
    ],
    [
      "a list spread over the parameters of util.appendError",
      "const all = ['m', 'T', { a: 1 }]; util.appendError(...all); return 1;",
      "error TS2556: A spread argument must either have a tuple type or be passed to a rest parameter.",
    ],
    ["an undeclared name", "return nextToken;", "error TS2304: Cannot find name 'nextToken'."],
    [
      "a misspelt name",
      "const limit = 1; return limt;",
      "error TS2552: Cannot find name 'limt'. Did you mean 'limit'?",
    ],
    [
      "util.toJson, which mapping templates have",
      "return util.toJson({});",
      "error TS2339: Property 'toJson' does not exist on type 'Util'.",
    ],
    [
      "util.log, which mapping templates have",
      "return util.log.info('a');",
      "error TS2339: Property 'log' does not exist on type 'Util'.",
    ],
    ["util.parseJson, which mapping templates have", "return util.parseJson('{}');", "error TS2339"],
    ["an unknown member of extensions", "extensions.setFilter({}); return 1;", "error TS2339"],
    [
      "an unknown member of runtime",
      "runtime.exit(); return 1;",
      "error TS2339: Property 'exit' does not exist on type 'Runtime'.",
    ],
    ["what does not parse", "export const request = ;", "code.js(1,24): error TS1109: Expression expected."],
  ]);
  refused("PARSE_ERROR", "inferred", [
    [
      "a let that lacks two members of its first shape",
      "let key = { pk: 'a', sk: 'b' }; if (ctx.args.x) { key = { id: 'c' }; } return key;",
      "error TS2739",
    ],
    [
      "an import that is not at the top",
      'import { put } from "@aws-appsync/utils/dynamodb"; return put;',
      "error TS1473",
    ],
    ["a constant that is assigned to", "const a = 1; a = 2; return a;", "error TS2588"],
    ["one name declared twice", "let a = 1; let a = 2; return a;", "error TS2451"],
    [
      "a module of Node",
      `import fs from "node:fs"; export const request = () => fs; export const response = () => 1;`,
      "node:fs",
    ],
    [
      "a file, as an unbundled import leaves it",
      `import { a } from "./a.js"; export const request = () => a; export const response = () => 1;`,
      "error TS2307: Cannot find module './a.js' or its corresponding type declarations.",
    ],
    [
      "a package",
      `import { parse } from "graphql"; export const request = () => parse; export const response = () => 1;`,
      "error TS2307",
    ],
    [
      "a module for its effects",
      `import "effects"; export const request = () => 1; export const response = () => 1;`,
      "effects",
    ],
    ["require", "return require('./a');", "error TS2307"],
    ["process", "return process.env;", "Cannot find name 'process'"],
    ["setTimeout", "setTimeout(() => 1, 1); return 1;", "Cannot find name 'setTimeout'"],
    ["fetch", "return fetch('https://example.com');", "Cannot find name 'fetch'"],
    [
      "console beyond log and error",
      "console.table([]); return 1;",
      "Property 'table' does not exist on type 'Console'.",
    ],
    ["no handler request", "export function response() {}", "no function named request"],
    ["no handler response", "export function request() {}", "no function named response"],
    [
      "a handler that is no function",
      "export const request = 1; export function response() {}",
      "no function named request",
    ],
    [
      "handlers of a default export",
      "export default { request() {}, response() {} };",
      "no function named request",
    ],
    [
      "handlers by the way of CommonJS",
      "module.exports = { request() {}, response() {} }; // export",
      "no function named request",
    ],
    ["// @ts-nocheck", "// @ts-nocheck\n  return zzz;", "Cannot find name 'zzz'"],
    ["// @ts-ignore", "// @ts-ignore\n  return zzz;", "Cannot find name 'zzz'"],
    [
      "/// <reference lib>",
      `/// <reference lib="dom" />
export const request = () => window; export const response = () => 1;`,
      "Cannot find name 'window'",
    ],
  ]);
});

describe("what is refused though neither the linter nor the type checker says so", () => {
  const syntax = (kind: string) => `Unsupported Syntax Type: ${kind}`;

  refused("UNSUPPORTED_SYNTAX_TYPE", "recorded", [
    ["new Set", "const seen = new Set(); return seen;", syntax("NewExpression")],
    ["new Date", "return new Date().toISOString();", syntax("NewExpression")],
    ["new of a function", "function F() {} return new F();", syntax("NewExpression")],
    ["??=", "ctx.stash.a ??= 1; return 1;", syntax("QuestionQuestionEqualsToken")],
    [
      "an arrow function as comparator",
      "return ctx.args.items.slice().sort((a, b) => (a < b ? -1 : 1));",
      syntax("ArrowFunction"),
    ],
    [
      "a function expression as comparator",
      "return ctx.args.items.sort(function (a, b) { return a - b; });",
      syntax("FunctionExpression"),
    ],
  ]);
  refused("UNSUPPORTED_SYNTAX_TYPE", "inferred", [
    ["throw", "throw 1;", syntax("ThrowStatement")],
    ["||=", "ctx.stash.a ||= 1; return 1;", syntax("BarBarEqualsToken")],
    ["&&=", "ctx.stash.a &&= 1; return 1;", syntax("AmpersandAmpersandEqualsToken")],
    [
      "a function for a method that takes none",
      "return ctx.args.text.replace('a', () => 'b');",
      syntax("ArrowFunction"),
    ],
    ["class expressions", "const A = class {}; return A;", syntax("ClassExpression")],
    ["BigInt", "return 10n;", syntax("BigIntLiteral")],
    ["getters", "return { get a() { return 1; } };", syntax("GetAccessor")],
    ["setters", "return { set a(b) { ctx.stash.a = b; } };", syntax("SetAccessor")],
    ["debugger", "debugger; return 1;", syntax("DebuggerStatement")],
    ["import()", 'return import("@aws-appsync/utils");', syntax("ImportKeyword")],
    ["import.meta", "return import.meta;", syntax("MetaProperty")],
    ["Symbol.iterator", "return Symbol.iterator;", "Symbol.iterator"],
    ["globalThis", "return globalThis.a;", "globalThis.a"],
    ["arguments", "return arguments[0];", "arguments[0]"],
    ["Math.PI", "return Math.PI;", "Math.PI"],
    ["Number.MAX_SAFE_INTEGER", "return Number.MAX_SAFE_INTEGER;", "Number.MAX_SAFE_INTEGER"],
    ["a built-in function as a value", "return ctx.args.list.map(String);", "Identifier (String)"],
    ["a built-in object taken apart", "const { abs } = Math; return abs(1);", "Identifier (Math)"],
  ]);
  refused("INVALID_FUNCTION_INVOCATION", "recorded", [
    ["String(x)", "return String(1);", "Invalid function: String"],
    ["Math beyond six methods", "return Math.abs(1);", "Math.abs"],
    [
      "padStart of what is not known to be text",
      "return ctx.args.a.padStart(2);",
      "Invalid function: ctx.args.a.padStart",
    ],
  ]);
  refused("INVALID_FUNCTION_INVOCATION", "inferred", [
    ["Number(x)", "return Number('1');", "Invalid function: Number"],
    ["Boolean(x)", "return Boolean(1);", "Invalid function: Boolean"],
    ["Date.now", "return Date.now();", "Invalid function: Date.now"],
    ["parseInt", "return parseInt('1');", "Invalid function: parseInt"],
    ["encodeURIComponent", "return encodeURIComponent('a');", "Invalid function: encodeURIComponent"],
    ["eval", "return eval('1');", "Invalid function: eval"],
    ["code from strings by Function", "return Function('return 1')();", "Invalid function: Function"],
    [
      "code from strings by a constructor",
      "return (() => 1).constructor('return 1')();",
      "Invalid function: (() => 1).constructor",
    ],
    ["Symbol()", "return Symbol('a');", "Invalid function: Symbol"],
    ["Promise.resolve", "return Promise.resolve(1);", "Promise.resolve"],
    ["Math beyond six methods, in brackets", "return Math['pow'](2, 2);", "Math['pow']"],
    ["Math beyond six methods, past the type checker", "return (/** @type {any} */ (Math)).abs(1);", "abs"],
    ["Number.parseFloat", "return Number.parseFloat('1');", "Number.parseFloat"],
    ["toFixed", "return (1.5).toFixed(1);", "toFixed"],
    ["match", "return 'a'.match('a');", "match"],
    [
      "match of what is not known to be text",
      "return ctx.args.a.match('a');",
      "Invalid function: ctx.args.a.match",
    ],
    ["String.fromCharCode", "return String.fromCharCode(1);", "String.fromCharCode"],
    ["Object.fromEntries", "return Object.fromEntries([]);", "Object.fromEntries"],
    ["hasOwnProperty", "return ctx.args.hasOwnProperty('a');", "hasOwnProperty"],
    ["Array.from", "return Array.from('ab');", "Array.from"],
    ["Array.isArray", "return Array.isArray([]);", "Array.isArray"],
    ["at", "return [1].at(0);", "at"],
    ["toSorted", "return [1].toSorted();", "toSorted"],
    ["call", "const f = () => 1; return f.call(null);", "Invalid function: f.call"],
    ["apply", "const f = () => 1; return f.apply(null, []);", "Invalid function: f.apply"],
    ["bind", "const f = () => 1; f.bind(null); return 1;", "Invalid function: f.bind"],
  ]);

  it.each([
    "return 'a'.padStart(3);",
    "return new Promise(() => 1);",
    "return [2, 1].sort((a, b) => a - b);",
    "return new Date().toISOString();",
    "return Date.now();",
  ])("%s is refused once", async (body) => {
    const { error } = await aws.evaluate(body);
    expect(error?.codeErrors).toHaveLength(1);
  });

  it("eslint-disable does not help", async () => {
    const { error } = await aws.evaluate("/* eslint-disable */ try { return 1; } catch { return 2; }");
    expect(error?.codeErrors?.map(({ errorType }) => errorType)).toEqual(["LINT_ERROR"]);
  });
});
