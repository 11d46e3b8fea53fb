// Programs that AWS AppSync refuses, one for each rule of its linter and each gap that the linter leaves, sent to
// EvaluateCode. The error type is recorded from AWS where it says so, and inferred from its like otherwise.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openControlPlane, type TestControlPlane } from "./support/evaluate-code.ts";

let aws: TestControlPlane;
beforeAll(async () => {
  aws = await openControlPlane();
});
afterAll(() => aws.close());

type Row = readonly [
  what: string,
  known: "recorded" | "inferred",
  code: string,
  errorType: "PARSE_ERROR" | "LINT_ERROR" | "UNSUPPORTED_SYNTAX_TYPE" | "INVALID_FUNCTION_INVOCATION",
  says: string,
];

/** Sends each program; its first error has the type and says what is expected. */
function refused(rows: readonly Row[]): void {
  it.each(rows)("%s: the error type is %s", async (_what, _known, code, errorType, says) => {
    const { error, ...rest } = await aws.evaluate(code);
    expect(rest).toEqual({});
    expect(error?.codeErrors?.[0]).toMatchObject({ errorType });
    expect(error?.message).toContain(says);
    expect(error?.codeErrors?.[0]?.value).toContain(says);
  });
}

describe("what a rule of AppSync's ESLint plugin refuses", () => {
  const rule = (name: string, text: string) => `error @aws-appsync/${name}: ${text}`;

  refused([
    [
      "no-async",
      "inferred",
      "const f = async () => 1; return f();",
      "LINT_ERROR",
      rule("no-async", "Async functions are not supported."),
    ],
    [
      "no-await",
      "inferred",
      "export async function request() { await 1; } export function response() {}",
      "LINT_ERROR",
      "error @aws-appsync/no-async",
    ],
    [
      "no-classes",
      "inferred",
      "class A {} return 1;",
      "LINT_ERROR",
      rule("no-classes", "Class declarations are not supported."),
    ],
    [
      "no-for",
      "recorded",
      "for (let i = 0; i < 1; i += 1) { ctx.stash.i = i; } return 1;",
      "LINT_ERROR",
      rule("no-for", "For statements are not supported."),
    ],
    [
      "no-while",
      "recorded",
      "while (ctx.stash.a) { ctx.stash.a = 0; } return 1;",
      "LINT_ERROR",
      rule("no-while", "While statements are not supported."),
    ],
    [
      "no-while, with do",
      "inferred",
      "do { ctx.stash.a = 1; } while (false); return 1;",
      "LINT_ERROR",
      rule("no-while", "do...while statements are not supported."),
    ],
    [
      "no-continue",
      "recorded",
      "for (const x of []) { continue; } return 1;",
      "LINT_ERROR",
      "error @aws-appsync/no-continue: ",
    ],
    [
      "no-generators",
      "inferred",
      "function* g() {} return 1;",
      "LINT_ERROR",
      rule("no-generators", "Generator functions are not supported."),
    ],
    [
      "no-yield",
      "inferred",
      "function* g() {\n yield 1; } return 1;",
      "LINT_ERROR",
      "error @aws-appsync/no-generators: ",
    ],
    [
      "no-labels",
      "inferred",
      "a: for (const x of []) { break a; } return 1;",
      "LINT_ERROR",
      rule("no-labels", "Labeled statements are not supported."),
    ],
    [
      "no-regex",
      "recorded",
      "return ctx.args.a.replace(/-/g, '_');",
      "LINT_ERROR",
      "code.js(5,29): error @aws-appsync/no-regex: Regex literals are not supported.",
    ],
    [
      "no-this",
      "inferred",
      "return this;",
      "LINT_ERROR",
      rule("no-this", "This expressions are not supported."),
    ],
    [
      "no-try",
      "inferred",
      "try { return 1; } catch { return 2; }",
      "LINT_ERROR",
      rule("no-try", "Try statements are not supported."),
    ],
    [
      "no-try, with finally",
      "inferred",
      "try { ctx.stash.a = 1; } finally { ctx.stash.b = 1; } return 1;",
      "LINT_ERROR",
      rule("no-try", "Try statements are not supported."),
    ],
    [
      "no-disallowed-unary-operators: ++",
      "recorded",
      "let a = 1; a++; return a;",
      "LINT_ERROR",
      "error @aws-appsync/no-disallowed-unary-operators: ",
    ],
    [
      "no-disallowed-unary-operators: --",
      "recorded",
      "let a = 1; --a; return a;",
      "LINT_ERROR",
      "error @aws-appsync/no-disallowed-unary-operators: ",
    ],
    [
      "no-disallowed-unary-operators: ~",
      "inferred",
      "return ~1;",
      "LINT_ERROR",
      "error @aws-appsync/no-disallowed-unary-operators: ",
    ],
    [
      "no-disallowed-binary-operators: instanceof",
      "inferred",
      "return ctx instanceof Object;",
      "LINT_ERROR",
      "error @aws-appsync/no-disallowed-binary-operators: ",
    ],
    [
      "no-in-operator",
      "inferred",
      "return 'a' in ctx;",
      "LINT_ERROR",
      rule("no-in-operator", "in operator is not supported. Use Object.hasOwn()."),
    ],
    [
      "no-recursion",
      "recorded",
      "function f(x) { return f(x); } return f(1);",
      "LINT_ERROR",
      "error @aws-appsync/no-recursion: ",
    ],
    [
      "no-recursion, by way of another",
      "inferred",
      "function f(x) { return g(x); } function g(x) { return f(x); } return f(1);",
      "LINT_ERROR",
      "error @aws-appsync/no-recursion: ",
    ],
    [
      "no-function-passing",
      "inferred",
      "const f = (g) => g(); return f(() => 1);",
      "LINT_ERROR",
      "error @aws-appsync/no-function-passing: ",
    ],
    [
      "no-function-passing: a comparator for a known array",
      "inferred",
      "return [2, 1].sort((a, b) => a - b);",
      "LINT_ERROR",
      "error @aws-appsync/no-function-passing: ",
    ],
    [
      "no-function-return",
      "inferred",
      "const f = () => () => 1; return 1;",
      "LINT_ERROR",
      "error @aws-appsync/no-function-return: ",
    ],
    [
      "no-function-reassign",
      "inferred",
      "const f = () => 1; const g = f; return g();",
      "LINT_ERROR",
      "error @aws-appsync/no-function-reassign: ",
    ],
    [
      "no-disallowed-re-assignment: ctx",
      "inferred",
      "ctx = {}; return 1;",
      "LINT_ERROR",
      "error @aws-appsync/no-disallowed-re-assignment: ",
    ],
    [
      "no-disallowed-re-assignment: ctx.stash",
      "inferred",
      "ctx.stash = {}; return 1;",
      "LINT_ERROR",
      "error @aws-appsync/no-disallowed-re-assignment: ",
    ],
    [
      "no-disallowed-re-assignment: ctx.args",
      "inferred",
      "ctx.args = {}; return 1;",
      "LINT_ERROR",
      "error @aws-appsync/no-disallowed-re-assignment: ",
    ],
    [
      "no-disallowed-re-assignment: delete",
      "inferred",
      "delete ctx.args; return 1;",
      "LINT_ERROR",
      "error @aws-appsync/no-disallowed-re-assignment: ",
    ],
    [
      "no-promise",
      "inferred",
      "return new Promise(() => 1);",
      "LINT_ERROR",
      rule("no-promise", "Promise is not supported"),
    ],
    [
      "no-disallowed-methods: String",
      "inferred",
      "return 'a'.padStart(3);",
      "LINT_ERROR",
      rule("no-disallowed-methods", "Method String.padStart is not implemented"),
    ],
    [
      "no-disallowed-methods: Array",
      "inferred",
      "return [1].entries();",
      "LINT_ERROR",
      rule("no-disallowed-methods", "Method Array.entries is not implemented"),
    ],
    [
      "no-disallowed-methods: Object",
      "inferred",
      "return Object.freeze({});",
      "LINT_ERROR",
      rule("no-disallowed-methods", "Method ObjectConstructor.freeze is not implemented"),
    ],
  ]);
});

describe("what the type checker refuses", () => {
  refused([
    [
      "evalcode-ts2551: a member that there is not, with advice",
      "recorded",
      "return util.time.epochSecondsToISO8601(1);",
      "PARSE_ERROR",
      "code.js(5,20): error TS2551: Property 'epochSecondsToISO8601' does not exist on type 'TimeUtils'. Did you mean 'epochMilliSecondsToISO8601'?",
    ],
    [
      "evalcode-ts2339-sync: ddb.sync",
      "recorded",
      "return ddb.sync({});",
      "PARSE_ERROR",
      `error TS2339: Property 'sync' does not exist on type 'typeof import("/var/task/node_modules/@amzn/awsapp-sync-jsvtltranspiler/bundled/@aws-appsync/utils/lib/dynamo-db-helpers")'.`,
    ],
    [
      "undeclared-name: nextToken",
      "recorded",
      "return ddb.query({ query: { id: { eq: 1 } }, nextToken });",
      "PARSE_ERROR",
      "No value exists in scope for the shorthand property 'nextToken'",
    ],
    [
      "let-narrowing: a let of another shape",
      "recorded",
      "let SK = { ge: 'a' }; if (ctx.args.x) { SK = { eq: 'a' }; } return SK;",
      "PARSE_ERROR",
      "error TS2741: Property 'ge' is missing in type '{ eq: string; }'",
    ],
    [
      "a let that lacks two members of its first shape",
      "inferred",
      "let key = { pk: 'a', sk: 'b' }; if (ctx.args.x) { key = { id: 'c' }; } return key;",
      "PARSE_ERROR",
      "error TS2739",
    ],
    [
      "a list spread over the parameters of util.appendError",
      "recorded",
      "const all = ['m', 'T', { a: 1 }]; util.appendError(...all); return 1;",
      "PARSE_ERROR",
      "error TS2556: A spread argument must either have a tuple type or be passed to a rest parameter.",
    ],
    [
      "an undeclared name",
      "recorded",
      "return nextToken;",
      "PARSE_ERROR",
      "error TS2304: Cannot find name 'nextToken'.",
    ],
    [
      "a misspelt name",
      "recorded",
      "const limit = 1; return limt;",
      "PARSE_ERROR",
      "error TS2552: Cannot find name 'limt'. Did you mean 'limit'?",
    ],
    [
      "util.toJson, which mapping templates have",
      "recorded",
      "return util.toJson({});",
      "PARSE_ERROR",
      "error TS2339: Property 'toJson' does not exist on type 'Util'.",
    ],
    [
      "util.log, which mapping templates have",
      "recorded",
      "return util.log.info('a');",
      "PARSE_ERROR",
      "error TS2339: Property 'log' does not exist on type 'Util'.",
    ],
    [
      "util.parseJson, which mapping templates have",
      "recorded",
      "return util.parseJson('{}');",
      "PARSE_ERROR",
      "error TS2339",
    ],
    [
      "an unknown member of extensions",
      "recorded",
      "extensions.setFilter({}); return 1;",
      "PARSE_ERROR",
      "error TS2339",
    ],
    [
      "an unknown member of runtime",
      "recorded",
      "runtime.exit(); return 1;",
      "PARSE_ERROR",
      "error TS2339: Property 'exit' does not exist on type 'Runtime'.",
    ],
    [
      "what does not parse",
      "recorded",
      "export const request = ;",
      "PARSE_ERROR",
      "code.js(1,24): error TS1109: Expression expected.",
    ],
    [
      "an import that is not at the top",
      "inferred",
      'import { put } from "@aws-appsync/utils/dynamodb"; return put;',
      "PARSE_ERROR",
      "error TS1473",
    ],
    [
      "a constant that is assigned to",
      "inferred",
      "const a = 1; a = 2; return a;",
      "PARSE_ERROR",
      "error TS2588",
    ],
    ["one name declared twice", "inferred", "let a = 1; let a = 2; return a;", "PARSE_ERROR", "error TS2451"],
    [
      "a module of Node",
      "inferred",
      `import fs from "node:fs"; export const request = () => fs; export const response = () => 1;`,
      "PARSE_ERROR",
      "node:fs",
    ],
    [
      "a file, as an unbundled import leaves it",
      "inferred",
      `import { a } from "./a.js"; export const request = () => a; export const response = () => 1;`,
      "PARSE_ERROR",
      "error TS2307: Cannot find module './a.js' or its corresponding type declarations.",
    ],
    [
      "a package",
      "inferred",
      `import { parse } from "graphql"; export const request = () => parse; export const response = () => 1;`,
      "PARSE_ERROR",
      "error TS2307",
    ],
    [
      "a module for its effects",
      "inferred",
      `import "effects"; export const request = () => 1; export const response = () => 1;`,
      "PARSE_ERROR",
      "effects",
    ],
    ["require", "inferred", "return require('./a');", "PARSE_ERROR", "error TS2307"],
    ["process", "inferred", "return process.env;", "PARSE_ERROR", "Cannot find name 'process'"],
    [
      "setTimeout",
      "inferred",
      "setTimeout(() => 1, 1); return 1;",
      "PARSE_ERROR",
      "Cannot find name 'setTimeout'",
    ],
    ["fetch", "inferred", "return fetch('https://example.com');", "PARSE_ERROR", "Cannot find name 'fetch'"],
    [
      "console beyond log and error",
      "inferred",
      "console.table([]); return 1;",
      "PARSE_ERROR",
      "Property 'table' does not exist on type 'Console'.",
    ],
    [
      "no handler request",
      "inferred",
      "export function response() {}",
      "PARSE_ERROR",
      "no function named request",
    ],
    [
      "no handler response",
      "inferred",
      "export function request() {}",
      "PARSE_ERROR",
      "no function named response",
    ],
    [
      "a handler that is no function",
      "inferred",
      "export const request = 1; export function response() {}",
      "PARSE_ERROR",
      "no function named request",
    ],
    [
      "handlers of a default export",
      "inferred",
      "export default { request() {}, response() {} };",
      "PARSE_ERROR",
      "no function named request",
    ],
    [
      "handlers by the way of CommonJS",
      "inferred",
      "module.exports = { request() {}, response() {} }; // export",
      "PARSE_ERROR",
      "no function named request",
    ],
    ["// @ts-nocheck", "inferred", "// @ts-nocheck\n  return zzz;", "PARSE_ERROR", "Cannot find name 'zzz'"],
    ["// @ts-ignore", "inferred", "// @ts-ignore\n  return zzz;", "PARSE_ERROR", "Cannot find name 'zzz'"],
    [
      "/// <reference lib>",
      "inferred",
      `/// <reference lib="dom" />
export const request = () => window; export const response = () => 1;`,
      "PARSE_ERROR",
      "Cannot find name 'window'",
    ],
  ]);
});

describe("what is refused though neither the linter nor the type checker says so", () => {
  const syntax = (kind: string) => `Unsupported Syntax Type: ${kind}`;

  refused([
    ["throw", "inferred", "throw 1;", "UNSUPPORTED_SYNTAX_TYPE", syntax("ThrowStatement")],
    [
      "new Set",
      "recorded",
      "const seen = new Set(); return seen;",
      "UNSUPPORTED_SYNTAX_TYPE",
      syntax("NewExpression"),
    ],
    [
      "new Date",
      "recorded",
      "return new Date().toISOString();",
      "UNSUPPORTED_SYNTAX_TYPE",
      syntax("NewExpression"),
    ],
    [
      "new of a function",
      "recorded",
      "function F() {} return new F();",
      "UNSUPPORTED_SYNTAX_TYPE",
      syntax("NewExpression"),
    ],
    [
      "??=",
      "recorded",
      "ctx.stash.a ??= 1; return 1;",
      "UNSUPPORTED_SYNTAX_TYPE",
      syntax("QuestionQuestionEqualsToken"),
    ],
    [
      "||=",
      "inferred",
      "ctx.stash.a ||= 1; return 1;",
      "UNSUPPORTED_SYNTAX_TYPE",
      syntax("BarBarEqualsToken"),
    ],
    [
      "&&=",
      "inferred",
      "ctx.stash.a &&= 1; return 1;",
      "UNSUPPORTED_SYNTAX_TYPE",
      syntax("AmpersandAmpersandEqualsToken"),
    ],
    [
      "an arrow function as comparator",
      "recorded",
      "return ctx.args.items.slice().sort((a, b) => (a < b ? -1 : 1));",
      "UNSUPPORTED_SYNTAX_TYPE",
      syntax("ArrowFunction"),
    ],
    [
      "a function expression as comparator",
      "recorded",
      "return ctx.args.items.sort(function (a, b) { return a - b; });",
      "UNSUPPORTED_SYNTAX_TYPE",
      syntax("FunctionExpression"),
    ],
    [
      "a function for a method that takes none",
      "inferred",
      "return ctx.args.text.replace('a', () => 'b');",
      "UNSUPPORTED_SYNTAX_TYPE",
      syntax("ArrowFunction"),
    ],
    [
      "class expressions",
      "inferred",
      "const A = class {}; return A;",
      "UNSUPPORTED_SYNTAX_TYPE",
      syntax("ClassExpression"),
    ],
    ["BigInt", "inferred", "return 10n;", "UNSUPPORTED_SYNTAX_TYPE", syntax("BigIntLiteral")],
    [
      "getters",
      "inferred",
      "return { get a() { return 1; } };",
      "UNSUPPORTED_SYNTAX_TYPE",
      syntax("GetAccessor"),
    ],
    [
      "setters",
      "inferred",
      "return { set a(b) { ctx.stash.a = b; } };",
      "UNSUPPORTED_SYNTAX_TYPE",
      syntax("SetAccessor"),
    ],
    ["debugger", "inferred", "debugger; return 1;", "UNSUPPORTED_SYNTAX_TYPE", syntax("DebuggerStatement")],
    [
      "import()",
      "inferred",
      'return import("@aws-appsync/utils");',
      "UNSUPPORTED_SYNTAX_TYPE",
      syntax("ImportKeyword"),
    ],
    ["import.meta", "inferred", "return import.meta;", "UNSUPPORTED_SYNTAX_TYPE", syntax("MetaProperty")],
    ["String(x)", "recorded", "return String(1);", "INVALID_FUNCTION_INVOCATION", "Invalid function: String"],
    [
      "Number(x)",
      "inferred",
      "return Number('1');",
      "INVALID_FUNCTION_INVOCATION",
      "Invalid function: Number",
    ],
    [
      "Boolean(x)",
      "inferred",
      "return Boolean(1);",
      "INVALID_FUNCTION_INVOCATION",
      "Invalid function: Boolean",
    ],
    [
      "Date.now",
      "inferred",
      "return Date.now();",
      "INVALID_FUNCTION_INVOCATION",
      "Invalid function: Date.now",
    ],
    [
      "parseInt",
      "inferred",
      "return parseInt('1');",
      "INVALID_FUNCTION_INVOCATION",
      "Invalid function: parseInt",
    ],
    [
      "encodeURIComponent",
      "inferred",
      "return encodeURIComponent('a');",
      "INVALID_FUNCTION_INVOCATION",
      "Invalid function: encodeURIComponent",
    ],
    ["eval", "inferred", "return eval('1');", "INVALID_FUNCTION_INVOCATION", "Invalid function: eval"],
    [
      "code from strings by Function",
      "inferred",
      "return Function('return 1')();",
      "INVALID_FUNCTION_INVOCATION",
      "Invalid function: Function",
    ],
    [
      "code from strings by a constructor",
      "inferred",
      "return (() => 1).constructor('return 1')();",
      "INVALID_FUNCTION_INVOCATION",
      "Invalid function: (() => 1).constructor",
    ],
    [
      "Symbol()",
      "inferred",
      "return Symbol('a');",
      "INVALID_FUNCTION_INVOCATION",
      "Invalid function: Symbol",
    ],
    ["Symbol.iterator", "inferred", "return Symbol.iterator;", "UNSUPPORTED_SYNTAX_TYPE", "Symbol.iterator"],
    ["globalThis", "inferred", "return globalThis.a;", "UNSUPPORTED_SYNTAX_TYPE", "globalThis.a"],
    ["arguments", "inferred", "return arguments[0];", "UNSUPPORTED_SYNTAX_TYPE", "arguments[0]"],
    [
      "Promise.resolve",
      "inferred",
      "return Promise.resolve(1);",
      "INVALID_FUNCTION_INVOCATION",
      "Promise.resolve",
    ],
    ["Math beyond six methods", "recorded", "return Math.abs(1);", "INVALID_FUNCTION_INVOCATION", "Math.abs"],
    [
      "Math beyond six methods, in brackets",
      "inferred",
      "return Math['pow'](2, 2);",
      "INVALID_FUNCTION_INVOCATION",
      "Math['pow']",
    ],
    [
      "Math beyond six methods, past the type checker",
      "inferred",
      "return (/** @type {any} */ (Math)).abs(1);",
      "INVALID_FUNCTION_INVOCATION",
      "abs",
    ],
    ["Math.PI", "inferred", "return Math.PI;", "UNSUPPORTED_SYNTAX_TYPE", "Math.PI"],
    [
      "Number.MAX_SAFE_INTEGER",
      "inferred",
      "return Number.MAX_SAFE_INTEGER;",
      "UNSUPPORTED_SYNTAX_TYPE",
      "Number.MAX_SAFE_INTEGER",
    ],
    [
      "Number.parseFloat",
      "inferred",
      "return Number.parseFloat('1');",
      "INVALID_FUNCTION_INVOCATION",
      "Number.parseFloat",
    ],
    ["toFixed", "inferred", "return (1.5).toFixed(1);", "INVALID_FUNCTION_INVOCATION", "toFixed"],
    ["match", "inferred", "return 'a'.match('a');", "INVALID_FUNCTION_INVOCATION", "match"],
    [
      "match of what is not known to be text",
      "inferred",
      "return ctx.args.a.match('a');",
      "INVALID_FUNCTION_INVOCATION",
      "Invalid function: ctx.args.a.match",
    ],
    [
      "padStart of what is not known to be text",
      "recorded",
      "return ctx.args.a.padStart(2);",
      "INVALID_FUNCTION_INVOCATION",
      "Invalid function: ctx.args.a.padStart",
    ],
    [
      "String.fromCharCode",
      "inferred",
      "return String.fromCharCode(1);",
      "INVALID_FUNCTION_INVOCATION",
      "String.fromCharCode",
    ],
    [
      "Object.fromEntries",
      "inferred",
      "return Object.fromEntries([]);",
      "INVALID_FUNCTION_INVOCATION",
      "Object.fromEntries",
    ],
    [
      "hasOwnProperty",
      "inferred",
      "return ctx.args.hasOwnProperty('a');",
      "INVALID_FUNCTION_INVOCATION",
      "hasOwnProperty",
    ],
    ["Array.from", "inferred", "return Array.from('ab');", "INVALID_FUNCTION_INVOCATION", "Array.from"],
    [
      "Array.isArray",
      "inferred",
      "return Array.isArray([]);",
      "INVALID_FUNCTION_INVOCATION",
      "Array.isArray",
    ],
    ["at", "inferred", "return [1].at(0);", "INVALID_FUNCTION_INVOCATION", "at"],
    ["toSorted", "inferred", "return [1].toSorted();", "INVALID_FUNCTION_INVOCATION", "toSorted"],
    [
      "call",
      "inferred",
      "const f = () => 1; return f.call(null);",
      "INVALID_FUNCTION_INVOCATION",
      "Invalid function: f.call",
    ],
    [
      "apply",
      "inferred",
      "const f = () => 1; return f.apply(null, []);",
      "INVALID_FUNCTION_INVOCATION",
      "Invalid function: f.apply",
    ],
    [
      "bind",
      "inferred",
      "const f = () => 1; f.bind(null); return 1;",
      "INVALID_FUNCTION_INVOCATION",
      "Invalid function: f.bind",
    ],
    [
      "a built-in function as a value",
      "inferred",
      "return ctx.args.list.map(String);",
      "UNSUPPORTED_SYNTAX_TYPE",
      "Identifier (String)",
    ],
    [
      "a built-in object taken apart",
      "inferred",
      "const { abs } = Math; return abs(1);",
      "UNSUPPORTED_SYNTAX_TYPE",
      "Identifier (Math)",
    ],
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
