// The data source AMAZON_DYNAMODB: requests for many items, which are pages, batches and transactions.

import { beforeEach, describe, expect, it } from "vitest";
import { openPageTokens } from "../../src/appsync/data-sources/dynamodb/page-token.ts";
import { OTHER, TABLE, tableFields } from "./support/table-fields.ts";

const { field, run, answerInstead, put, get, update, remove } = tableFields();

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
    answerInstead({
      UnprocessedItems: {
        [TABLE]: [{ PutRequest: { Item: { id: { S: "b" }, n: { N: "1" }, at: { S: "t" } } } }],
      },
    });
    expect((await run(batchPut, ["a", "b"])).result).toEqual({
      data: { [TABLE]: [item("a"), null], [OTHER]: [{ id: "o" }] },
      unprocessedItems: { [TABLE]: [item("b")], [OTHER]: [] },
    });
    answerInstead({ UnprocessedItems: { [TABLE]: [{ DeleteRequest: { Key: { id: { S: "a" } } } }] } });
    expect((await run(batchDelete, ["a", "b"])).result).toEqual({
      data: { [TABLE]: [null, { id: "b" }] },
      unprocessedKeys: { [TABLE]: [{ id: "a" }] },
    });
    answerInstead({ Responses: {}, UnprocessedKeys: { [TABLE]: { Keys: [{ id: { S: "a" } }] } } });
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
    await run(remove, { id: "x" });
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
