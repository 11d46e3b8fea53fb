// Small state files that are either wholly the old one or wholly the new one, whenever the process dies.

import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { DamagedState } from "../errors.ts";

/** Reads a JSON file; `undefined` when there is none. Throws `DamagedState` when it cannot be parsed: state is never guessed. */
export function readJsonFile(path: string): unknown {
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new DamagedState(path, "is not valid JSON", { cause });
  }
}

/** Writes a JSON file, readable by its owner only, by way of a second file that is renamed over the first. */
export function writeJsonFile(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const next = `${path}.next`;
  const file = openSync(next, "w", 0o600);
  try {
    writeFileSync(file, `${JSON.stringify(value, undefined, 1)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(next, path);
}
