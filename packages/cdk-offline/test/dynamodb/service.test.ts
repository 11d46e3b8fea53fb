import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  ExecuteStatementCommand,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { statSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { openDynamoDb } from "../../src/dynamodb/service.ts";
import { startTable, type RunningTable } from "./running-table.ts";
import { notesProperties, tableOf } from "./table-of.ts";

const eventually = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 60_000 });
const now = Date.UTC(2026, 10, 22);
let running: RunningTable;
let client: RunningTable["client"];

beforeEach(async () => {
  running = await startTable(() => now);
  ({ client } = running);
});

const reopen = (properties: Record<string, unknown> = notesProperties) =>
  running.reopen({ tables: [tableOf(properties)] });

const login = (id: string, loggedInAt = "2026-11-22T10:00:00Z", userId = "u1") => ({
  id: { S: id },
  userId: { S: userId },
  loggedInAt: { S: loggedInAt },
});
const put = (item: ReturnType<typeof login>) =>
  client.send(new PutItemCommand({ TableName: "notes", Item: item }));
const notesOf = (userId: string) =>
  new QueryCommand({
    TableName: "notes",
    IndexName: "byUser",
    KeyConditionExpression: "userId = :u",
    ExpressionAttributeValues: { ":u": { S: userId } },
    ScanIndexForward: false,
  });

describe("items", () => {
  test("an item that was put is got, updated and deleted", async () => {
    await put(login("a"));
    const key = { id: { S: "a" } };
    const updated = await client.send(
      new UpdateItemCommand({
        TableName: "notes",
        Key: key,
        UpdateExpression: "SET address = :a",
        ExpressionAttributeValues: { ":a": { S: "192.0.2.1" } },
        ReturnValues: "ALL_NEW",
      }),
    );
    expect(updated.Attributes).toEqual({ ...login("a"), address: { S: "192.0.2.1" } });
    const got = await client.send(new GetItemCommand({ TableName: "notes", Key: key, ConsistentRead: true }));
    expect(got.Item).toEqual(updated.Attributes);
    await client.send(new DeleteItemCommand({ TableName: "notes", Key: key }));
    expect((await client.send(new GetItemCommand({ TableName: "notes", Key: key }))).Item).toBeUndefined();
  });

  test("an index gives its items in the order of its sort key, page by page", async () => {
    await put(login("a", "2026-11-22T10:00:00Z"));
    await put(login("b", "2026-11-22T12:00:00Z"));
    await put(login("c", "2026-11-22T11:00:00Z"));
    await put(login("d", "2026-11-22T11:00:00Z", "u2"));
    const all = await client.send(notesOf("u1"));
    expect(all.Items?.map((item) => item["id"]?.S)).toEqual(["b", "c", "a"]);

    const first = await client.send(new QueryCommand({ ...notesOf("u1").input, Limit: 2 }));
    expect(first.Items?.map((item) => item["id"]?.S)).toEqual(["b", "c"]);
    const second = await client.send(
      new QueryCommand({ ...notesOf("u1").input, Limit: 2, ExclusiveStartKey: first.LastEvaluatedKey }),
    );
    expect(second.Items?.map((item) => item["id"]?.S)).toEqual(["a"]);
  });

  test("an index follows when the item's index key changes and when it is deleted", async () => {
    await put(login("a"));
    await put(login("a", "2026-11-22T23:00:00Z"));
    expect((await client.send(notesOf("u1"))).Items).toEqual([login("a", "2026-11-22T23:00:00Z")]);
    await client.send(new DeleteItemCommand({ TableName: "notes", Key: { id: { S: "a" } } }));
    expect((await client.send(notesOf("u1"))).Items).toEqual([]);
  });

  test("batches write and read up to the service's limit and refuse a key named twice", async () => {
    const ids = ["a", "b", "c"];
    await client.send(
      new BatchWriteItemCommand({
        RequestItems: { notes: ids.map((id) => ({ PutRequest: { Item: login(id) } })) },
      }),
    );
    await client.send(
      new BatchWriteItemCommand({
        RequestItems: { notes: [{ DeleteRequest: { Key: { id: { S: "b" } } } }] },
      }),
    );
    const got = await client.send(
      new BatchGetItemCommand({ RequestItems: { notes: { Keys: ids.map((id) => ({ id: { S: id } })) } } }),
    );
    expect(got.Responses?.["notes"]?.map((item) => item["id"]?.S).sort()).toEqual(["a", "c"]);
    expect((await client.send(notesOf("u1"))).Count).toBe(2);

    const twice = [{ PutRequest: { Item: login("z") } }, { PutRequest: { Item: login("z") } }];
    await expect(
      client.send(new BatchWriteItemCommand({ RequestItems: { notes: twice } })),
    ).rejects.toMatchObject({ name: "ValidationException" });
    expect((await client.send(new ScanCommand({ TableName: "notes" }))).Count).toBe(2);
  });
});

describe("conditions", () => {
  const once = (id: string, writeId: string) =>
    new PutItemCommand({
      TableName: "notes",
      Item: { ...login(id), writeId: { S: writeId } },
      ConditionExpression: "attribute_not_exists(id)",
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    });

  test("of a hundred puts at once under one condition exactly one wins and the others get its item", async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 100 }, (_, i) => client.send(once("a", `w${i}`))),
    );
    const won = outcomes.flatMap((outcome, i) => (outcome.status === "fulfilled" ? [`w${i}`] : []));
    expect(won).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === "fulfilled") continue;
      expect(outcome.reason).toMatchObject({
        name: "ConditionalCheckFailedException",
        message: "The conditional request failed",
        Item: { writeId: { S: won[0] } },
      });
    }
  });

  test("a failed update and a failed delete answer the old item when asked for it, else none", async () => {
    await put(login("a"));
    const condition = {
      TableName: "notes",
      Key: { id: { S: "a" } },
      ConditionExpression: "userId = :other",
      ExpressionAttributeValues: { ":other": { S: "u2" } },
    };
    const wish = { ReturnValuesOnConditionCheckFailure: "ALL_OLD" } as const;
    await expect(client.send(new DeleteItemCommand({ ...condition, ...wish }))).rejects.toMatchObject({
      Item: login("a"),
    });
    await expect(
      client.send(new UpdateItemCommand({ ...condition, ...wish, UpdateExpression: "REMOVE loggedInAt" })),
    ).rejects.toMatchObject({ Item: login("a") });
    const error: unknown = await client.send(new DeleteItemCommand(condition)).catch((e: unknown) => e);
    expect(error).toMatchObject({ name: "ConditionalCheckFailedException" });
    expect(error).not.toHaveProperty("Item", login("a"));
  });
});

describe("tables", () => {
  test("the table is described with its indexes and its time to live", async () => {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: "notes" }));
    expect(Table).toMatchObject({
      TableName: "notes",
      TableStatus: "ACTIVE",
      TableArn: "arn:aws:dynamodb:us-east-1:000000000000:table/notes",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      DeletionProtectionEnabled: true,
      GlobalSecondaryIndexes: [{ IndexName: "byUser", IndexStatus: "ACTIVE" }],
      CreationDateTime: new Date(now),
    });
    const timeToLive = await client.send(new DescribeTimeToLiveCommand({ TableName: "notes" }));
    expect(timeToLive.TimeToLiveDescription).toEqual({
      TimeToLiveStatus: "ENABLED",
      AttributeName: "expiresAt",
    });
    expect((await client.send(new ListTablesCommand({}))).TableNames).toEqual(["notes"]);
  });

  test("a table without a name in the template is named as CloudFormation names it", async () => {
    await reopen({ ...notesProperties, TableName: undefined });
    const { TableNames } = await client.send(new ListTablesCommand({}));
    expect(TableNames).toContainEqual(expect.stringMatching(/^NotesApp-local-Notes-[A-Za-z0-9]{12}$/));
  });

  test("items and indexes are there after a restart", async () => {
    await put(login("a"));
    await reopen();
    expect((await client.send(notesOf("u1"))).Items).toEqual([login("a")]);
  });

  test("an index added to the template is filled from the items; one taken out is gone, and comes back filled", async () => {
    const withoutIndex = {
      ...notesProperties,
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      GlobalSecondaryIndexes: undefined,
    };
    await put(login("a"));
    await reopen(withoutIndex);
    await expect(client.send(notesOf("u1"))).rejects.toMatchObject({
      message: "The table does not have the specified index: byUser",
    });
    await client.send(new DeleteItemCommand({ TableName: "notes", Key: { id: { S: "a" } } }));
    await put(login("b"));
    await reopen();
    expect((await client.send(notesOf("u1"))).Items).toEqual([login("b")]);
  });

  test("a changed key is refused with a sentence and the store stays usable", async () => {
    const changed = { ...notesProperties, KeySchema: [{ AttributeName: "userId", KeyType: "HASH" }] };
    await expect(reopen(changed)).rejects.toThrow(
      "Notes: the key of the stored table notes cannot be changed; give the table another logical id, or start with --fresh",
    );
    await reopen();
  });

  test("a definition that DynamoDB would refuse is refused with its words and the table's logical id", async () => {
    const undefinedKey = { ...notesProperties, KeySchema: [{ AttributeName: "other", KeyType: "HASH" }] };
    await expect(reopen(undefinedKey)).rejects.toThrow(
      /^Notes: One or more parameter values were invalid: Some index key attributes are not defined/,
    );
    await reopen();
  });

  test("a stream, a second replica and provisioned replicas are refused by the schema", () => {
    const streaming = { StreamSpecification: { StreamViewType: "NEW_IMAGE" } };
    expect(() => tableOf({ ...notesProperties, ...streaming })).toThrow("StreamSpecification");
    const replicas = [...notesProperties.Replicas, ...notesProperties.Replicas];
    expect(() => tableOf({ ...notesProperties, Replicas: replicas })).toThrow("length");
    expect(() => tableOf({ ...notesProperties, BillingMode: "PROVISIONED" })).toThrow("PAY_PER_REQUEST");
  });

  test("a second process is told that the store is in use", async () => {
    const { dir } = running;
    await expect(openDynamoDb({ dir, clock: () => now, tables: [] })).rejects.toThrow(
      "another process has it open",
    );
  });

  test("the state folder can be read by its owner only", () => {
    expect(statSync(join(running.dir, "level")).mode & 0o777).toBe(0o700);
  });
});

describe("time to live", () => {
  test("a sweep removes what has expired, from the index too, and nothing else", async () => {
    const at = (seconds: number) => ({ expiresAt: { N: String(now / 1000 + seconds) } });
    const sixYears = 6 * 365 * 24 * 3600;
    await put({ ...login("expired"), ...at(-1) });
    await put({ ...login("not yet"), ...at(60) });
    await put({ ...login("longer than five years ago"), ...at(-sixYears) });
    await put({ ...login("not a number"), expiresAt: { S: "1" } } as never);
    await put(login("kept for ever"));
    await reopen();
    await eventually(async () => {
      const { Items } = await client.send(notesOf("u1"));
      expect(Items?.map((item) => item["id"]?.S).sort()).toEqual([
        "kept for ever",
        "longer than five years ago",
        "not a number",
        "not yet",
      ]);
    });
  });

  test("the sweep comes back after its interval", async () => {
    let clock = now;
    await running.reopen({ clock: () => clock, sweepIntervalMs: 5 });
    await put({ ...login("a"), ...{ expiresAt: { N: String(now / 1000 + 60) } } });
    clock += 61_000;
    await eventually(async () => {
      expect((await client.send(notesOf("u1"))).Count).toBe(0);
    });
  });
});

describe("what is refused", () => {
  test("operations and parameters that are not served are refused by name", async () => {
    await expect(client.send(new ExecuteStatementCommand({ Statement: "SELECT" }))).rejects.toMatchObject({
      name: "NotImplementedException",
      message: "DynamoDB_20120810.ExecuteStatement is not served by the local runtime",
    });
    await expect(
      client.send(
        new CreateTableCommand({
          TableName: "other",
          KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
          AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        }),
      ),
    ).rejects.toMatchObject({ name: "NotImplementedException" });
    await expect(running.dynamoDb.call("DescribeLimits", {})).rejects.toThrow(
      "DynamoDB DescribeLimits is not served",
    );
    await expect(
      running.dynamoDb.call("PutItem", { TableName: "notes", Item: login("a"), Surprise: 1 }),
    ).rejects.toThrow("parameter Surprise of DynamoDB PutItem is not served");
  });

  test.each<[string, string, object]>([
    ["of an item", "PutItem", { Item: { id: { S: "a" }, ["__proto__"]: { S: "lost" } } }],
    ["inside an item", "PutItem", { Item: { id: { S: "a" }, m: { M: { ["__proto__"]: { S: "lost" } } } } }],
    [
      "by a placeholder",
      "UpdateItem",
      {
        Key: { id: { S: "a" } },
        UpdateExpression: "SET #p = :v",
        ExpressionAttributeNames: { "#p": "__proto__" },
        ExpressionAttributeValues: { ":v": { S: "lost" } },
      },
    ],
    ["that is asked for", "GetItem", { Key: { id: { S: "a" } }, AttributesToGet: ["__proto__"] }],
  ])("an attribute %s that is named __proto__, which would be lost", async (_where, operation, input) => {
    const refusal = {
      name: "NotImplementedException",
      message: "an attribute named __proto__ in DynamoDB is not served by the local runtime",
    };
    await expect(running.dynamoDb.call(operation, { TableName: "notes", ...input })).rejects.toMatchObject(
      refusal,
    );
    if (operation !== "PutItem") return;
    const TransactItems = [{ Put: { TableName: "notes", ...input } }];
    await expect(running.dynamoDb.call("TransactWriteItems", { TransactItems })).rejects.toMatchObject(
      refusal,
    );
    const RequestItems = { notes: [{ PutRequest: input }] };
    await expect(running.dynamoDb.call("BatchWriteItem", { RequestItems })).rejects.toMatchObject(refusal);
  });

  test("but neither the text __proto__ nor another name of JavaScript's own", async () => {
    const call = (operation: string, input: object) =>
      running.dynamoDb.call(operation, { TableName: "notes", ...input });
    const Item = { id: { S: "__proto__" }, constructor: { S: "__proto__" } };
    await call("PutItem", { Item });
    expect(await call("GetItem", { Key: { id: { S: "__proto__" } } })).toEqual({ Item });
    const updated = await call("UpdateItem", {
      Key: { id: { S: "new" } },
      UpdateExpression: "SET a = if_not_exists(toString, :v) ADD valueOf :n",
      ExpressionAttributeValues: { ":v": { S: "v" }, ":n": { N: "1" } },
      ReturnValues: "ALL_NEW",
    });
    expect(updated["Attributes"]).toEqual({ id: { S: "new" }, a: { S: "v" }, valueOf: { N: "1" } });
  });

  test("an unknown table, a bad key and a bad wish get the service's errors", async () => {
    await expect(client.send(new ScanCommand({ TableName: "nowhere" }))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
    await expect(client.send(new DescribeTableCommand({ TableName: "nowhere" }))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: "Requested resource not found: Table: nowhere not found",
    });
    await expect(
      client.send(new GetItemCommand({ TableName: "notes", Key: { userId: { S: "a" } } })),
    ).rejects.toMatchObject({
      name: "ValidationException",
      message: "The provided key element does not match the schema",
    });
    await expect(
      client.send(
        new PutItemCommand({
          TableName: "notes",
          Item: login("a"),
          ReturnValuesOnConditionCheckFailure: "NEW" as never,
        }),
      ),
    ).rejects.toMatchObject({ name: "ValidationException" });
  });
});
