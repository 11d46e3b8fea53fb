// EvaluateCode as the SDK's client sees it: the wire form, the limits of its input, and what AWS is recorded to answer.

import {
  AppSyncServiceException,
  EvaluateMappingTemplateCommand,
  ListGraphqlApisCommand,
} from "@aws-sdk/client-appsync";
import * as sdk from "@aws-sdk/client-appsync";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openApi, openService } from "./support/api.ts";
import { moduleOf, openControlPlane, RUNTIME, type TestControlPlane } from "./support/evaluate-code.ts";

let aws: TestControlPlane;
beforeAll(async () => {
  aws = await openControlPlane();
});
afterAll(() => aws.close());

const SIGNED = {
  authorization:
    "AWS4-HMAC-SHA256 Credential=local/20261122/us-east-1/appsync/aws4_request, SignedHeaders=host, Signature=0",
};

describe("the answer", () => {
  it("has the result as JSON text and leaves out every member that would be empty", async () => {
    const response = await fetch(`${aws.url}/v1/dataplane-evaluatecode`, {
      method: "POST",
      headers: { ...SIGNED, "content-type": "application/json" },
      body: JSON.stringify({
        code: moduleOf("return { a: 1 };"),
        context: "{}",
        function: "request",
        runtime: RUNTIME,
      }),
    });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.headers.get("x-amzn-requestid")).toMatch(/^[0-9a-f-]{36}$/);
    expect(await response.json()).toEqual({ evaluationResult: '{"a":1}' });
  });

  it("has the logs in the service's form, the stash and the errors that were appended", async () => {
    const body = `console.log("current id", { a: 1 });
      console.error("x");
      ctx.stash.a = 1;
      util.appendError("m", "T", { b: 2 }, { c: 3 });`;
    expect(await aws.evaluate(body)).toEqual({
      evaluationResult: "null",
      logs: ['INFO - code.js:5:3: "current id" {"a":1}', 'ERROR - code.js:6:7: "x"'],
      stash: '{"a":1}',
      outErrors: '[{"message":"m","errorType":"T","data":{"b":2},"errorInfo":{"c":3}}]',
    });
  });

  it("has the logs and the stash of a handler that broke off, too", async () => {
    const { error, ...rest } = await aws.evaluate("console.log(1); ctx.stash.a = 1; util.error('no');");
    expect(error).toEqual({ message: "no" });
    expect(rest).toEqual({ logs: ["INFO - code.js:5:3: 1"], stash: '{"a":1}' });
  });

  it("evaluates the handler that is named", async () => {
    const code = `export function request() { return "q"; } export function response(ctx) { return ctx.result; }`;
    expect(await aws.evaluate(code)).toEqual({ evaluationResult: '"q"' });
    expect(await aws.evaluate(code, { result: [1] }, "response")).toEqual({ evaluationResult: "[1]" });
  });

  it("knows nothing of the evaluation before", async () => {
    const code = `let calls = 0;
      export function request(ctx) { calls += 1; ctx.stash[ctx.args.a] = 1; return calls; }
      export function response() {}`;
    expect(await aws.evaluate(code, { arguments: { a: "b" } })).toEqual({
      evaluationResult: "1",
      stash: '{"b":1}',
    });
    expect(await aws.evaluate(code, { arguments: { a: "c" } })).toEqual({
      evaluationResult: "1",
      stash: '{"c":1}',
    });
  });

  it("many at once are not mixed up", async () => {
    const numbers = Array.from({ length: 20 }, (_, index) => index);
    const answers = await Promise.all(
      numbers.map((n) => aws.evaluate(`return [${String(n)}, ctx.args.n];`, { arguments: { n } })),
    );
    expect(answers).toEqual(numbers.map((n) => ({ evaluationResult: JSON.stringify([n, n]) })));
  });

  it("an endless evaluation is stopped with an error, and the next one runs", async () => {
    const forEver = `return util.matches("(x+x+)+y", "${"x".repeat(60)}");`;
    const { error } = await aws.evaluate(forEver);
    expect(error?.message).toBeTruthy();
    expect(error?.codeErrors).toBeUndefined();
    expect(await aws.evaluate("return 1;")).toEqual({ evaluationResult: "1" });
  });

  it("what the runtime lacks of AppSync is refused by name with status 501", async () => {
    await expect(aws.evaluate("return util.xml.toMap('<a/>');")).rejects.toMatchObject({
      name: "NotImplementedException",
      message: "util.xml is not served by the local runtime",
      $metadata: { httpStatusCode: 501 },
    });
  });

  it("a module that is not served may be imported; using a member is refused by name with status 501", async () => {
    const code = (use: string) => `
      import { select as sel } from "@aws-appsync/utils/rds";
      import * as ai from "@aws-appsync/utils/ai";
      export function request(ctx) { ${use} }
      export function response(ctx) { return null; }`;
    const evaluate = (use: string) =>
      aws.client.send(
        new sdk.EvaluateCodeCommand({
          code: code(use),
          context: "{}",
          function: "request",
          runtime: RUNTIME,
        }),
      );
    expect(await evaluate("return 1;")).toMatchObject({ evaluationResult: "1" });
    await expect(evaluate("return sel({ table: 't' });")).rejects.toMatchObject({
      name: "NotImplementedException",
      message: "select of the module @aws-appsync/utils/rds is not served by the local runtime",
      $metadata: { httpStatusCode: 501 },
    });
    await expect(evaluate("return ai.invokeModel({});")).rejects.toMatchObject({
      message: "invokeModel of the module @aws-appsync/utils/ai is not served by the local runtime",
    });
  });
});

describe("the context", () => {
  it("may be empty: what a resolver always finds is there", async () => {
    const { evaluationResult } = await aws.evaluate(
      "return [ctx.args, ctx.arguments, ctx.source, ctx.identity, ctx.request.headers, ctx.prev.result, ctx.stash, ctx.result, ctx.error, ctx.info.variables, ctx.info.selectionSetList, ctx.env, ctx.outErrors];",
    );
    expect(JSON.parse(evaluationResult ?? "")).toEqual([
      {},
      {},
      null,
      null,
      {},
      null,
      {},
      null,
      null,
      {},
      [],
      {},
      [],
    ]);
  });

  it("unset-variable-is-null: is logged with the members that AppSync logs, and no others", async () => {
    const { logs, evaluationResult } = await aws.evaluate("console.log(ctx); return [ctx.args, ctx.env];");
    const logged = JSON.parse(logs?.[0]?.replace(/^INFO - code.js:5:3: /, "") ?? "") as object;
    expect(Object.keys(logged).sort()).toEqual(
      [
        ...["identity", "result", "request", "info", "error"],
        ...["prev", "stash", "outErrors", "arguments", "source"],
      ].sort(),
    );
    expect(evaluationResult).toBe("[{},{}]");
  });

  it("keeps what is given", async () => {
    const given = {
      arguments: { a: null },
      source: { b: 1 },
      identity: { sub: "s" },
      request: { headers: { "x-a": ["1", "2"] } },
      info: { fieldName: "f" },
      prev: { result: [1] },
      stash: { c: 1 },
      result: false,
      error: { message: "m", type: "t" },
      env: { E: "e" },
    };
    const names = Object.keys(given).map((name) => `ctx.${name}`);
    const { evaluationResult, stash } = await aws.evaluate(`return [${names.join(", ")}];`, given);
    expect(JSON.parse(evaluationResult ?? "")).toEqual(Object.values(given));
    expect(stash).toBe('{"c":1}');
  });

  it("names the arguments `arguments`; `args` is their other name and cannot be given", async () => {
    const { evaluationResult } = await aws.evaluate("return ctx.args;", {
      args: { a: 1 },
      arguments: { b: 2 },
    });
    expect(evaluationResult).toBe('{"b":2}');
  });
});

describe("input that is refused", () => {
  const input = { code: moduleOf("return 1;"), context: "{}", function: "request", runtime: RUNTIME };
  const noun = "1 validation error detected: Value";

  it.each([
    [
      "no code",
      { code: undefined },
      `${noun} at 'code' failed to satisfy constraint: Member must not be null`,
    ],
    [
      "empty code",
      { code: "" },
      `${noun} at 'code' failed to satisfy constraint: Member must have length greater than or equal to 1`,
    ],
    [
      "code over 32 KB",
      { code: "x".repeat(32_769) },
      `${noun} at 'code' failed to satisfy constraint: Member must have length less than or equal to 32768`,
    ],
    [
      "no context",
      { context: undefined },
      `${noun} at 'context' failed to satisfy constraint: Member must not be null`,
    ],
    [
      "a context of one character",
      { context: "1" },
      `${noun} at 'context' failed to satisfy constraint: Member must have length greater than or equal to 2`,
    ],
    [
      "a context over 28,000",
      { context: `{"a":"${"x".repeat(28_000)}"}` },
      `${noun} at 'context' failed to satisfy constraint: Member must have length less than or equal to 28000`,
    ],
    ["a context that is no JSON", { context: "{a}" }, "Unable to parse the context: it is not valid JSON"],
    [
      "a context that is no object",
      { context: "[]" },
      "Unable to parse the context: it is not a JSON object",
    ],
    [
      "another handler",
      { function: "before" },
      `${noun} 'before' at 'function' failed to satisfy constraint: Member must satisfy enum value set: [request, response]`,
    ],
    [
      "no runtime",
      { runtime: undefined },
      `${noun} null at 'runtime' failed to satisfy constraint: Member must not be null`,
    ],
    [
      "another runtime",
      { runtime: { name: "VTL", runtimeVersion: "1.0.0" } as never },
      `${noun} 'VTL' at 'runtime.name' failed to satisfy constraint: Member must satisfy enum value set: [APPSYNC_JS]`,
    ],
    [
      "another version",
      { runtime: { ...RUNTIME, runtimeVersion: "2.0.0" } },
      `${noun} '2.0.0' at 'runtime.runtimeVersion' failed to satisfy constraint: Member must satisfy enum value set: [1.0.0]`,
    ],
  ])("%s", async (_what, change, message) => {
    const refused = aws.send({ ...input, ...change });
    await expect(refused).rejects.toBeInstanceOf(AppSyncServiceException);
    await expect(refused).rejects.toMatchObject({
      name: "BadRequestException",
      message,
      $metadata: { httpStatusCode: 400 },
    });
  });

  it("no function, of which it is not documented what the service does", async () => {
    await expect(aws.send({ ...input, function: undefined })).rejects.toMatchObject({
      message: "AppSync EvaluateCode without function is not served by the local runtime",
    });
  });

  it("a body that is no JSON", async () => {
    const response = await fetch(`${aws.url}/v1/dataplane-evaluatecode`, {
      method: "POST",
      headers: SIGNED,
      body: "{",
    });
    expect([response.status, response.headers.get("x-amzn-errortype")]).toEqual([
      400,
      "SerializationException",
    ]);
  });

  it("a context of 28,000 and code of 32,768 characters are taken", async () => {
    const filler = (text: string, length: number) => text + " ".repeat(length - text.length);
    const code = filler(moduleOf("return ctx.args.a;"), 32_768);
    const context = filler('{"arguments":{"a":1}}', 28_000);
    expect(await aws.send({ ...input, code, context })).toEqual({ evaluationResult: "1" });
  });
});

describe("what AWS is recorded to answer", () => {
  const INVITE = (epochToIso: string) => `import { util } from '@aws-appsync/utils';

export function request(ctx) {
    const inviteCode = util.autoId().substring(0, 10).toUpperCase();
    const expirySeconds = 14 * 24 * 60 * 60;



    // Stored as text, compared as a number.



    const expiresAtEpoch = util.time.nowEpochSeconds() + expirySeconds;


    const expiresAtISO = ${epochToIso};
    return {
        operation: 'PutItem',
        key: util.dynamodb.toMapValues({ PK: 'TEST', SK: 'INVITE#' + inviteCode }),
        attributeValues: util.dynamodb.toMapValues({ inviteCode, expiresAt: expiresAtISO, TTL: expiresAtEpoch })
    };
}

export function response(ctx) {
    return ctx.result;
}
`;

  it("evalcode-ts2551", async () => {
    expect(await aws.evaluate(INVITE("util.time.epochSecondsToISO8601(expiresAtEpoch)"))).toEqual({
      error: {
        message:
          "code.js(16,36): error TS2551: Property 'epochSecondsToISO8601' does not exist on type 'TimeUtils'. Did you mean 'epochMilliSecondsToISO8601'?",
        codeErrors: [
          {
            errorType: "PARSE_ERROR",
            location: { line: 16, column: 36, span: 21 },
            value:
              "code.js(16,36): error TS2551: Property 'epochSecondsToISO8601' does not exist on type 'TimeUtils'. Did you mean 'epochMilliSecondsToISO8601'?\n",
          },
        ],
      },
    });
  });

  it("evalcode-ok-putitem", async () => {
    const output = await aws.evaluate(INVITE("util.time.epochMilliSecondsToISO8601(expiresAtEpoch * 1000)"), {
      arguments: {},
      identity: { sub: "test-user" },
    });
    expect(Object.keys(output)).toEqual(["evaluationResult"]);
    const request = JSON.parse(output.evaluationResult ?? "") as {
      readonly attributeValues: { readonly inviteCode: { readonly S: string } };
    };
    const { inviteCode } = request.attributeValues;
    expect(inviteCode.S).toMatch(/^[0-9A-F]{8}-[0-9A-F]$/);
    expect(request).toEqual({
      operation: "PutItem",
      key: { PK: { S: "TEST" }, SK: { S: `INVITE#${inviteCode.S}` } },
      attributeValues: {
        inviteCode,
        // Whole seconds have no milliseconds.
        expiresAt: { S: "2026-12-06T16:00:00Z" },
        TTL: { N: Date.UTC(2026, 11, 6, 16) / 1000 },
      },
    });
  });

  it("evalcode-ts2339-sync", async () => {
    const { error } = await aws.evaluate(`import * as ddb from '@aws-appsync/utils/dynamodb';

export function request(ctx) {

  return ddb.sync({ limit: 10, nextToken: "abc", lastSync: 1 });
}
export function response(ctx) {
}`);
    expect(error?.message).toBe(
      `code.js(5,14): error TS2339: Property 'sync' does not exist on type 'typeof import("/var/task/node_modules/@amzn/awsapp-sync-jsvtltranspiler/bundled/@aws-appsync/utils/lib/dynamo-db-helpers")'.`,
    );
  });

  it.each([
    ["return util.toJson({});", "PARSE_ERROR"],
    ["return ctx.args.a.replace(/a/, 'b');", "LINT_ERROR"],
    ["return new Set();", "UNSUPPORTED_SYNTAX_TYPE"],
    ["return String(1);", "INVALID_FUNCTION_INVOCATION"],
  ])("evalcode-code-error-types: %s is a %s", async (body, errorType) => {
    const { error } = await aws.evaluate(body);
    expect(error?.codeErrors?.map((it) => it.errorType)).toEqual([errorType]);
  });

  it("evalcode-code-error-types: without code errors when only the evaluation fails", async () => {
    expect(await aws.evaluate("util.error('no such thing', 'T');")).toEqual({
      error: { message: "no such thing" },
    });
  });

  it("evalcode-runtime-error-prefix: a fault says where; util.error does not", async () => {
    const { error } = await aws.evaluate("return ctx.identity.sub;");
    expect(error?.message).toMatch(/^code\.js:5:\d+: ./);
    expect(error).not.toHaveProperty("codeErrors");
    const raised = await aws.evaluate("util.error('m');");
    expect(raised.error).toEqual({ message: "m" });
  });

  it("evalcode-unauthorized", async () => {
    expect(await aws.evaluate("util.unauthorized();")).toEqual({ error: { message: "Unauthorized" } });
  });

  it("null-is-undefined: only Object.hasOwn tells them apart", async () => {
    const body =
      "return [void 0 === null, null === undefined, Object.hasOwn({ a: null }, 'a'), Object.hasOwn({}, 'a')];";
    expect(await aws.evaluate(body)).toEqual({ evaluationResult: "[true,true,true,false]" });
  });

  it("early-return-null: fails; an empty list is a result", async () => {
    expect(await aws.evaluate("runtime.earlyReturn([]);")).toEqual({ evaluationResult: "[]" });
    for (const given of ["null", "undefined", ""]) {
      const { error, ...rest } = await aws.evaluate(`runtime.earlyReturn(${given});`);
      expect(error?.message).toBeTruthy();
      expect(rest).toEqual({});
    }
    const code =
      "export function request() { runtime.earlyReturn(null); } export function response() { return 1; }";
    const api = await openApi({ schema: "type Query { a: Int }", resolvers: { "Query.a": code } });
    try {
      const { data, errors } = await api.query("{ a }");
      expect(data).toEqual({ a: null });
      expect(errors).toEqual([expect.objectContaining({ errorType: "Code", message: "Runtime Error" })]);
    } finally {
      await api.close();
    }
  });
});

describe("the rest of AppSync's API", () => {
  it("is refused by name with status 501", async () => {
    const template = new EvaluateMappingTemplateCommand({ template: "{}", context: "{}" });
    await expect(aws.client.send(template)).rejects.toMatchObject({
      name: "NotImplementedException",
      message: "AppSync EvaluateMappingTemplate is not served by the local runtime",
    });
    await expect(aws.client.send(new ListGraphqlApisCommand({}))).rejects.toThrow(
      "AppSync ListGraphqlApis is not served",
    );
  });

  it("each operation that the SDK knows has its name", async () => {
    const operations = Object.values(sdk).flatMap((value: unknown) => {
      const isOperation = Array.isArray(value) && value[0] === 9;
      if (!isOperation) return [];
      const [, , name, { http }] = value as [number, string, string, { http: [string, string] }];
      return [{ name, method: http[0], path: http[1].replaceAll(/\{\w+\}/g, "x%2Fy") }];
    });
    expect(operations.length).toBeGreaterThan(70);
    for (const { name, method, path } of operations) {
      if (name === "EvaluateCode") continue;
      const response = await fetch(aws.url + path, { method, headers: SIGNED });
      expect([response.status, await response.json()]).toEqual([
        501,
        { message: `AppSync ${name} is not served by the local runtime` },
      ]);
    }
  });

  it("a GraphQL request that is signed goes to GraphQL, which lets nobody in by a signature", async () => {
    const withApi = await openControlPlane(await openService({ schema: "type Query { a: Int }" }));
    try {
      const response = await fetch(`${withApi.url}/graphql`, {
        method: "POST",
        headers: SIGNED,
        body: '{"query":"{ a }"}',
      });
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ errors: [{ errorType: "UnauthorizedException" }] });
    } finally {
      await withApi.close();
    }
  });

  it("an address of no operation is refused with it", async () => {
    const response = await fetch(`${aws.url}/v1/dataplane-evaluatecode`, { headers: SIGNED });
    expect(await response.json()).toEqual({
      message: "AppSync GET /v1/dataplane-evaluatecode is not served by the local runtime",
    });
  });
});
