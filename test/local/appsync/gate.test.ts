// The language gate: what AppSync takes passes, what it refuses is refused.

import { describe, expect, it } from "vitest";
import { checkResolverCode } from "../../../local/appsync/gate/check-resolver-code.ts";

const code = (body: string) => `import { util, runtime, extensions } from "@aws-appsync/utils";
import * as ddb from "@aws-appsync/utils/dynamodb";
import { put as write, operations } from "@aws-appsync/utils/dynamodb";
export function request(ctx) {
  ${body}
}
export function response(ctx) { return ctx.result; }`;

const findings = (body: string) =>
  checkResolverCode(code(body)).map(({ errorType, message }) => `${errorType} ${message}`);

describe("code that AppSync takes", () => {
  it.each([
    "return {};",
    "const { a, ...rest } = ctx.args; return { a, rest: { ...rest, b: [...ctx.args.list] } };",
    "let n = 0; for (const x of ctx.args.list) { if (x > 2) break; n += x; } return n;",
    "for (const name in ctx.args) { ctx.stash[name] = ctx.args[name]; } return 1;",
    "switch (ctx.args.a) { case 1: return 'one'; default: return `other ${ctx.args.a}`; }",
    "const f = (x, ...more) => x + more.length; return f(1, 2);",
    "return ctx.args?.a?.b ?? (typeof ctx.args.c === 'string' ? void 0 : null);",
    "return (1 + 2) * 3 % 4 / 5 - 6 & 7 | 8 ^ 9 << 1 >> 1 >>> 0;",
    "delete ctx.stash.a; Object.assign(ctx.stash, { b: 1 }); return Object.hasOwn(ctx.stash, 'b');",
    "return Object.entries(ctx.args).map(([name, value]) => ({ name, value }));",
    "return Object.keys(ctx.args).concat(Object.values(ctx.args));",
    "return [3, 1].sort().reverse().join('-');",
    "return [1, 2].reduce((sum, x) => sum + x, 0) + [1].reduceRight((sum, x) => sum + x, 0);",
    "return [[1]].flat().flatMap((x) => [x, x]).filter((x) => x > 0).some((x) => x === 1);",
    "return [1].every((x) => x) && [1].find((x) => x === 1) + [1].findIndex((x) => x) + [1].findLast((x) => x) + [1].findLastIndex((x) => x);",
    "const list = [1]; list.push(2); list.pop(); list.shift(); list.unshift(1); list.splice(0, 1); list.fill(0); return list.slice(0).includes(1);",
    "[1].forEach((x) => { ctx.stash.x = x; }); return [1].indexOf(1) + [1].lastIndexOf(1) + [1].length;",
    "return 'a.b'.replace('a', 'b').replaceAll('b', 'c').split('.').length + 'abc'.charAt(0).length;",
    "return 'ab'.startsWith('a') && 'ab'.endsWith('b') && 'ab'.indexOf('b') > 'ab'.lastIndexOf('a');",
    "return ' a '.trim().trimStart().trimEnd().toLowerCase().toUpperCase().concat('b').slice(0, 1).substring(0, 1);",
    "return String.raw`a\\n`;",
    "return ctx.args.name.toLowerCase().trim();",
    "return [Math.random(), Math.min(1, 2), Math.max(1, 2), Math.round(1.5), Math.floor(1.5), Math.ceil(1.5)];",
    "return Number.isFinite(1) && Number.isNaN(NaN) && Infinity !== undefined;",
    "console.log('a', ctx); console.error(ctx.error); return JSON.parse(JSON.stringify(ctx.args));",
    "util.appendError('m', 't', {}, {}); if (ctx.error) util.error(ctx.error.message, ctx.error.type); return 1;",
    "if (!ctx.identity.groups) util.unauthorized(); runtime.earlyReturn([], { skipTo: 'END' });",
    "return [util.autoId(), util.autoUlid(), util.autoKsuid(), util.urlEncode('a'), util.base64Decode('YQ=='), util.matches('a', 'b'), util.authType()];",
    "return [util.time.nowISO8601(), util.time.epochMilliSecondsToFormatted(1, 'yyyy'), util.str.normalize('a', 'nfc'), util.math.roundNum(1.2)];",
    "return util.transform.toSubscriptionFilter({ a: { eq: 1 } });",
    "return { key: util.dynamodb.toMapValues({ id: 1 }), condition: JSON.parse(util.transform.toDynamoDBConditionExpression({ id: { attributeExists: false } })) };",
    "return write({ key: { id: util.autoId() }, item: { n: 1 }, condition: { id: { attributeExists: false } } });",
    "return ddb.update({ key: { id: 1 }, update: { n: operations.increment(1), gone: ddb.operations.remove() } });",
    "return ddb.query({ query: { id: { eq: ctx.args.id } }, index: 'byUser', scanIndexForward: false, limit: 5 });",
    "extensions.setSubscriptionFilter(util.transform.toSubscriptionFilter({ a: { eq: 1 } })); return null;",
    "const o = {}; o.a = 1; o['b'] = 2; return o;",
    "let page = { limit: 1, from: 'a' }; page = { limit: 2, from: 'b' }; return page;",
    "function twice(x) { return 2 * x; } return twice(2);",
    "var a = 1, b; b = a; return { a, b };",
    "const Date = '2026-11-22', process = 1; return Date + process;",
  ])("%s", (body) => {
    expect(findings(body)).toEqual([]);
  });

  it("may write its handlers as arrow functions, in exports by name", () => {
    const arrows =
      "const request = () => ({}); const response = (ctx) => ctx.result; export { request, response };";
    expect(checkResolverCode(arrows)).toEqual([]);
  });
});

describe("code that AppSync refuses", () => {
  it.each([
    // Refused by AppSync's plugin.
    ["async", "const f = async () => 1; return f();", "LINT_ERROR @aws-appsync/no-async"],
    ["await", "const f = async () => { await 1; }; return 1;", "LINT_ERROR @aws-appsync/no-await"],
    ["classes", "class A {} return 1;", "LINT_ERROR @aws-appsync/no-classes"],
    [
      "C-style for",
      "for (let i = 0; i < 1; i += 1) { ctx.stash.i = i; } return 1;",
      "LINT_ERROR @aws-appsync/no-for",
    ],
    ["while", "while (ctx.stash.a) { ctx.stash.a = 0; } return 1;", "LINT_ERROR @aws-appsync/no-while"],
    ["do", "do { ctx.stash.a = 1; } while (false); return 1;", "LINT_ERROR @aws-appsync/no-while"],
    ["continue", "for (const x of []) { continue; } return 1;", "LINT_ERROR @aws-appsync/no-continue"],
    ["generators", "function* g() {} return 1;", "LINT_ERROR @aws-appsync/no-generators"],
    ["labels", "a: for (const x of []) { break a; } return 1;", "LINT_ERROR @aws-appsync/no-labels"],
    ["regular expressions", "return /a/;", "LINT_ERROR @aws-appsync/no-regex"],
    ["this", "return this;", "LINT_ERROR @aws-appsync/no-this"],
    ["try", "try { return 1; } catch { return 2; }", "LINT_ERROR @aws-appsync/no-try"],
    ["++", "let a = 1; a++; return a;", "LINT_ERROR @aws-appsync/no-disallowed-unary-operators"],
    ["~", "return ~1;", "LINT_ERROR @aws-appsync/no-disallowed-unary-operators"],
    ["instanceof", "return ctx instanceof Object;", "LINT_ERROR @aws-appsync/no-disallowed-binary-operators"],
    ["in", "return 'a' in ctx;", "LINT_ERROR @aws-appsync/no-in-operator"],
    ["recursion", "function f(x) { return f(x); } return f(1);", "LINT_ERROR @aws-appsync/no-recursion"],
    [
      "functions as arguments",
      "const f = (g) => g(); return f(() => 1);",
      "LINT_ERROR @aws-appsync/no-function-passing",
    ],
    [
      "functions as results",
      "const f = () => () => 1; return 1;",
      "LINT_ERROR @aws-appsync/no-function-return",
    ],
    [
      "another name for a function",
      "const f = () => 1; const g = f; return g();",
      "LINT_ERROR @aws-appsync/no-function-reassign",
    ],
    ["another stash", "ctx.stash = {}; return 1;", "LINT_ERROR @aws-appsync/no-disallowed-re-assignment"],
    ["other arguments", "ctx.args = {}; return 1;", "LINT_ERROR @aws-appsync/no-disallowed-re-assignment"],
    // Refused by the type checker.
    [
      "an unknown member of util",
      "return util.time.epochSecondsToISO8601(1);",
      "PARSE_ERROR code.js(5,20): error TS2551: Property 'epochSecondsToISO8601' does not exist on type 'TimeUtils'. Did you mean 'epochMilliSecondsToISO8601'?",
    ],
    [
      "util.toJson",
      "return util.toJson({});",
      "error TS2339: Property 'toJson' does not exist on type 'Util'.",
    ],
    ["an undeclared name", "return nextToken;", "error TS2304: Cannot find name 'nextToken'."],
    [
      "evalcode-ts2339-sync: ddb.sync",
      "return ddb.sync({});",
      `error TS2339: Property 'sync' does not exist on type 'typeof import("/var/task/node_modules/@amzn/awsapp-sync-jsvtltranspiler/bundled/@aws-appsync/utils/lib/dynamo-db-helpers")'.`,
    ],
    ["process", "return process.env;", "Cannot find name 'process'"],
    ["require", "return require('fs');", "Cannot find name 'fs'"],
    ["Date", "return Date.now();", "Cannot find name 'Date'"],
    ["Promise", "return Promise;", "Cannot find name 'Promise'"],
    ["eval", "return eval('1');", "Cannot find name 'eval'"],
    ["setTimeout", "return setTimeout;", "Cannot find name 'setTimeout'"],
    ["parseInt", "return parseInt('1');", "Cannot find name 'parseInt'"],
    ["encodeURIComponent", "return encodeURIComponent('1');", "Cannot find name 'encodeURIComponent'"],
    ["globalThis", "return globalThis.x;", "Unsupported syntax: globalThis"],
    [
      "let-narrowing: a let of another shape",
      "let SK = { ge: 'a' }; if (ctx.args.x) { SK = { eq: 'a' }; } return SK;",
      "error TS2741",
    ],
    ["Math beyond six methods", "return Math.abs(1);", "Property 'abs' does not exist on type 'Math'"],
    ["Object.fromEntries", "return Object.fromEntries([]);", "Property 'fromEntries' does not exist"],
    ["match", "return 'a'.match('a');", "Property 'match' does not exist"],
    ["toFixed", "return (1.5).toFixed(1);", "Property 'toFixed' does not exist"],
    ["Array.from", "return Array.from('ab');", "Property 'from' does not exist"],
    ["call", "const f = () => 1; return f.call(null);", "Property 'call' does not exist"],
    // Refused though neither says so.
    ["throw", "throw 1;", "UNSUPPORTED_SYNTAX_TYPE Unsupported syntax: throw"],
    ["new", "return new Map();", "UNSUPPORTED_SYNTAX_TYPE Unsupported syntax: new"],
    ["String(x)", "return String(1);", "INVALID_FUNCTION_INVOCATION Invalid function: String"],
    ["Number(x)", "return Number('1');", "INVALID_FUNCTION_INVOCATION Invalid function: Number"],
    ["class expressions", "const A = class {}; return A;", "Unsupported syntax: class"],
    ["Symbol", "return Symbol.iterator;", "Unsupported syntax: Symbol"],
    ["BigInt", "return 10n;", "Unsupported syntax: BigInt"],
    ["getters", "return { get a() { return 1; } };", "Unsupported syntax: get"],
    ["import()", "return import('x');", "Unsupported syntax: import()"],
    ["debugger", "debugger; return 1;", "Unsupported syntax: debugger"],
    ["a comparator", "return [1].sort((a, b) => a - b);", "sort takes no function"],
    [
      "match of what is not known to be text",
      "return ctx.args.a.match('a');",
      "Property 'match' does not exist",
    ],
    [
      "padStart of what is not known to be text",
      "return ctx.args.a.padStart(2);",
      "Property 'padStart' does not exist",
    ],
    [
      "apply of what is not known to be a function",
      "return ctx.args.f.apply(null, []);",
      "Property 'apply' does not exist",
    ],
    // Comments do not help.
    ["// @ts-nocheck", "// @ts-nocheck\n  return zzz;", "Cannot find name 'zzz'"],
    [
      "eslint-disable",
      "/* eslint-disable */ try { return 1; } catch { return 2; }",
      "LINT_ERROR @aws-appsync/no-try",
    ],
  ])("%s", (_name, body, expected) => {
    const found = findings(body);
    expect(found.find((finding) => finding.includes(expected)) ?? found).toContain(expected);
  });

  it.each([
    [
      "a module of Node",
      `import fs from "node:fs"; export const request = () => fs; export const response = () => 1;`,
      "node:fs",
    ],
    [
      "a file",
      `import { a } from "./a.js"; export const request = () => a; export const response = () => 1;`,
      "./a.js",
    ],
    [
      "a package",
      `import { parse } from "graphql"; export const request = () => parse; export const response = () => 1;`,
      "graphql",
    ],
    [
      "a module for its effects",
      `import "effects"; export const request = () => 1; export const response = () => 1;`,
      "effects",
    ],
    ["no request", "export function response() {}", "no function named request"],
    [
      "a handler that is none",
      "export const request = 1; export function response() {}",
      "no function named request",
    ],
    ["a default export alone", "export default function request() {}", "no function named request"],
    ["what does not parse", "export function request( {", "error TS1"],
    [
      "more than 32 KB",
      `export function request() {} export function response() {} // ${"x".repeat(32_768)}`,
      "larger than 32768 bytes",
    ],
  ])("%s", (_name, text, expected) => {
    expect(
      checkResolverCode(text)
        .map(({ message }) => message)
        .join("\n"),
    ).toContain(expected);
  });

  it("says where: line, column and span", () => {
    const [finding] = checkResolverCode(code("return util.time.epochSecondsToISO8601(1);"));
    expect(finding).toMatchObject({ errorType: "PARSE_ERROR", line: 5, column: 20, span: 21 });
  });
});
