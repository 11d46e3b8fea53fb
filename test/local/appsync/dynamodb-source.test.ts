// The data source AMAZON_DYNAMODB: requests, results, conditions, pages, batches, transactions and errors.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { AwsError } from "../../../local/aws/errors.ts";
import { openPageTokens } from "../../../local/appsync/data-sources/dynamodb/page-token.ts";
import { CLAIMS, openApi, type TestApi } from "./support/api.ts";
import { openTables, type TestTables } from "./support/tables.ts";

const TABLE = "Ledger";
const OTHER = "Other";
const fields = new Map<string, { readonly request: string; readonly table: string }>();
let dynamodb: TestTables;
let api: TestApi;
/** Stands in for the table where a test needs it to fail, or to leave something undone. */
let broken: Error | undefined;
let instead: Record<string, unknown> | undefined;
/** What the function that decides on failed conditions is sent, and answers. */
const decisions: { readonly functionName: string; readonly payload: unknown }[] = [];
let decide: (payload: Readonly<Record<string, unknown>>) => unknown = () => ({ action: "reject" });

/** Names a field whose request handler returns the expression over `ctx`. */
function field(request: string, table = TABLE): string {
  const name = `f${String(fields.size)}`;
  fields.set(name, { request, table });
  return name;
}

beforeAll(async () => {
  dynamodb = await openTables(TABLE, OTHER);
  const code = (request: string) => `
    import { util } from "@aws-appsync/utils";
    import * as ddb from "@aws-appsync/utils/dynamodb";
    import { operations as ops } from "@aws-appsync/utils/dynamodb";
    export function request(ctx) { const a = ctx.args.a; return ${request}; }
    export function response(ctx) { return { result: ctx.result, error: ctx.error }; }`;
  api = await openApi({
    schema: `type Query { ${[...fields.keys()].map((name) => `${name}(a: AWSJSON): AWSJSON`).join(" ")} }`,
    resolvers: Object.fromEntries(
      [...fields].map(([name, { request, table }]) => [
        `Query.${name}`,
        { source: { table }, code: code(request) },
      ]),
    ),
    dynamodb: {
      call(operation, input) {
        if (broken !== undefined) return Promise.reject(broken);
        return instead === undefined ? dynamodb.call(operation, input) : Promise.resolve(instead);
      },
    },
    lambda: {
      invoke(functionName, payload) {
        const sent = JSON.parse(payload) as Readonly<Record<string, unknown>>;
        decisions.push({ functionName, payload: sent });
        const decision = decide(sent);
        if (decision instanceof Error) {
          return Promise.resolve({
            functionError: "Unhandled",
            payload: JSON.stringify({ errorMessage: decision.message, errorType: "Error" }),
          });
        }
        return Promise.resolve({ payload: JSON.stringify(decision) });
      },
    },
  });
});
afterAll(async () => {
  await api.close();
  await dynamodb.close();
});

beforeEach(async () => {
  broken = undefined;
  instead = undefined;
  decisions.length = 0;
  for (const TableName of [TABLE, OTHER]) {
    const { Items } = await dynamodb.call("Scan", { TableName });
    for (const { id } of Items as { id: unknown }[]) {
      await dynamodb.call("DeleteItem", { TableName, Key: { id } });
    }
  }
  dynamodb.calls();
});

interface Outcome {
  readonly result: unknown;
  readonly error: { readonly message: string; readonly type: string } | null;
}

async function run(name: string, argument: unknown = null, sub: string = CLAIMS.sub): Promise<Outcome> {
  const { data, errors } = await api.query(
    `query ($a: AWSJSON) { ${name}(a: $a) }`,
    { a: JSON.stringify(argument) },
    { ...CLAIMS, sub },
  );
  expect(errors).toEqual([]);
  return JSON.parse(String(data?.[name])) as Outcome;
}

async function failure(name: string, argument: unknown = null) {
  const answer = await api.query(`query ($a: AWSJSON) { ${name}(a: $a) }`, { a: JSON.stringify(argument) });
  return answer.errors[0];
}

const put = field("ddb.put({ key: { id: a.id }, item: a.item, condition: a.condition })");
const get = field("ddb.get({ key: { id: a }, consistentRead: true })");
const project = field("ddb.get({ key: { id: a }, projection: ['user', 'map.x'] })");
const update = field("ddb.update({ key: { id: a.id }, update: a.update, condition: a.condition })");
const remove = field("ddb.remove({ key: { id: a.id }, condition: a.condition })");
const ABSENT = { id: { attributeExists: false } };

describe("items", () => {
  it("PutItem gives the item with its key, GetItem the same, and null for none", async () => {
    const item = { user: "u", n: 1.5, yes: true, nothing: null, list: [1, "x"], map: { x: { y: "z" } } };
    expect(await run(put, { id: "1", item })).toEqual({ result: { id: "1", ...item }, error: null });
    expect(await run(get, "1")).toEqual({ result: { id: "1", ...item }, error: null });
    expect(await run(get, "2")).toEqual({ result: null, error: null });
    expect((await run(project, "1")).result).toEqual({ user: "u", map: { x: { y: "z" } } });
  });

  const sets = field(
    `({ operation: "PutItem", key: { id: { S: "s" } },
        attributeValues: { ss: { SS: ["a", "b"] }, ns: { NS: [1, 2.5] }, b: { B: "aGk=" }, no: { NULL: null } } })`,
  );
  it("take typed values in every form, and give sets as lists and binary data as base64", async () => {
    await run(sets);
    expect((await run(get, "s")).result).toEqual({
      id: "s",
      ss: ["a", "b"],
      ns: [1, 2.5],
      b: "aGk=",
      no: null,
    });
  });

  const operations = field(
    `ddb.update({ key: { id: a }, update: { n: ops.increment(2), m: ops.decrement(), list: ops.append([3]),
       map: { x: 1 }, gone: ops.remove(), fresh: ops.add({ a: 1 }) } })`,
  );
  it("UpdateItem gives the item as it is afterwards", async () => {
    await run(put, { id: "1", item: { n: 1, m: 1, list: [1, 2], map: { x: 0, y: 2 }, gone: "x" } });
    expect((await run(operations, "1")).result).toEqual({
      id: "1",
      n: 3,
      m: 0,
      list: [1, 2, 3],
      map: { x: 1, y: 2 },
      fresh: { a: 1 },
    });
  });

  it("ddb-nested-object: changing part of a map that is not there is an error of DynamoDB", async () => {
    await run(put, { id: "1", item: {} });
    const { result, error } = await run(update, { id: "1", update: { pref: { a: 1 } } });
    expect(result).toBeNull();
    expect(error?.type).toBe("DynamoDB:DynamoDbException");
    expect(error?.message).toContain("The document path provided in the update expression is invalid");
  });

  it("ddb-dotted-key: a name with a dot is one attribute", async () => {
    await run(put, { id: "1", item: {} });
    expect((await run(update, { id: "1", update: { "settings.foo": 1 } })).result).toEqual({
      id: "1",
      "settings.foo": 1,
    });
  });

  it("DeleteItem gives the item that was there, and null for none", async () => {
    await run(put, { id: "1", item: { n: 1 } });
    expect((await run(remove, { id: "1" })).result).toEqual({ id: "1", n: 1 });
    expect((await run(remove, { id: "1" })).result).toBeNull();
  });
});

describe("a condition that fails", () => {
  it("dynamodb-condition: sets ctx.error, and ctx.result to the item that is there, read consistently", async () => {
    await run(put, { id: "1", item: { n: 1 } });
    dynamodb.calls();
    const { result, error } = await run(put, { id: "1", item: { n: 2 }, condition: ABSENT });
    expect(result).toEqual({ id: "1", n: 1 });
    expect(error?.type).toBe("DynamoDB:ConditionalCheckFailedException");
    expect(error?.message).toMatch(
      /^The conditional request failed \(Service: DynamoDb, Status Code: 400, Request ID: [A-Z0-9]{52}\) \(SDK Attempt Count: 1\)$/,
    );
    expect(dynamodb.calls().map(({ operation, input }) => [operation, input["ConsistentRead"]])).toEqual([
      ["PutItem", undefined],
      ["GetItem", true],
    ]);
  });

  it("is success when the item there is the one to be written", async () => {
    const item = { n: 1, list: [1, { a: "b" }], nothing: null };
    await run(put, { id: "1", item });
    expect(await run(put, { id: "1", item, condition: ABSENT })).toEqual({
      result: { id: "1", ...item },
      error: null,
    });
  });

  it("is none of the kind when an attribute is missing, more, or of another type", async () => {
    await run(put, { id: "1", item: { n: 1 } });
    for (const item of [{}, { n: 1, m: 1 }, { n: "1" }]) {
      const { error } = await run(put, { id: "1", item, condition: ABSENT });
      expect(error?.type).toBe("DynamoDB:ConditionalCheckFailedException");
    }
  });

  const ignoring = field(
    `({ operation: "PutItem", key: { id: { S: "1" } }, attributeValues: util.dynamodb.toMapValues(a),
        condition: { expression: "attribute_not_exists(id)", equalsIgnore: ["writeId"], consistentRead: false } })`,
  );
  it("leaves out what equalsIgnore names, gives the stored item, and reads eventually if asked to", async () => {
    await run(put, { id: "1", item: { n: 1, writeId: "first" } });
    dynamodb.calls();
    expect(await run(ignoring, { n: 1, writeId: "second" })).toEqual({
      result: { id: "1", n: 1, writeId: "first" },
      error: null,
    });
    expect(dynamodb.calls()[1]?.input["ConsistentRead"]).toBe(false);
    expect((await run(ignoring, { n: 2, writeId: "second" })).error).not.toBeNull();
  });

  it("of DeleteItem is success when the item is gone", async () => {
    const condition = { n: { eq: 1 } };
    expect(await run(remove, { id: "none", condition })).toEqual({ result: null, error: null });
    await run(put, { id: "1", item: { n: 2 } });
    const { result, error } = await run(remove, { id: "1", condition });
    expect(result).toEqual({ id: "1", n: 2 });
    expect(error?.type).toBe("DynamoDB:ConditionalCheckFailedException");
  });

  it("of UpdateItem is never success", async () => {
    const { result, error } = await run(update, {
      id: "none",
      update: { n: 1 },
      condition: { id: { attributeExists: true } },
    });
    expect(result).toBeNull();
    expect(error?.type).toBe("DynamoDB:ConditionalCheckFailedException");
  });

  const FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:decide";
  const HANDLER = `conditionalCheckFailedHandler: { strategy: "Custom", lambdaArn: "${FUNCTION}" }`;
  const version = `util.dynamodb.toMapValues({ ":v": a })`;
  const customPut = field(
    `({ operation: "PutItem", key: { id: { S: "1" } }, attributeValues: { version: { N: a } },
        condition: { expression: "version = :v", expressionValues: ${version}, ${HANDLER} } })`,
  );
  const customUpdate = field(
    `({ operation: "UpdateItem", key: { id: { S: "1" } },
        update: { expression: "SET version = :v", expressionValues: ${version} },
        condition: { expression: "attribute_not_exists(id)", ${HANDLER} } })`,
  );
  const customDelete = field(
    `({ operation: "DeleteItem", key: { id: { S: "1" } },
        condition: { expression: "version = :v", expressionValues: ${version}, ${HANDLER} } })`,
  );

  it("is put to a function that gets the arguments, the request, the item that is there and the caller", async () => {
    await run(put, { id: "1", item: { version: 8 } });
    decide = () => ({ action: "reject" });
    const { result, error } = await run(customPut, 1);
    expect(result).toEqual({ id: "1", version: 8 });
    expect(error?.type).toBe("DynamoDB:ConditionalCheckFailedException");
    expect(decisions).toEqual([
      {
        functionName: FUNCTION,
        payload: {
          arguments: { a: 1 },
          requestMapping: {
            operation: "PutItem",
            key: { id: { S: "1" } },
            attributeValues: { version: { N: 1 } },
            condition: {
              expression: "version = :v",
              expressionValues: { ":v": { N: 1 } },
              conditionalCheckFailedHandler: { strategy: "Custom", lambdaArn: FUNCTION },
            },
          },
          currentValue: { id: { S: "1" }, version: { N: 8 } },
          resolver: {
            tableName: TABLE,
            awsRegion: "us-east-1",
            parentType: "Query",
            field: customPut,
            outputType: "AWSJSON",
          },
          identity: expect.objectContaining({ sub: CLAIMS.sub, username: "nadia" }) as unknown,
        },
      },
    ]);
  });

  it("is forgotten when the function says discard: the item that is there is the result", async () => {
    await run(put, { id: "1", item: { version: 8 } });
    decide = () => ({ action: "discard" });
    for (const name of [customPut, customUpdate, customDelete]) {
      expect(await run(name, 1)).toEqual({ result: { id: "1", version: 8 }, error: null });
    }
  });

  it("is tried again as the function says", async () => {
    await run(put, { id: "1", item: { version: 8 } });
    decide = ({ currentValue }) => ({
      action: "retry",
      retryMapping: {
        attributeValues: { version: { N: 9 } },
        condition: {
          expression: "version = :v",
          expressionValues: { ":v": (currentValue as { version: unknown }).version },
        },
      },
    });
    expect(await run(customPut, 1)).toEqual({ result: { id: "1", version: 9 }, error: null });
    decide = () => ({
      action: "retry",
      retryMapping: { update: { expression: "SET version = :n", expressionValues: { ":n": { N: 10 } } } },
    });
    expect(await run(customUpdate, 1)).toEqual({ result: { id: "1", version: 10 }, error: null });
    decide = () => ({ action: "retry", retryMapping: { condition: { consistentRead: true } } });
    expect(await run(customDelete, 1)).toEqual({ result: { id: "1", version: 10 }, error: null });
    expect(await run(get, "1")).toEqual({ result: null, error: null });
  });

  it("that fails a second time is an error, and nobody is asked again", async () => {
    await run(put, { id: "1", item: { version: 8 } });
    const condition = { expression: "version = :v", expressionValues: { ":v": { N: 2 } } };
    decide = () => ({ action: "retry", retryMapping: { attributeValues: {}, condition } });
    const { result, error } = await run(customPut, 1);
    expect(result).toEqual({ id: "1", version: 8 });
    expect(error?.type).toBe("DynamoDB:ConditionalCheckFailedException");
    expect(decisions).toHaveLength(1);
  });

  it("is not put to the function when what was wanted is there already", async () => {
    expect(await run(customDelete, 1)).toEqual({ result: null, error: null });
    expect(decisions).toEqual([]);
  });

  it("whose function fails has the function's error", async () => {
    await run(put, { id: "1", item: { version: 8 } });
    decide = () => new Error("cannot decide");
    expect(await run(customPut, 1)).toEqual({
      result: null,
      error: { type: "Lambda:Unhandled", message: "cannot decide", unhandledErrorType: "Error" },
    });
  });
});

describe("pages", () => {
  const mine = field(
    `ddb.query({ index: "byUser", query: { user: { eq: a.user }, at: { ge: a.from } }, limit: a.limit,
       nextToken: a.token, scanIndexForward: false, filter: a.filter })`,
  );
  const others = field(
    `ddb.query({ index: "byUser", query: { user: { eq: a.user } }, limit: 2, nextToken: a.token })`,
  );
  const scan = field(`ddb.scan({ limit: a.limit, nextToken: a.token, filter: { n: { gt: 2 } } })`);
  const bare = "ddb.scan({ limit: 2, nextToken: a.token })";
  const [scanned, scannedElsewhere] = [field(bare), field(bare, OTHER)];
  const scannedIndex = field(`ddb.scan({ index: "byUser", limit: 2, nextToken: a.token })`);
  interface Page {
    readonly items: readonly Readonly<Record<string, unknown>>[];
    readonly nextToken: string | null;
    readonly scannedCount: number;
  }
  const page = async (name: string, argument: unknown, sub?: string) =>
    (await run(name, argument, sub)).result as Page;

  beforeEach(async () => {
    for (const n of [1, 2, 3, 4, 5])
      await run(put, { id: `i${String(n)}`, item: { user: "u", at: `t${String(n)}`, n } });
    await run(put, { id: "x", item: { user: "v", at: "t1", n: 9 } });
  });

  it("Query walks an index page by page, newest first, to a page without a token", async () => {
    const seen: unknown[] = [];
    let token: string | null = null;
    do {
      const { items, nextToken }: Page = await page(mine, { user: "u", from: "t2", limit: 2, token });
      seen.push(...items.map(({ n }) => n));
      token = nextToken;
    } while (token !== null);
    expect(seen).toEqual([5, 4, 3, 2]);
  });

  it("Query counts what it looked at, filters after it", async () => {
    const { items, scannedCount } = await page(mine, { user: "u", from: "t1", filter: { n: { le: 2 } } });
    expect(items.map(({ n }) => n)).toEqual([2, 1]);
    expect(scannedCount).toBe(5);
  });

  it("Scan walks the whole table", async () => {
    const first = await page(scan, { limit: 3 });
    const second = await page(scan, { limit: 3, token: first.nextToken });
    expect(first.scannedCount + second.scannedCount).toBe(6);
    expect([...first.items, ...second.items].map(({ n }) => n).sort()).toEqual([3, 4, 5, 9]);
  });

  it("a token tells nothing of the table", async () => {
    const { nextToken } = await page(mine, { user: "u", from: "t1", limit: 2 });
    const bytes = Buffer.from(nextToken ?? "", "base64").toString("latin1");
    for (const word of ["user", "i4", "t4", "byUser"]) expect(bytes).not.toContain(word);
  });

  it("a token is good only for the query and the caller it was made for", async () => {
    const { nextToken: token } = await page(mine, { user: "u", from: "t1", limit: 2 });
    const foreign = [
      run(mine, { user: "v", from: "t1", limit: 2, token }),
      run(mine, { user: "u", from: "t2", limit: 2, token }),
      run(others, { user: "u", token }),
      run(scan, { limit: 2, token }),
      run(mine, { user: "u", from: "t1", limit: 2, token }, "another-user"),
      run(mine, { user: "u", from: "t1", limit: 2, token: `${String(token).slice(0, -6)}AAAAA=` }),
      run(mine, { user: "u", from: "t1", limit: 2, token: "" }),
      run(mine, { user: "u", from: "t1", limit: 2, token: "meow" }),
    ];
    const { nextToken: ofScan } = await page(scanned, {});
    expect((await run(scanned, { token: ofScan })).error).toBeNull();
    foreign.push(run(scannedElsewhere, { token: ofScan }), run(scannedIndex, { token: ofScan }));
    for (const outcome of await Promise.all(foreign)) {
      expect(outcome.error).toEqual({
        type: "DynamoDB:UserIllegalArgumentException",
        message:
          "com.amazonaws.deepdish.common.pagination.InvalidPaginationTokenException: Invalid pagination token given.",
      });
    }
    const next = await page(mine, { user: "u", from: "t1", limit: 1, token });
    expect(next.items.map(({ n }) => n)).toEqual([3]);
  });

  it("a token is good only for the API it was made by, which keeps it after a restart", () => {
    const key = { id: { S: "a" } };
    const token = openPageTokens("one").seal(key, "query");
    expect(openPageTokens("one").open(token, "query")).toEqual(key);
    expect(() => openPageTokens("other").open(token, "query")).toThrow("Invalid pagination token");
  });

  it("D12: text of an argument stays text", async () => {
    const { items } = await page(mine, { user: "u) OR begins_with(#sk, :x", from: "t1" });
    expect(items).toEqual([]);
  });

  const numbered = field(`ddb.scan({ limit: 1, nextToken: 5 })`);
  it("a token that is no text is no token", async () => {
    expect((await run(numbered)).error?.type).toBe("DynamoDB:UserIllegalArgumentException");
  });
});

describe("batches", () => {
  const batchPut = field(
    `({ operation: "BatchPutItem", tables: {
        ${TABLE}: a.map((id) => ({ id: { S: id }, n: { N: 1 }, at: { S: "t" } })), ${OTHER}: [{ id: { S: "o" } }] } })`,
  );
  const batchGet = field(
    `({ operation: "BatchGetItem", tables: {
        ${TABLE}: { keys: a.map((id) => ({ id: { S: id } })), consistentRead: true },
        ${OTHER}: { keys: [{ id: { S: "o" } }] } } })`,
  );
  const batchDelete = field(
    `({ operation: "BatchDeleteItem", tables: { ${TABLE}: a.map((id) => ({ id: { S: id } })) } })`,
  );
  const item = (id: string) => ({ id, n: 1, at: "t" });

  it("BatchPutItem gives the items by table in the order of the request", async () => {
    expect(await run(batchPut, ["b", "a"])).toEqual({
      result: {
        data: { [TABLE]: [item("b"), item("a")], [OTHER]: [{ id: "o" }] },
        unprocessedItems: { [TABLE]: [], [OTHER]: [] },
      },
      error: null,
    });
  });

  it("BatchGetItem answers by table in the order of the keys, null for what is not there", async () => {
    await run(batchPut, ["a", "b"]);
    expect(await run(batchGet, ["b", "none", "a"])).toEqual({
      result: {
        data: { [TABLE]: [item("b"), null, item("a")], [OTHER]: [{ id: "o" }] },
        unprocessedKeys: { [TABLE]: [], [OTHER]: [] },
      },
      error: null,
    });
  });

  const projected = field(
    `({ operation: "BatchGetItem", tables: { ${TABLE}: { keys: a.map((id) => ({ id: { S: id } })),
        projection: { expression: "#n, #a", expressionNames: { "#n": "n", "#a": "at" } } } } })`,
  );
  it("BatchGetItem keeps the order of the keys under a projection without them", async () => {
    await run(batchPut, ["a", "b"]);
    await run(update, { id: "b", update: { n: 2 } });
    expect(await run(projected, ["b", "none", "a"])).toEqual({
      result: {
        data: { [TABLE]: [{ n: 2, at: "t" }, null, { n: 1, at: "t" }] },
        unprocessedKeys: { [TABLE]: [] },
      },
      error: null,
    });
  });

  it("BatchDeleteItem gives the keys, whether or not something was there", async () => {
    await run(batchPut, ["a"]);
    expect(await run(batchDelete, ["a", "none"])).toEqual({
      result: { data: { [TABLE]: [{ id: "a" }, { id: "none" }] }, unprocessedKeys: { [TABLE]: [] } },
      error: null,
    });
    expect((await run(get, "a")).result).toBeNull();
  });

  it("tells what was not processed, and has null in its place", async () => {
    instead = {
      UnprocessedItems: {
        [TABLE]: [{ PutRequest: { Item: { id: { S: "b" }, n: { N: "1" }, at: { S: "t" } } } }],
      },
    };
    expect((await run(batchPut, ["a", "b"])).result).toEqual({
      data: { [TABLE]: [item("a"), null], [OTHER]: [{ id: "o" }] },
      unprocessedItems: { [TABLE]: [item("b")], [OTHER]: [] },
    });
    instead = { UnprocessedItems: { [TABLE]: [{ DeleteRequest: { Key: { id: { S: "a" } } } }] } };
    expect((await run(batchDelete, ["a", "b"])).result).toEqual({
      data: { [TABLE]: [null, { id: "b" }] },
      unprocessedKeys: { [TABLE]: [{ id: "a" }] },
    });
    instead = { Responses: {}, UnprocessedKeys: { [TABLE]: { Keys: [{ id: { S: "a" } }] } } };
    expect((await run(batchGet, ["a"])).result).toEqual({
      data: { [TABLE]: [null], [OTHER]: [null] },
      unprocessedKeys: { [TABLE]: [{ id: "a" }], [OTHER]: [] },
    });
  });

  it("have their keys in the result also when all went wrong", async () => {
    const twice = await run(batchPut, ["a", "a"]);
    expect(twice.error?.type).toBe("DynamoDB:DynamoDbException");
    expect(twice.error?.message).toContain("Provided list of item keys contains duplicates");
    expect(twice.result).toEqual({
      data: { [TABLE]: [null, null], [OTHER]: [null] },
      unprocessedItems: { [TABLE]: [item("a"), item("a")], [OTHER]: [{ id: "o" }] },
    });
    const many = Array.from({ length: 26 }, (_, index) => String(index));
    expect((await run(batchDelete, many)).error?.type).toBe("DynamoDB:DynamoDbException");
  });
});

describe("transactions", () => {
  const CONDITION = `condition: JSON.parse(util.transform.toDynamoDBConditionExpression({ n: { eq: a } }))`;
  const write = field(
    `({ operation: "TransactWriteItems", transactItems: [
        { table: "${TABLE}", operation: "PutItem", key: { id: { S: "put" } }, attributeValues: { n: { N: 1 } } },
        { table: "${TABLE}", operation: "UpdateItem", key: { id: { S: "updated" } },
          update: { expression: "SET n = n + :one", expressionValues: { ":one": { N: 1 } } }, ${CONDITION} },
        { table: "${OTHER}", operation: "DeleteItem", key: { id: { S: "deleted" } } },
        { table: "${TABLE}", operation: "ConditionCheck", key: { id: { S: "checked" } }, ${CONDITION} },
      ] })`,
  );
  const read = field(
    `({ operation: "TransactGetItems", transactItems: a.map((id) => (
        { table: "${TABLE}", key: { id: { S: id } }, projection: { expression: "n" } })) })`,
  );

  it("TransactWriteItems gives the keys in the order of the request", async () => {
    await run(put, { id: "updated", item: { n: 5 } });
    await run(put, { id: "checked", item: { n: 5 } });
    expect(await run(write, 5)).toEqual({
      result: {
        keys: [{ id: "put" }, { id: "updated" }, { id: "deleted" }, { id: "checked" }],
        cancellationReasons: null,
      },
      error: null,
    });
    expect((await run(read, ["updated", "none", "put"])).result).toEqual({
      items: [{ n: 6 }, null, { n: 1 }],
      cancellationReasons: null,
    });
  });

  it("TransactWriteItems tells of each part what stood in the way, with the item that is there", async () => {
    await run(put, { id: "updated", item: { n: 5 } });
    await run(put, { id: "checked", item: { n: 6 } });
    const { result, error } = await run(write, 5);
    expect(result).toEqual({
      keys: null,
      cancellationReasons: [
        { type: "None", message: "None" },
        { type: "None", message: "None" },
        { type: "None", message: "None" },
        {
          item: { id: "checked", n: 6 },
          type: "ConditionalCheckFailed",
          message: "The conditional request failed",
        },
      ],
    });
    expect(error?.type).toBe("DynamoDB:TransactionCanceledException");
    expect(error?.message).toMatch(
      /^Transaction cancelled, please refer cancellation reasons for specific reasons \[None, None, None, ConditionalCheckFailed\] \(Service: DynamoDb, Status Code: 400, Request ID: [A-Z0-9]{52}\) \(SDK Attempt Count: 1\)$/,
    );
    expect((await run(get, "put")).result).toBeNull();
  });

  const silent = field(
    `({ operation: "TransactWriteItems", transactItems: [{ table: "${TABLE}", operation: "DeleteItem",
        key: { id: { S: "1" } }, condition: { expression: "attribute_not_exists(id)",
        returnValuesOnConditionCheckFailure: false } }] })`,
  );
  it("keep the item to themselves when returnValuesOnConditionCheckFailure is false", async () => {
    await run(put, { id: "1", item: {} });
    expect((await run(silent)).result).toEqual({
      keys: null,
      cancellationReasons: [{ type: "ConditionalCheckFailed", message: "The conditional request failed" }],
    });
  });

  const twice = field(
    `({ operation: "TransactGetItems", transactItems: [
        { table: "${TABLE}", key: { id: { S: "1" } } }, { table: "${TABLE}", key: { id: { S: "1" } } }] })`,
  );
  it("have their members in the result also when they could not begin", async () => {
    const { result, error } = await run(twice);
    expect(result).toEqual({ items: null, cancellationReasons: null });
    expect(error?.type).toBe("DynamoDB:DynamoDbException");
    expect(error?.message).toContain("Transaction request cannot include multiple operations on one item");
  });
});

describe("the helpers for many items", () => {
  const ID = "{ id: a }";
  const write = field(
    `ddb.transactWrite({ items: [
        { putItem: { table: "${TABLE}", key: ${ID}, item: { n: 1 }, condition: { id: { attributeExists: false } } } },
        { updateItem: { table: "${OTHER}", key: ${ID}, update: { n: ops.increment(2) } } },
      ] })`,
  );
  const read = field(
    `ddb.transactGet({ items: [{ table: "${TABLE}", key: ${ID} }, { table: "${OTHER}", key: ${ID} }] })`,
  );
  const batchPut = field(
    `ddb.batchPut({ tables: { ${TABLE}: [{ id: a, n: 7 }], ${OTHER}: [{ id: a, n: 8 }] } })`,
  );
  const batchDelete = field(`ddb.batchDelete({ tables: { ${TABLE}: [${ID}], ${OTHER}: [${ID}] } })`);
  const batchGet = field(
    `ddb.batchGet({ tables: { ${TABLE}: { keys: [${ID}] }, ${OTHER}: { keys: [${ID}], projection: ["n"] } } })`,
  );

  it("write requests that the data source carries out", async () => {
    const both = (first: unknown, second: unknown) => ({ [TABLE]: [first], [OTHER]: [second] });
    const none = { [TABLE]: [], [OTHER]: [] };
    const batch = (data: unknown, name: string) => ({ result: { data, [name]: none }, error: null });
    expect(await run(batchPut, "x")).toEqual(
      batch(both({ id: "x", n: 7 }, { id: "x", n: 8 }), "unprocessedItems"),
    );
    expect(await run(batchGet, "x")).toEqual(batch(both({ id: "x", n: 7 }, { n: 8 }), "unprocessedKeys"));
    expect((await run(write, "x")).result).toMatchObject({
      keys: null,
      cancellationReasons: [{ type: "ConditionalCheckFailed", item: { id: "x", n: 7 } }, { type: "None" }],
    });
    await dynamodb.call("DeleteItem", { TableName: TABLE, Key: { id: { S: "x" } } });
    expect((await run(write, "x")).result).toEqual({
      keys: [{ id: "x" }, { id: "x" }],
      cancellationReasons: null,
    });
    expect((await run(read, "x")).result).toEqual({
      items: [
        { id: "x", n: 1 },
        { id: "x", n: 10 },
      ],
      cancellationReasons: null,
    });
    expect(await run(batchDelete, "x")).toEqual(batch(both({ id: "x" }, { id: "x" }), "unprocessedKeys"));
    expect((await run(read, "x")).result).toEqual({ items: [null, null], cancellationReasons: null });
  });
});

describe("errors", () => {
  it.each([
    ["ProvisionedThroughputExceededException", "DynamoDB:ProvisionedThroughputExceededException"],
    ["ResourceNotFoundException", "DynamoDB:ResourceNotFoundException"],
    ["ValidationException", "DynamoDB:DynamoDbException"],
    ["ThrottlingException", "DynamoDB:DynamoDbException"],
  ])("dynamodb-generic: %s is known to resolvers as %s", async (code, type) => {
    broken = new AwsError(code, "Not now");
    const { result, error } = await run(get, "1");
    expect(result).toBeNull();
    expect(error?.type).toBe(type);
    expect(error?.message).toMatch(/^Not now \(Service: DynamoDb, Status Code: 400, Request ID: /);
  });

  const putAny = field(
    `({ operation: "PutItem", key: { id: { S: "1" } }, attributeValues: { data: { M: a } } })`,
  );
  it("an attribute named __proto__ is refused by name, and nothing is written", async () => {
    const { error } = await run(putAny, { ["__proto__"]: { S: "lost" }, kept: { S: "kept" } });
    expect(error?.type).toBe("DynamoDB:DynamoDbException");
    expect(error?.message).toMatch(/^an attribute named __proto__ in DynamoDB is not served/);
    expect((await run(get, "1")).result).toBeNull();
  });

  const requests = [
    ["{ payload: 1 }", "Value for field '$[operation]' not found."],
    ["null", "Value for field '$[operation]' not found."],
    [`{ operation: "GetItem" }`, "Value for field '$[key]' not found."],
    [
      `{ operation: "GetItem", key: { id: "1" } }`,
      `Expected a typed value such as {"S": "text"} at '$[key][id]'.`,
    ],
    [`{ operation: "Query", query: {} }`, "Value for field '$[query][expression]' not found."],
    [
      `{ operation: "GetItem", key: { id: { S: "1" } }, consistendRead: true }`,
      "Unsupported element '$[consistendRead]'.",
    ],
    [
      `{ operation: "UpdateItem", key: { id: { S: "1" } }, update: { expression: "SET n = n", values: {} } }`,
      "Unsupported element '$[update][values]'.",
    ],
    [
      `{ operation: "DeleteItem", key: { id: { S: "1" } },
         condition: { expression: "n = n", returnValuesOnConditionCheckFailure: false } }`,
      "Unsupported element '$[condition][returnValuesOnConditionCheckFailure]'.",
    ],
    [
      `{ operation: "DeleteItem", key: { id: { S: "1" } },
         condition: { expression: "n = n", conditionalCheckFailedHandler: { strategy: "Custom" } } }`,
      "Expected the strategy Reject, or Custom with a lambdaArn, at '$[condition][conditionalCheckFailedHandler]'.",
    ],
    [`{ operation: "BatchPutItem", tables: {} }`, "Value for field '$[tables]' not found."],
    [
      `{ operation: "BatchGetItem", tables: { t: [{ id: { S: "1" } }] } }`,
      "Value for field '$[tables][t][keys]' not found.",
    ],
    [
      `{ operation: "TransactWriteItems", transactItems: [{ table: "t", operation: "Put" }] }`,
      "Unsupported operation 'Put'.",
    ],
    [
      `{ operation: "TransactWriteItems", transactItems: [{ table: "t", operation: "DeleteItem" }] }`,
      "Value for field '$[transactItems][0][key]' not found.",
    ],
    [
      `{ operation: "TransactWriteItems",
         transactItems: [{ table: "t", operation: "ConditionCheck", key: { id: { S: "1" } } }] }`,
      "Value for field '$[transactItems][0][condition]' not found.",
    ],
    [`{ operation: "TransactGetItems" }`, "Value for field '$[transactItems]' not found."],
    [
      `{ operation: "Sync" }`,
      "the operation Sync, which needs a versioned data source, is not served by the local runtime",
    ],
    [`{ operation: "constructor" }`, "Unsupported operation 'constructor'."],
  ].map(([request = "", message]) => [request, field(`(${request})`), message] as const);
  it.each(requests)(
    "the request %s fails the field before any handler sees it",
    async (_request, name, message) => {
      expect(await failure(name)).toMatchObject({ errorType: "MappingTemplate", message });
      expect(dynamodb.calls()).toEqual([]);
    },
  );
});
