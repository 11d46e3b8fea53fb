// A store together with the LevelDB under it, so that a test decides what happens between two steps of the store's.

import { database, type LevelDb } from "../../src/dynamodb/dynalite.ts";
import { openDynamoDb, type DynamoDb } from "../../src/dynamodb/service.ts";
import { notesProperties, tableOf } from "./table-of.ts";

/** Opens the table `notes`. */
export async function openWithLevel(
  dir: string,
): Promise<{ readonly dynamoDb: DynamoDb; readonly level: LevelDb }> {
  const { create } = database;
  let level: LevelDb | undefined;
  database.create = (options) => {
    const made = create(options);
    level = made.db;
    return made;
  };
  try {
    const dynamoDb = await openDynamoDb({ dir, clock: Date.now, tables: [tableOf(notesProperties)] });
    if (level === undefined) throw new Error("the store was opened without LevelDB");
    return { dynamoDb, level };
  } finally {
    database.create = create;
  }
}

/** Lets so many batches through and holds up all that come after them; resolves when the first of these has come. */
export function holdUpBatches(level: LevelDb, letThrough: number): { readonly heldUp: Promise<void> } {
  const batch = level.batch.bind(level);
  let come = 0;
  const heldUp = new Promise<void>((resolve) => {
    level.batch = async (operations) => {
      come += 1;
      if (come <= letThrough) {
        await batch(operations);
        return;
      }
      resolve();
      await new Promise(() => undefined);
    };
  });
  return { heldUp };
}
