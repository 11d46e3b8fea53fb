// A process that writes items, several at once, and prints each id when its write is acknowledged, until it is killed.
// Given the word "pairs" it writes two items in one transaction, the second with the id of the first and a prime.

import { openDynamoDb } from "../../../local/dynamodb/service.ts";
import { ledgerProperties, tableOf } from "./table-of.ts";

const [, , dir = "", kind] = process.argv;
const TableName = "ledger";
const dynamoDb = await openDynamoDb({ dir, clock: Date.now, tables: [tableOf(ledgerProperties)] });

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

await Promise.all(["a", "b", "c", "d"].map(writeForever));
