// Brings the stored tables into the form the template wants, as a deployment does: items stay, indexes follow.

import { isDeepStrictEqual } from "node:util";
import { NotServed } from "../errors.ts";
import type { TableDefinition } from "./definition.ts";
import {
  database,
  type BatchOperation,
  type IndexDescription,
  type Item,
  type LevelDb,
  type TableDescription,
} from "./dynalite.ts";
import { indexPrefix, itemPrefix, tableKey, tablePrefix, under } from "./keys.ts";

/** How many changes go into one batch while an index is built. */
const batchSize = 500;

/** All tables stored, by name. */
export async function storedTables(level: LevelDb): Promise<Map<string, TableDescription>> {
  const tables = new Map<string, TableDescription>();
  for await (const values of pages(level, tablePrefix)) {
    for (const table of values as TableDescription[]) tables.set(table.TableName, table);
  }
  return tables;
}

/**
 * Makes the table, or adds and removes global indexes of the one that is there. Throws `NotServed`, with nothing changed, when the
 * template asks for what CloudFormation would replace the table for or would refuse: another key, another local index,
 * other properties of an index that is there.
 *
 * The table is written last: a process that dies before leaves the old table and the work is done again.
 */
export async function deployTable(
  level: LevelDb,
  definition: TableDefinition,
  stored: TableDescription | undefined,
  nowMs: number,
): Promise<TableDescription> {
  const wanted: TableDescription = {
    ...definition.description,
    CreationDateTime: stored?.["CreationDateTime"] ?? nowMs / 1000,
  };
  if (stored !== undefined) {
    refuseForeignChanges(definition, stored);
    const old = stored.GlobalSecondaryIndexes ?? [];
    for (const index of wanted.GlobalSecondaryIndexes ?? []) {
      if (!old.some(({ IndexName }) => IndexName === index.IndexName)) await buildIndex(level, wanted, index);
    }
  }
  if (!isDeepStrictEqual(wanted, stored)) {
    await level.batch([{ type: "put", key: tableKey(wanted.TableName), value: wanted }]);
  }
  return wanted;
}

/** Throws `NotServed` for a change of a stored table that cannot be made. */
export function refuseForeignChanges(
  { logicalId, description: wanted }: TableDefinition,
  stored: TableDescription,
): void {
  const refuse = (what: string): never => {
    const reason =
      `${what} of the stored table ${stored.TableName} cannot be changed; ` +
      "give the table another logical id, or start with --fresh";
    throw new NotServed({ code: "not-changeable", logicalId, reason });
  };
  if (!isDeepStrictEqual(keyOf(wanted, wanted), keyOf(stored, stored))) refuse("the key");
  const local = (table: TableDescription) =>
    (table.LocalSecondaryIndexes ?? []).map((index) => shapeOf(table, index));
  if (!isDeepStrictEqual(local(wanted), local(stored))) refuse("the local secondary indexes");
  for (const index of wanted.GlobalSecondaryIndexes ?? []) {
    const old = stored.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === index.IndexName);
    if (old !== undefined && !isDeepStrictEqual(shapeOf(wanted, index), shapeOf(stored, old))) {
      refuse(`key and projection of the index ${index.IndexName}`);
    }
  }
}

function shapeOf(table: TableDescription, index: IndexDescription) {
  const { ProjectionType, NonKeyAttributes = [] } = index.Projection;
  return { name: index.IndexName, key: keyOf(table, index), ProjectionType, NonKeyAttributes };
}

function keyOf(table: TableDescription, { KeySchema }: Pick<TableDescription, "KeySchema">) {
  return KeySchema.map(({ AttributeName, KeyType }) => ({
    AttributeName,
    KeyType,
    type: table.AttributeDefinitions.find((attribute) => attribute.AttributeName === AttributeName)
      ?.AttributeType,
  }));
}

/** Writes the entries of an index anew from the items. What an index of that name has left behind goes first. */
async function buildIndex(level: LevelDb, table: TableDescription, index: IndexDescription): Promise<void> {
  const prefix = indexPrefix(table.TableName, index.IndexName);
  await level.clear(under(prefix));
  for await (const items of pages(level, itemPrefix(table.TableName))) {
    const entries: BatchOperation[] = (items as Item[]).flatMap((item) =>
      database
        .getIndexActions([index], undefined, item, table)
        .puts.map(({ key, item: value }) => ({ type: "put", key: prefix + key, value })),
    );
    await level.batch(entries);
  }
}

async function* pages(level: LevelDb, prefix: string): AsyncGenerator<unknown[]> {
  const iterator = level.values(under(prefix));
  try {
    for (;;) {
      const values = await iterator.nextv(batchSize);
      if (values.length === 0) return;
      yield values;
    }
  } finally {
    await iterator.close();
  }
}
