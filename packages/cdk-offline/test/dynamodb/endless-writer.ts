// A process that writes items, several at once, and prints each id when its write is acknowledged, until it is killed.
// Given the word "pairs" it writes two items in one transaction, the second with the id of the first and a prime, until its
// store holds up what it writes: where a pair in several batches is written by half.

import { holdUpBatches, openWithLevel } from "./store-with-level.ts";

const [, , dir = "", kind] = process.argv;
const TableName = "notes";
const { dynamoDb, level } = await openWithLevel(dir);

async function writeForever(name: string): Promise<never> {
  for (let i = 0; ; i++) {
    const id = `${name}${i}`;
    const item = (itemId: string) => ({
      id: { S: itemId },
      userId: { S: "u1" },
      loggedInAt: { S: new Date(i).toISOString() },
    });
    if (kind === "pairs") {
      const TransactItems = [id, `${id}'`].map((one) => ({ Put: { TableName, Item: item(one) } }));
      await dynamoDb.call("TransactWriteItems", { TransactItems });
    } else {
      await dynamoDb.call("PutItem", { TableName, Item: item(id) });
    }
    process.stdout.write(`${id}\n`);
  }
}

if (kind === "pairs") {
  // One more than a multiple of two and of three: of two batches for a pair, or three, it lets the first one through.
  void holdUpBatches(level, 199).heldUp.then(() => process.stdout.write("held up\n"));
}
// Pairs come one after the other, so that it is known which batch is held up.
const names = kind === "pairs" ? ["a"] : ["a", "b", "c", "d"];
await Promise.all(names.map(writeForever));
