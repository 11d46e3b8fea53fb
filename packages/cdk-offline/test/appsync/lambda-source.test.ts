// The data source AWS_LAMBDA: what a function is sent, and what of its answer a resolver sees.

import { afterAll, beforeAll, expect, it } from "vitest";
import { AwsError } from "../../src/aws/errors.ts";
import { lambdaDataSource, type LambdaPort } from "../../src/appsync/data-sources/lambda.ts";
import { openApi, type TestApi } from "./support/api.ts";

const ARN = "arn:aws:lambda:us-east-1:000000000000:function:test";

const requests = new Map<string, string>();
let port: Partial<LambdaPort> = {};
let api: TestApi;

/** Every request is a field of one API. */
function field(request: string): string {
  const name = `f${String(requests.size)}`;
  requests.set(name, request);
  return name;
}

beforeAll(async () => {
  const code = (request: string) => `export function request(ctx) { return ${request}; }
    export function response(ctx) { return { result: ctx.result, error: ctx.error }; }`;
  api = await openApi({
    schema: `type Query { ${[...requests.keys()].map((name) => `${name}: AWSJSON`).join(" ")} }`,
    resolvers: Object.fromEntries(
      [...requests].map(([name, request]) => [`Query.${name}`, { source: "lambda", code: code(request) }]),
    ),
    lambda: {
      invoke: (name, payload) => port.invoke?.(name, payload) ?? Promise.reject(new Error("invoked")),
      enqueue: (name, payload) => port.enqueue?.(name, payload) ?? Promise.reject(new Error("queued")),
    },
  });
});
afterAll(() => api.close());

async function ask(name: string, lambda: Partial<LambdaPort>) {
  port = lambda;
  const { data, errors } = await api.query(`{ ${name} }`);
  return { value: JSON.parse(String(data?.[name])) as unknown, error: errors[0] };
}

const invoke = field(`{ operation: "Invoke" }`);
const withPayload = field(`{ operation: "Invoke", payload: { n: 1, who: ctx.identity.username } }`);
const event = field(`{ operation: "Invoke", invocationType: "Event", payload: [1] }`);

it("Invoke sends the payload alone and gives the function's answer", async () => {
  const sent: string[][] = [];
  const { value } = await ask(withPayload, {
    invoke(name, payload) {
      sent.push([name, payload]);
      return Promise.resolve({ payload: '{"ok":true}' });
    },
  });
  expect(sent).toEqual([[ARN, '{"n":1,"who":"nadia"}']]);
  expect(value).toEqual({ result: { ok: true }, error: null });
});

it("Event puts the payload into the function's queue and runs the response handler without a result", async () => {
  const queued: string[][] = [];
  const { value } = await ask(event, {
    enqueue(name, payload) {
      queued.push([name, payload]);
      return Promise.resolve();
    },
  });
  expect(queued).toEqual([[ARN, "[1]"]]);
  expect(value).toEqual({ result: null, error: null });
});

it("a request without a payload sends null", async () => {
  const { value } = await ask(invoke, {
    invoke: (_name, payload) => Promise.resolve({ payload }),
  });
  expect(value).toEqual({ result: null, error: null });
});

it("lambda-unhandled: an error of the function sets ctx.error to its message; its name stands beside that", async () => {
  const { value } = await ask(invoke, {
    invoke: () =>
      Promise.resolve({
        functionError: "Unhandled",
        payload: '{"errorType":"DomainError","errorMessage":"Domain is already imported","trace":["secret"]}',
      }),
  });
  expect(value).toEqual({
    result: null,
    error: {
      type: "Lambda:Unhandled",
      message: "Domain is already imported",
      unhandledErrorType: "DomainError",
    },
  });
});

it.each(["invoke", "enqueue"] as const)("an error of the service sets ctx.error (%s)", async (method) => {
  const { value } = await ask(method === "enqueue" ? event : invoke, {
    [method]: () => Promise.reject(new AwsError("TooManyRequestsException", "Rate Exceeded.", 429)),
  });
  expect(value).toEqual({
    result: null,
    error: {
      type: "Lambda:TooManyRequestsException",
      message: "Rate Exceeded.",
      unhandledErrorType: null,
    },
  });
});

it("a function that takes longer than the request may is not waited for", async () => {
  const never = lambdaDataSource(
    { invoke: () => new Promise(() => undefined), enqueue: () => Promise.resolve() },
    ARN,
  );
  const answer = await never({
    request: { operation: "Invoke" },
    callerSub: null,
    identity: "null",
    field: { parentTypeName: "Query", fieldName: "f", outputType: "AWSJSON", args: {} },
    remainingMs: () => 5,
    batch: () => Promise.reject(new Error("no batch is expected")),
  });
  expect(answer).toEqual({
    result: null,
    error: {
      type: "Lambda:ExecutionTimeoutException",
      message: "Execution timed out.",
      unhandledErrorType: null,
    },
  });
});

const malformed = [
  [
    "no-operation: a request without an operation",
    "{ payload: 1 }",
    "Value for field '$[operation]' not found.",
  ],
  ["an empty request", "null", "Value for field '$[operation]' not found."],
  ["an unknown operation", `{ operation: "BatchEvent" }`, "Unsupported operation 'BatchEvent'."],
  [
    "an unknown invocation type",
    `{ operation: "Invoke", invocationType: "DryRun" }`,
    `Unsupported invocation type '"DryRun"'.`,
  ],
  ["an unknown member", `{ operation: "Invoke", paylaod: 1 }`, "Unsupported element '$[paylaod]'."],
].map(([name = "", request = "", message]) => [name, field(request), message] as const);

it.each(malformed)("%s fails the field before any handler sees it", async (_name, name, message) => {
  const { error } = await ask(name, {});
  expect(error).toMatchObject({ errorType: "MappingTemplate", message, path: [name], data: null });
});
