// The LevelDB store as it is used here: checked before it is opened, and closed to writes once one has failed.

import { join } from "node:path";
import * as v from "valibot";
import { DamagedState, StartError, StorageFault } from "../errors.ts";
import { readCheckedFile, writeCheckedFile } from "../state/atomic-file.ts";
import { makeFolder } from "../state/make-folder.ts";
import { createWriteGuard, type Tell } from "../state/write-guard.ts";
import { database, type BatchOperation, type LevelDb, type StoreOptions } from "./dynalite.ts";
import { checkLevelFiles, lastChangeIn } from "./level-files.ts";

/** The number of the last change that is known to have been stored: a log that was cut off ends before it. */
const lastChangeSchema = v.object({ lastChange: v.number() });

/**
 * Opens the store in a folder, which is made when it is not there. Throws `DamagedState`, `StorageFault`, or `StartError`
 * when another process has it open.
 */
export async function openStore(
  path: string,
  tell: Tell = console.error,
): Promise<{ readonly level: LevelDb; readonly engineOptions: StoreOptions }> {
  makeFolder(path);
  const seal = sealOf(path, tell);
  seal.check(); // before it is made: it opens by itself
  const { db, options: engineOptions } = database.create({ path });
  try {
    await db.open();
  } catch (error) {
    const reason = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    if (isCodedError(reason) && reason.code === "LEVEL_LOCKED") {
      const message = `the DynamoDB store ${path} is not available: another process has it open`;
      throw new StartError(message, { cause: error });
    }
    throw reason instanceof Error ? new StorageFault(path, reason) : error;
  }
  const level = guarded(db, path, tell);
  const close = async () => {
    await db.close();
    seal.note();
  };
  return { level: { ...level, close }, engineOptions };
}

/** Remembers how far the store has come. What was stored since its last proper end is not known to it. */
function sealOf(path: string, tell: Tell) {
  const file = join(path, "..", "last-change.json");
  return {
    check(): void {
      const found = checkLevelFiles(path, tell);
      const known = v.safeParse(lastChangeSchema, readCheckedFile(file) ?? { lastChange: 0 });
      if (!known.success) throw new DamagedState(file, "does not tell the last change");
      const { lastChange } = known.output;
      if (found < lastChange) {
        throw new DamagedState(path, `ends at change ${found}, but change ${lastChange} was stored`);
      }
      if (found > lastChange) writeCheckedFile(file, { lastChange: found });
    },
    note(): void {
      try {
        writeCheckedFile(file, { lastChange: lastChangeIn(path) });
      } catch {
        // On a full disk what was known before stays: it holds still, and what is wrong with a file the next start tells.
      }
    },
  };
}

/**
 * Writes one batch after the other, those that came meanwhile as one: LevelDB would append to its log behind half a record
 * of a write that failed, and acknowledge what the next start cannot find.
 */
function guarded(db: LevelDb, path: string, tell: Tell): LevelDb {
  const guard = createWriteGuard(tell);
  let group: { readonly operations: BatchOperation[]; readonly written: Promise<void> } | undefined;
  let last: Promise<void> = Promise.resolve();
  const alone = async (work: () => Promise<void>): Promise<void> => {
    guard.check();
    try {
      await work();
    } catch (error) {
      throw guard.failed(path, error);
    }
  };
  const afterOthers = (work: () => Promise<void>): Promise<void> => {
    const done = last.then(() => alone(work));
    last = done.catch(() => undefined);
    return done;
  };
  const newGroup = () => {
    const operations: BatchOperation[] = [];
    const own = {
      operations,
      written: afterOthers(() => {
        if (group === own) group = undefined;
        return db.batch(operations);
      }),
    };
    return own;
  };
  return {
    open: () => db.open(),
    close: () => db.close(),
    get: (key) => db.get(key),
    values: (range) => db.values(range),
    clear: (range) => {
      group = undefined; // what comes now is written after it
      return afterOthers(() => db.clear(range));
    },
    async batch(operations) {
      guard.check();
      group ??= newGroup();
      group.operations.push(...operations);
      await group.written;
    },
  };
}

function isCodedError(error: unknown): error is { code: unknown } {
  return typeof error === "object" && error !== null && "code" in error;
}
