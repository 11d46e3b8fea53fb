import {
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type TransactWriteItem,
} from "@aws-sdk/client-dynamodb";
import { beforeEach, describe, expect, test } from "vitest";
import { startTable, type RunningTable } from "./running-table.ts";

const TableName = "notes";
let now = Date.UTC(2026, 10, 22);
let running: RunningTable;
let client: RunningTable["client"];

beforeEach(async () => {
  running = await startTable(() => now);
  ({ client } = running);
});

const key = (id: string) => ({ id: { S: id } });
const item = (id: string, n: number) => ({ ...key(id), n: { N: String(n) } });
const put = (id: string, n: number): TransactWriteItem => ({ Put: { TableName, Item: item(id, n) } });
const putNew = (id: string, n: number): TransactWriteItem => ({
  Put: {
    TableName,
    Item: item(id, n),
    ConditionExpression: "attribute_not_exists(id)",
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  },
});
const add = (id: string, n: number): TransactWriteItem => ({
  Update: {
    TableName,
    Key: key(id),
    UpdateExpression: "ADD n :n",
    ExpressionAttributeValues: { ":n": { N: String(n) } },
  },
});
const mustExist = (id: string): TransactWriteItem => ({
  ConditionCheck: { TableName, Key: key(id), ConditionExpression: "attribute_exists(id)" },
});
const write = (TransactItems: TransactWriteItem[] | undefined, ClientRequestToken?: string) =>
  client.send(new TransactWriteItemsCommand({ TransactItems, ClientRequestToken }));
const get = async (id: string) =>
  (await client.send(new GetItemCommand({ TableName, Key: key(id), ConsistentRead: true }))).Item;
const seed = (id: string, n: number) => client.send(new PutItemCommand({ TableName, Item: item(id, n) }));

describe("TransactWriteItems", () => {
  test("puts, updates, deletes and checks in one go", async () => {
    await seed("updated", 1);
    await seed("deleted", 1);
    await seed("checked", 1);
    await write([
      put("put", 1),
      add("updated", 2),
      { Delete: { TableName, Key: key("deleted") } },
      mustExist("checked"),
    ]);
    expect(await get("put")).toEqual(item("put", 1));
    expect(await get("updated")).toEqual(item("updated", 3));
    expect(await get("deleted")).toBeUndefined();
    expect(await get("checked")).toEqual(item("checked", 1));
  });

  test("writes index entries with their items", async () => {
    const indexed = { ...key("a"), userId: { S: "u" }, loggedInAt: { S: "t" } };
    await write([{ Put: { TableName, Item: indexed } }]);
    const { Items } = await client.send(
      new QueryCommand({
        TableName,
        IndexName: "byUser",
        KeyConditionExpression: "userId = :u",
        ExpressionAttributeValues: { ":u": { S: "u" } },
      }),
    );
    expect(Items).toEqual([indexed]);
  });

  test("writes nothing when a condition fails, and says which and what is there", async () => {
    await seed("there", 1);
    await expect(write([put("new", 1), putNew("there", 2), add("other", 1)])).rejects.toMatchObject({
      name: "TransactionCanceledException",
      message:
        "Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, None]",
      CancellationReasons: [
        { Code: "None" },
        { Code: "ConditionalCheckFailed", Message: "The conditional request failed", Item: item("there", 1) },
        { Code: "None" },
      ],
    });
    expect(await get("new")).toBeUndefined();
    expect(await get("other")).toBeUndefined();
    expect(await get("there")).toEqual(item("there", 1));
  });

  test("keeps the old item to itself when it is not asked for", async () => {
    const error: unknown = await write([mustExist("nowhere")]).catch((e: unknown) => e);
    expect(error).toMatchObject({
      CancellationReasons: [{ Code: "ConditionalCheckFailed", Message: "The conditional request failed" }],
    });
    await seed("there", 1);
    const silent = { ...putNew("there", 1).Put, ReturnValuesOnConditionCheckFailure: undefined };
    const other: unknown = await write([{ Put: silent as never }]).catch((e: unknown) => e);
    expect((other as { CancellationReasons: unknown[] }).CancellationReasons[0]).not.toHaveProperty("Item");
  });

  test("writes four megabytes of items and not one byte more, nor anything of it", async () => {
    const KEY_BYTES = "id".length + "a".length + "x".length;
    const text = (id: string, bytes: number): TransactWriteItem => ({
      Put: { TableName, Item: { ...key(id), x: { S: "x".repeat(bytes - KEY_BYTES) } } },
    });
    const ids = Array.from({ length: 12 }, (_, n) => String.fromCodePoint("a".charCodeAt(0) + n));
    const parts = ids.map((id) => text(id, 349_525));
    await write([...parts, text("y", 4)]);
    await expect(write([...parts, text("z", 5)])).rejects.toMatchObject({
      name: "ValidationException",
      message: "The aggregate size of the items in the transaction cannot exceed 4 MB",
    });
    expect(await get("z")).toBeUndefined();

    const read = (...keys: string[]) =>
      client.send(
        new TransactGetItemsCommand({
          TransactItems: keys.map((id) => ({ Get: { TableName, Key: key(id) } })),
        }),
      );
    expect((await read(...ids, "y")).Responses).toHaveLength(13);
    await client.send(new PutItemCommand({ TableName, Item: { ...key("z"), x: { S: "y" } } }));
    await expect(read(...ids, "y", "z")).rejects.toMatchObject({ name: "ValidationException" });
  });

  test("calls what is found wrong while carrying out a ValidationError of that part", async () => {
    await seed("text", 1);
    await expect(
      write([
        put("new", 1),
        {
          Update: {
            TableName,
            Key: key("text"),
            UpdateExpression: "SET a.b = :n",
            ExpressionAttributeValues: { ":n": { N: "1" } },
          },
        },
        { Delete: { TableName, Key: { userId: { S: "x" } } } },
      ]),
    ).rejects.toMatchObject({
      name: "TransactionCanceledException",
      CancellationReasons: [
        { Code: "None" },
        {
          Code: "ValidationError",
          Message: "The document path provided in the update expression is invalid for update",
        },
        { Code: "ValidationError", Message: "The provided key element does not match the schema" },
      ],
    });
    expect(await get("new")).toBeUndefined();
  });

  test.each<[string, TransactWriteItem[] | undefined, string, string | RegExp]>([
    ["no parts", [], "ValidationException", /transactItems' failed .* greater than or equal to 1$/],
    [
      "101 parts",
      Array.from({ length: 101 }, (_, i) => put(`p${i}`, 1)),
      "ValidationException",
      /transactItems' failed .* less than or equal to 100$/,
    ],
    [
      "one item twice",
      [put("a", 1), mustExist("a")],
      "ValidationException",
      "Transaction request cannot include multiple operations on one item",
    ],
    [
      "two operations in one part",
      [{ ...put("a", 1), ...mustExist("b") }],
      "ValidationException",
      "TransactItems can only contain one of Check, Put, Update or Delete",
    ],
    [
      "a part without an operation",
      [{}],
      "ValidationException",
      "TransactItems can only contain one of Check, Put, Update or Delete",
    ],
    [
      "a check without a condition",
      [{ ConditionCheck: { TableName, Key: key("a"), ConditionExpression: undefined } }],
      "ValidationException",
      /transactItems.1.member.conditionCheck.conditionExpression' failed .* not be null$/,
    ],
    [
      "an expression that does not parse",
      [{ Delete: { TableName, Key: key("a"), ConditionExpression: "a ==" } }],
      "ValidationException",
      /^Invalid ConditionExpression: Syntax error/,
    ],
    [
      "an unknown table",
      [{ Put: { TableName: "nowhere", Item: item("a", 1) } }],
      "ResourceNotFoundException",
      "Requested resource not found",
    ],
  ])("refuses %s", async (_name, parts, name, message) => {
    await expect(write(parts)).rejects.toMatchObject({
      name,
      message: typeof message === "string" ? message : (expect.stringMatching(message) as unknown),
    });
  });

  test("is made once for one token, also after a restart, and refuses another transaction with it", async () => {
    await seed("counter", 0);
    await write([add("counter", 1)], "token");
    await write([add("counter", 1)], "token");
    await running.reopen();
    await write([add("counter", 1)], "token");
    expect(await get("counter")).toEqual(item("counter", 1));
    await expect(write([add("counter", 2)], "token")).rejects.toMatchObject({
      name: "IdempotentParameterMismatchException",
    });
    now += 10 * 60 * 1000;
    await write([add("counter", 5)], "token");
    expect(await get("counter")).toEqual(item("counter", 6));
  });

  test("of twenty at once with one token exactly one is made", async () => {
    await Promise.all(Array.from({ length: 20 }, () => write([add("counter", 1)], "same")));
    expect(await get("counter")).toEqual(item("counter", 1));
  });

  test("loses no update when transactions and single writes meet on the same items in any order", async () => {
    await seed("a", 0);
    await seed("b", 0);
    await Promise.all(
      Array.from({ length: 60 }, (_, i) => {
        if (i % 3 === 0) return write([add("a", 1), add("b", 1)]);
        if (i % 3 === 1) return write([add("b", 1), add("a", 1)]);
        const single = { ...add("a", 1).Update, ReturnValuesOnConditionCheckFailure: undefined };
        return client.send(new UpdateItemCommand(single as never));
      }),
    );
    expect(await get("a")).toEqual(item("a", 60));
    expect(await get("b")).toEqual(item("b", 40));
  });

  test("of a hundred that want the same new items exactly one wins", async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 100 }, (_, i) => write([putNew("a", i), putNew(i % 2 === 0 ? "b" : "c", i)])),
    );
    const won = outcomes.flatMap(({ status }, i) => (status === "fulfilled" ? [i] : []));
    expect(won).toHaveLength(1);
    expect(await get("a")).toEqual(item("a", won[0] ?? -1));
  });
});

describe("TransactGetItems", () => {
  const read = (...ids: string[]) =>
    client.send(
      new TransactGetItemsCommand({ TransactItems: ids.map((id) => ({ Get: { TableName, Key: key(id) } })) }),
    );

  test("answers in the order asked, with nothing where there is no item", async () => {
    await seed("a", 1);
    await seed("b", 2);
    const { Responses } = await read("b", "nowhere", "a");
    expect(Responses?.map(({ Item }) => Item)).toEqual([item("b", 2), undefined, item("a", 1)]);
  });

  test("takes a projection", async () => {
    await seed("a", 1);
    const { Responses } = await client.send(
      new TransactGetItemsCommand({
        TransactItems: [{ Get: { TableName, Key: key("a"), ProjectionExpression: "n" } }],
      }),
    );
    expect(Responses).toEqual([{ Item: { n: { N: "1" } } }]);
  });

  test("refuses a bad key as the reason of its part", async () => {
    await expect(
      client.send(
        new TransactGetItemsCommand({ TransactItems: [{ Get: { TableName, Key: { x: { S: "a" } } } }] }),
      ),
    ).rejects.toMatchObject({
      name: "TransactionCanceledException",
      CancellationReasons: [
        { Code: "ValidationError", Message: "The provided key element does not match the schema" },
      ],
    });
  });
});
