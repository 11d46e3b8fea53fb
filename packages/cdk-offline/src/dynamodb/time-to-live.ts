// Removes items whose time has come, as DynamoDB's time to live does in the background.

import type { Clock } from "../clock.ts";
import type { AttributeValue, Item, TableDescription } from "./dynalite.ts";

/** DynamoDB leaves items alone whose time is more than five years past: it takes them for a mistake. */
const oldestSeconds = 5 * 365 * 24 * 60 * 60;

type Call = (operation: string, input: object) => Promise<Record<string, unknown>>;

/**
 * Deletes the expired items of one table through DeleteItem. An item is left when its time was changed meanwhile.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html
 */
export async function removeExpired(
  call: Call,
  table: TableDescription,
  attribute: string,
  clock: Clock,
): Promise<void> {
  const nowSeconds = Math.floor(clock() / 1000);
  const names = { "#ttl": attribute };
  let startKey: unknown;
  do {
    const page = await call("Scan", {
      TableName: table.TableName,
      FilterExpression: "#ttl BETWEEN :oldest AND :now",
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: {
        ":oldest": { N: String(Math.max(0, nowSeconds - oldestSeconds)) },
        ":now": { N: String(nowSeconds) },
      },
      ...(startKey === undefined ? {} : { ExclusiveStartKey: startKey }),
    });
    for (const item of (page["Items"] ?? []) as Item[]) {
      await removeUnlessChanged(call, table, item, attribute);
    }
    startKey = page["LastEvaluatedKey"];
  } while (startKey !== undefined);
}

async function removeUnlessChanged(
  call: Call,
  table: TableDescription,
  item: Item,
  attribute: string,
): Promise<void> {
  const key: Record<string, AttributeValue | undefined> = {};
  for (const { AttributeName } of table.KeySchema) key[AttributeName] = item[AttributeName];
  try {
    await call("DeleteItem", {
      TableName: table.TableName,
      Key: key,
      ConditionExpression: "#ttl = :seen",
      ExpressionAttributeNames: { "#ttl": attribute },
      ExpressionAttributeValues: { ":seen": item[attribute] },
    });
  } catch (error) {
    if (!(error instanceof Error && error.name === "ConditionalCheckFailedException")) throw error;
  }
}
