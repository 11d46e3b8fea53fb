// BatchInvoke: what fields of one request send to a function goes out as one list, and each gets its own answer.

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openApi, type ResolverSpec, type TestApi } from "./support/api.ts";

const SCHEMA = `
  type Query { posts(count: Int): [Post]  one: Post }
  type Post {
    id: ID
    related: [Post]
    five: AWSJSON
    queued: AWSJSON
    piped: AWSJSON
    slow: AWSJSON
  }`;

/** Sends the id of the parent; the docs' handling of errors of single entries. */
const batched = (invocation = "") => `
  import { util } from "@aws-appsync/utils";
  export function request(ctx) {
    return { operation: "BatchInvoke", ${invocation} payload: { id: ctx.source.id } };
  }
  export function response(ctx) {
    const { error, result } = ctx;
    if (error) { util.error(error.message, error.type, result); }
    if (result && result.errorMessage) { util.error(result.errorMessage, result.errorType, result.data); }
    return result ? result.data : result;
  }`;

const posts = (ids: string) => `
  export function request() { return {}; }
  export function response(ctx) { return ${ids}; }`;

type Invocation = Readonly<{ id: string }>;
/** The lists the function got, in order. */
let invoked: (readonly Invocation[])[] = [];
let queued: unknown[] = [];
const dataFor = ({ id }: Invocation): unknown => ({ data: [{ id: `${id}.1` }, { id: `${id}.2` }] });
let answer: (list: readonly Invocation[]) => unknown = (list) => list.map(dataFor);

let api: TestApi;
beforeAll(async () => {
  const resolvers: Readonly<Record<string, ResolverSpec>> = {
    "Query.posts": {
      code: posts(`["0", "1", "2", "3", "4", "5", "6"].slice(0, ctx.args.count ?? 7).map((id) => ({ id }))`),
    },
    "Query.one": { code: posts(`({ id: "only" })`) },
    "Post.related": { source: "lambda", code: batched(), maxBatchSize: 10 },
    "Post.five": { source: "lambda", code: batched() },
    "Post.queued": { source: "lambda", code: batched(`invocationType: "Event",`), maxBatchSize: 3 },
    "Post.piped": {
      code: `export function request() { return {}; }
             export function response(ctx) { return ctx.prev.result; }`,
      functions: [{ code: posts("1") }, { source: "lambda", code: batched(), maxBatchSize: 2000 }],
    },
    "Post.slow": {
      source: "lambda",
      code: `export function request(ctx) { return { operation: "Invoke", payload: { id: ctx.source.id } }; }
             export function response(ctx) { return ctx.result; }`,
    },
  };
  api = await openApi({
    schema: SCHEMA,
    resolvers,
    lambda: {
      async invoke(_name, payload) {
        const event = JSON.parse(payload) as Invocation | readonly Invocation[];
        if (!Array.isArray(event)) {
          await new Promise((resolve) => setTimeout(resolve, 20));
          return { payload };
        }
        const list = event as readonly Invocation[];
        invoked.push(list);
        const answered = answer(list);
        return answered instanceof Error
          ? { functionError: "Unhandled", payload: JSON.stringify({ errorMessage: answered.message }) }
          : { payload: JSON.stringify(answered) };
      },
      enqueue(_name, payload) {
        queued.push(JSON.parse(payload));
        return Promise.resolve();
      },
    },
  });
});
afterAll(() => api.close());
afterEach(() => {
  invoked = [];
  queued = [];
  answer = (list) => list.map(dataFor);
});

const ids = () => invoked.map((list) => list.map(({ id }) => id));

describe("BatchInvoke", () => {
  it("sends the payloads of all fields as one list, and hands the answers out in order", async () => {
    const data = await api.data("{ posts { id related { id } } }");
    expect(ids()).toEqual([["0", "1", "2", "3", "4", "5", "6"]]);
    expect(data["posts"]).toEqual(
      ["0", "1", "2", "3", "4", "5", "6"].map((id) => ({
        id,
        related: [{ id: `${id}.1` }, { id: `${id}.2` }],
      })),
    );
  });

  it("sends a list also for a single field", async () => {
    await api.data("{ one { related { id } } }");
    expect(ids()).toEqual([["only"]]);
  });

  it("sends the fields of one level together, whoever their parents are, up to maxBatchSize", async () => {
    await api.data("{ posts { related { related { id } } } }");
    expect(ids().map((list) => list.length)).toEqual([7, 10, 4]);
    expect(ids()[1]?.slice(0, 4)).toEqual(["0.1", "0.2", "1.1", "1.2"]);
  });

  it("sends five at once where no maxBatchSize is set", async () => {
    await api.data("{ posts { five } }");
    expect(ids()).toEqual([
      ["0", "1", "2", "3", "4"],
      ["5", "6"],
    ]);
  });

  it("keeps resolvers apart, also under aliases of one field together", async () => {
    await api.data("{ posts(count: 2) { related { id } again: related { id } five } }");
    expect(ids().map((list) => list.toSorted())).toEqual(
      expect.arrayContaining([
        ["0", "0", "1", "1"],
        ["0", "1"],
      ]),
    );
    expect(invoked).toHaveLength(2);
  });

  it("keeps requests apart", async () => {
    await Promise.all([
      api.data("{ one { related { id } } }"),
      api.data("{ posts(count: 1) { related { id } } }"),
    ]);
    expect(ids().toSorted()).toEqual([["0"], ["only"]]);
  });

  it("works in a function of a pipeline", async () => {
    const data = await api.data("{ posts(count: 3) { piped } }");
    expect(ids()).toEqual([["0", "1", "2"]]);
    expect(JSON.stringify(data)).toContain("2.1");
  });

  it("waits for the fields beside it that are still under way", async () => {
    const data = await api.data("{ posts(count: 2) { slow five } }");
    expect(ids()).toEqual([["0", "1"]]);
    expect(data["posts"]).toHaveLength(2);
  });

  it("with Event puts the lists into the function's queue and has no result", async () => {
    const data = await api.data("{ posts(count: 5) { queued } }");
    expect(queued).toEqual([
      [{ id: "0" }, { id: "1" }, { id: "2" }],
      [{ id: "3" }, { id: "4" }],
    ]);
    expect(data["posts"]).toEqual(Array.from({ length: 5 }, () => ({ queued: null })));
  });
});

describe("the answers of a batch", () => {
  it("may be null, and errors of single entries, which the response handler sees as they are", async () => {
    answer = () => [null, { data: null, errorMessage: "Error Happened", errorType: "ERROR" }, { data: [] }];
    const { data, errors } = await api.query("{\n  posts(count: 3) {\n    related { id }\n  }\n}");
    expect(data).toEqual({ posts: [{ related: null }, { related: null }, { related: [] }] });
    expect(errors).toEqual([
      {
        path: ["posts", 1, "related"],
        data: null,
        errorType: "ERROR",
        errorInfo: null,
        locations: [{ line: 3, column: 5, sourceName: null }],
        message: "Error Happened",
      },
    ]);
  });

  it("fail all together when the function throws", async () => {
    answer = () => new Error("I always fail.");
    const { errors } = await api.query("{ posts(count: 2) { related { id } } }");
    expect(errors.map(({ errorType, message }) => [errorType, message])).toEqual([
      ["Lambda:Unhandled", "I always fail."],
      ["Lambda:Unhandled", "I always fail."],
    ]);
  });

  it.each([[[1]], [[1, 2, 3]], [{ data: 1 }], [null]])(
    "fail all together when they are %j for two",
    async (value) => {
      answer = () => value;
      const { data, errors } = await api.query("{ posts(count: 2) { related { id } } }");
      expect(data).toEqual({ posts: [{ related: null }, { related: null }] });
      expect(errors.map(({ errorType }) => errorType)).toEqual([
        "Lambda:IllegalArgument",
        "Lambda:IllegalArgument",
      ]);
    },
  );
});
