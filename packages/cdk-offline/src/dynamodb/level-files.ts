// Checks all files of a LevelDB store before it is opened: opening one with damaged bytes loses what cannot be read, in
// silence, and deletes what is not referred to.
// https://github.com/google/leveldb/blob/main/doc/impl.md

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { DamagedState } from "../errors.ts";
import { readLevelLog } from "./level-log.ts";
import { checkLevelTable } from "./level-table.ts";
import { varintReader } from "./level-varint.ts";
import type { Tell } from "../state/write-guard.ts";

/** What the manifest says that there is. */
interface Version {
  /** Logs of lower numbers are done with, but for the one before it. */
  readonly logNumber: number;
  readonly previousLogNumber: number;
  readonly lastSequence: number;
  /** Bytes of each table file, by number. */
  readonly tables: ReadonlyMap<number, number>;
}

/**
 * Checks a store that nobody has open, and answers the number of its last change; 0 for one that is not there. Throws
 * `DamagedState`. A last record that was not written to its end is told and left to LevelDB, which leaves it out.
 */
export function checkLevelFiles(directory: string, tell: Tell): number {
  const current = join(directory, "CURRENT");
  if (!existsSync(current)) {
    const kept = existsSync(directory) ? readdirSync(directory).filter((name) => KEPT.test(name)) : [];
    if (kept.length > 0) throw new DamagedState(current, "is missing");
    return 0;
  }
  const { version, readRecords } = openVersion(directory, tell);
  for (const [number, bytes] of version.tables) checkTable(directory, number, bytes);
  return readLogs(directory, version, readRecords);
}

/** The number of the last change in a store that is there and that nobody has open; its tables are not looked at. */
export function lastChangeIn(directory: string): number {
  const { version, readRecords } = openVersion(directory, () => undefined);
  return readLogs(directory, version, readRecords);
}

function openVersion(directory: string, tell: Tell) {
  const current = join(directory, "CURRENT");
  const name = readFileSync(current, "latin1");
  if (!/^MANIFEST-\d+\n$/.test(name)) throw new DamagedState(current, "is damaged");
  const readRecords = (path: string): readonly Buffer[] => {
    if (!existsSync(path)) throw new DamagedState(path, "is missing");
    const { records, tornAt } = readLevelLog(path, readFileSync(path));
    if (tornAt !== undefined) {
      tell(
        `${path} ends (at byte ${tornAt}) in a record that was not written to its end, and so was not acknowledged; it is left out`,
      );
    }
    return records;
  };
  const manifest = join(directory, name.trimEnd());
  return { version: readManifest(manifest, readRecords(manifest)), readRecords };
}

const KEPT = /^\d+\.(?:log|ldb|sst)$/;

function checkTable(directory: string, number: number, bytes: number): void {
  const [path = "", older = ""] = ["ldb", "sst"].map((extension) => fileOf(directory, number, extension));
  const found = existsSync(older) ? older : path;
  if (!existsSync(found)) throw new DamagedState(found, "is missing");
  const content = readFileSync(found);
  if (content.length !== bytes) {
    throw new DamagedState(found, `is damaged (${content.length} bytes in place of ${bytes})`);
  }
  checkLevelTable(found, content);
}

/** Checks the logs that are to be replayed, and answers the number of the last change. */
function readLogs(
  directory: string,
  { logNumber, previousLogNumber, lastSequence }: Version,
  readRecords: (path: string) => readonly Buffer[],
): number {
  const numbers = readdirSync(directory)
    .filter((name) => name.endsWith(".log"))
    .map((name) => Number.parseInt(basename(name), 10));
  const needed = [logNumber, previousLogNumber].filter((number) => number > 0);
  const replayed = new Set([...needed, ...numbers.filter((number) => number >= logNumber)]);
  const last = [...replayed].flatMap((number) =>
    readRecords(fileOf(directory, number, "log")).map(
      // The batch's first number and how many changes it holds.
      (batch) => Number(batch.readBigUInt64LE(0)) + batch.readUInt32LE(8) - 1,
    ),
  );
  return last.reduce((highest, number) => Math.max(highest, number), lastSequence);
}

function fileOf(directory: string, number: number, extension: string): string {
  return join(directory, `${String(number).padStart(6, "0")}.${extension}`);
}

/** https://github.com/google/leveldb/blob/main/db/version_edit.cc */
function readManifest(path: string, records: readonly Buffer[]): Version {
  const tables = new Map<number, number>();
  const numbers = { logNumber: 0, previousLogNumber: 0, lastSequence: 0 };
  for (const record of records) {
    const reader = varintReader(record);
    while (!reader.isAtEnd()) {
      const tag = reader.next();
      if (tag === 1) reader.skipPrefixed();
      else if (tag === 2) numbers.logNumber = reader.next();
      else if (tag === 3) reader.next();
      else if (tag === 4) numbers.lastSequence = reader.next();
      else if (tag === 5) {
        reader.next();
        reader.skipPrefixed();
      } else if (tag === 6) {
        reader.next();
        tables.delete(reader.next());
      } else if (tag === 7) {
        reader.next();
        tables.set(reader.next(), reader.next());
        reader.skipPrefixed();
        reader.skipPrefixed();
      } else if (tag === 9) numbers.previousLogNumber = reader.next();
      else throw new DamagedState(path, `holds the member ${tag}, which is not known here`);
    }
  }
  return { ...numbers, tables };
}
