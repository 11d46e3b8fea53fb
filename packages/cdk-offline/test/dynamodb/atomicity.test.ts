import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { LevelDb } from "../../src/dynamodb/dynalite.ts";
import type { DynamoDb } from "../../src/dynamodb/service.ts";
import { holdUpBatches, openWithLevel } from "./store-with-level.ts";

const TableName = "notes";
let dir: string;
let dynamoDb: DynamoDb;
let level: LevelDb;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "dynamodb-"));
  ({ dynamoDb, level } = await openWithLevel(dir));
  await Promise.all(["a", "b", "other"].map((id) => put(id, 0)));
});

afterEach(async () => {
  await dynamoDb.close();
  rmSync(dir, { recursive: true });
});

const key = (id: string) => ({ id: { S: id } });
const item = (id: string, n: number) => ({ ...key(id), n: { N: String(n) } });
const put = (id: string, n: number) => dynamoDb.call("PutItem", { TableName, Item: item(id, n) });
const writeBoth = (n: number) =>
  dynamoDb.call("TransactWriteItems", {
    TransactItems: ["a", "b"].map((id) => ({ Put: { TableName, Item: item(id, n) } })),
  });
const readBoth = () =>
  dynamoDb.call("TransactGetItems", {
    TransactItems: ["a", "b"].map((id) => ({ Get: { TableName, Key: key(id) } })),
  });

/** Holds up the first read of the item `b` until it is let go. */
function holdUpReadOfB(): { readonly heldUp: Promise<void>; readonly letGo: () => void } {
  const get = level.get.bind(level);
  let letGo = () => {};
  const released = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const heldUp = new Promise<void>((resolve) => {
    level.get = async (storeKey) => {
      const isItemB = ((await get(storeKey)) as { id?: { S?: string } } | undefined)?.id?.S === "b";
      if (isItemB) {
        level.get = get;
        resolve();
        await released;
      }
      return await get(storeKey);
    };
  });
  return { heldUp, letGo };
}

/** Long enough for any write that nobody holds up: writes of as many steps, one after the other, have been made. */
async function timeForAWrite(): Promise<void> {
  for (let n = 1; n <= 5; n++) await put("other", n);
}

test("a transaction held up in its writing has written all or nothing", async () => {
  const { heldUp } = holdUpBatches(level, 1);
  await Promise.race([writeBoth(1), heldUp]);
  const { Items } = await dynamoDb.call("Scan", { TableName });
  expect(Items).toEqual(expect.arrayContaining([item("a", 1), item("b", 1)]));
});

test("what is read in a transaction is not changed before all of it is read", async () => {
  const { heldUp, letGo } = holdUpReadOfB();
  const reading = readBoth();
  await heldUp;
  const writing = writeBoth(1);
  await timeForAWrite();
  letGo();
  expect(await reading).toEqual({ Responses: [{ Item: item("a", 0) }, { Item: item("b", 0) }] });
  await writing;
  expect(await readBoth()).toEqual({ Responses: [{ Item: item("a", 1) }, { Item: item("b", 1) }] });
});

test.each(["a", "b"])(
  "a write of one item waits for the transaction that is about to write it (%s)",
  async (id) => {
    const { heldUp, letGo } = holdUpReadOfB();
    const adding = dynamoDb.call("TransactWriteItems", {
      TransactItems: ["a", "b"].map((one) => ({
        Update: {
          TableName,
          Key: key(one),
          UpdateExpression: "ADD n :one",
          ExpressionAttributeValues: { ":one": { N: "1" } },
        },
      })),
    });
    await heldUp;
    const single = put(id, 10);
    await timeForAWrite();
    letGo();
    await Promise.all([adding, single]);
    const { Item } = await dynamoDb.call("GetItem", { TableName, Key: key(id) });
    expect(Item, "the single write came last").toEqual(item(id, 10));
  },
);
