// A process that writes items, several at once, and prints each id when its write is acknowledged, until it is killed.

import { openDynamoDb } from "../../../local/dynamodb/service.ts";
import { ledgerProperties, tableOf } from "./table-of.ts";

const dynamoDb = await openDynamoDb({
  dir: process.argv[2] ?? "",
  clock: Date.now,
  tables: [tableOf(ledgerProperties)],
});

async function writeForever(name: string): Promise<never> {
  for (let i = 0; ; i++) {
    const id = `${name}${i}`;
    await dynamoDb.call("PutItem", {
      TableName: "ledger",
      Item: { id: { S: id }, userId: { S: "u1" }, loggedInAt: { S: new Date(i).toISOString() } },
    });
    process.stdout.write(`${id}\n`);
  }
}

await Promise.all(["a", "b", "c", "d"].map(writeForever));
