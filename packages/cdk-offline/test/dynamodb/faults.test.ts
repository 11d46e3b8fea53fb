import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { database } from "../../src/dynamodb/dynalite.ts";
import { openDynamoDb } from "../../src/dynamodb/service.ts";
import { notesProperties, tableOf } from "./table-of.ts";

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "dynamodb-"));
});

afterEach(() => {
  rmSync(dir, { recursive: true });
});

/** Changes every stored item behind the service's back. */
async function corrupt(change: (item: Record<string, unknown>) => void): Promise<void> {
  const { db } = database.create({ path: join(dir, "level") });
  await db.open();
  const iterator = (
    db as unknown as { iterator(): AsyncIterable<[string, Record<string, unknown>]> }
  ).iterator();
  for await (const [key, value] of iterator) {
    if (!key.startsWith("item~")) continue;
    change(value);
    await db.batch([{ type: "put", key, value }]);
  }
  await db.close();
}

test("a fault inside dynalite answers InternalServerError; the process and the item's lock live on", async () => {
  const onFault = vi.fn();
  const open = () =>
    openDynamoDb({
      dir,
      clock: Date.now,
      tables: [tableOf({ ...notesProperties, TimeToLiveSpecification: undefined })],
      onFault,
    });
  const first = await open();
  await first.call("PutItem", { TableName: "notes", Item: { id: { S: "a" }, n: { N: "1" } } });
  await first.close();
  await corrupt((item) => {
    item["n"] = { N: "not a number" };
  });

  const dynamoDb = await open();
  const comparison = { ExpressionAttributeValues: { ":x": { N: "5" } } };
  const fault = { name: "InternalServerError", status: 500 };
  const inStream = dynamoDb.call("Scan", { TableName: "notes", FilterExpression: "n < :x", ...comparison });
  await expect(inStream).rejects.toMatchObject(fault);
  const underLock = dynamoDb.call("DeleteItem", {
    TableName: "notes",
    Key: { id: { S: "a" } },
    ConditionExpression: "n < :x",
    ...comparison,
  });
  await expect(underLock).rejects.toMatchObject(fault);
  expect(onFault).toHaveBeenCalledTimes(2);

  await dynamoDb.call("PutItem", { TableName: "notes", Item: { id: { S: "a" }, n: { N: "2" } } });
  const got = await dynamoDb.call("GetItem", { TableName: "notes", Key: { id: { S: "a" } } });
  expect(got["Item"]).toEqual({ id: { S: "a" }, n: { N: "2" } });
  await dynamoDb.close();
});

/** Ids acknowledged by a writer that was killed in the middle of its work, or when its store held it up. */
async function writeUntilKilled(...kind: string[]): Promise<string[]> {
  const writer = fileURLToPath(new URL("./endless-writer.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", writer, dir, ...kind], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const acknowledged: string[] = [];
  for await (const id of createInterface(child.stdout)) {
    if (id !== "held up") acknowledged.push(id);
    if (id === "held up" || acknowledged.length === 200) child.kill("SIGKILL");
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  expect(child.signalCode).toBe("SIGKILL");
  return acknowledged;
}

/** Ids of the items, and of those that the index names. */
async function storedIds(): Promise<{ readonly items: string[]; readonly indexed: string[] }> {
  const dynamoDb = await openDynamoDb({ dir, clock: Date.now, tables: [tableOf(notesProperties)] });
  const idsOf = async (source: object) => {
    const output = await dynamoDb.call("Scan", { TableName: "notes", ...source });
    return (output["Items"] as { id: { S: string } }[]).map(({ id }) => id.S).sort();
  };
  const stored = { items: await idsOf({}), indexed: await idsOf({ IndexName: "byUser" }) };
  await dynamoDb.close();
  return stored;
}

test("what was acknowledged before kill -9 is there afterwards, item and index entry alike", async () => {
  const acknowledged = await writeUntilKilled();
  const { items, indexed } = await storedIds();
  expect(items).toEqual(expect.arrayContaining(acknowledged));
  expect(indexed).toEqual(items);
});

test("of a transaction kill -9 leaves all or nothing", async () => {
  const acknowledged = await writeUntilKilled("pairs");
  const { items, indexed } = await storedIds();
  expect(items).toEqual(expect.arrayContaining(acknowledged));
  expect(indexed).toEqual(items);
  const firsts = items.filter((id) => !id.endsWith("'"));
  expect(items).toEqual(firsts.flatMap((id) => [id, `${id}'`]).sort());
});
