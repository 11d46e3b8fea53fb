// Direct Lambda resolvers: no code, the function gets the context and its answer is the field's value.

import { afterAll, beforeAll, expect, it } from "vitest";
import { CLAIMS, openApi, type TestApi } from "./support/api.ts";

let invoked: unknown[] = [];
let answer: (event: unknown) => unknown = () => null;
let api: TestApi;
beforeAll(async () => {
  api = await openApi({
    schema: `
      type Query { post(id: ID): Post  piped: AWSJSON }
      type Post { id: ID  batched: AWSJSON }`,
    resolvers: {
      "Query.post": { source: "lambda" },
      "Post.batched": { source: "lambda", maxBatchSize: 10 },
      "Query.piped": {
        code: `export function request(ctx) { ctx.stash.from = "before"; return { n: 1 }; }
               export function response(ctx) { return ctx.prev.result; }`,
        functions: [{ source: "lambda" }],
      },
    },
    lambda: {
      invoke(_name, payload) {
        const event: unknown = JSON.parse(payload);
        invoked.push(event);
        const answered = answer(event);
        return Promise.resolve(
          answered instanceof Error
            ? {
                functionError: "Unhandled",
                payload: JSON.stringify({ errorType: answered.name, errorMessage: answered.message }),
              }
            : { payload: JSON.stringify(answered) },
        );
      },
    },
  });
});
afterAll(() => api.close());

class NamedError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

it("the function gets the context, and its answer is the value", async () => {
  invoked = [];
  answer = () => ({ id: "1", hidden: true });
  const query = "query ($id: ID, $not: ID) { post(id: $id) { id } x: post(id: $not) { id } }";
  const { data } = await api.query(query, { id: "1" });
  expect(data).toEqual({ post: { id: "1" }, x: { id: "1" } });
  expect(invoked[0]).toEqual({
    arguments: { id: "1" },
    source: null,
    identity: expect.objectContaining({ sub: CLAIMS.sub }) as unknown,
    request: {
      headers: expect.objectContaining({ host: expect.anything() as unknown }) as unknown,
      domainName: null,
    },
    info: {
      fieldName: "post",
      parentTypeName: "Query",
      variables: { id: "1" },
      selectionSetList: ["id"],
      selectionSetGraphQL: "{\n  id\n}",
    },
    prev: null,
    stash: {},
  });
});

it("as a function of a pipeline it gets the stash and the result before it", async () => {
  invoked = [];
  answer = () => ({ done: true });
  expect(await api.data("{ piped }")).toEqual({ piped: '{"done":true}' });
  expect(invoked[0]).toMatchObject({ prev: { result: { n: 1 } }, stash: { from: "before" } });
});

it("an exception keeps its class, unlike with code", async () => {
  answer = () => new NamedError("CustomException", "Custom message");
  const { data, errors } = await api.query("{\n  post { id }\n}");
  expect(data).toEqual({ post: null });
  expect(errors).toEqual([
    {
      path: ["post"],
      data: null,
      errorType: "CustomException",
      errorInfo: null,
      locations: [{ line: 2, column: 3, sourceName: null }],
      message: "Custom message",
    },
  ]);
});

it("an UnauthorizedException says what the service says", async () => {
  answer = () => new NamedError("UnauthorizedException", "because the secret is 42");
  const { errors } = await api.query("{ post { id } }");
  expect(errors[0]).toMatchObject({
    errorType: "UnauthorizedException",
    message: "You are not authorized to make this call.",
  });
});

it("with a batch size the function gets a list of contexts and answers data and errors", async () => {
  invoked = [];
  answer = (event) =>
    Array.isArray(event)
      ? [
          { data: { ok: 1 }, other: "ignored" },
          { data: { partial: 1 }, errorMessage: "no", errorType: "No" },
        ]
      : { id: "1" };
  const { data, errors } = await api.query("{ a: post { batched } b: post { batched } }");
  expect(invoked.at(-1)).toEqual([
    expect.objectContaining({ source: { id: "1" } }),
    expect.objectContaining({ source: { id: "1" } }),
  ]);
  expect(data).toEqual({ a: { batched: '{"ok":1}' }, b: { batched: null } });
  expect(errors).toEqual([
    expect.objectContaining({ path: ["b", "batched"], errorType: "No", message: "no", data: { partial: 1 } }),
  ]);
});

it("an answer of more than five megabytes is too large", async () => {
  answer = () => ({ id: "x".repeat(5 * 1024 * 1024) });
  const { data, errors } = await api.query("{ post { id } }");
  expect(data).toEqual({ post: null });
  expect(errors[0]).toMatchObject({ errorType: "MappingTemplate", message: "Transformation too large" });
});
