// Small state files that are either wholly the old one or wholly the new one, whenever the process dies.

import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { DamagedState } from "../errors.ts";
import { makeFolder } from "./make-folder.ts";

/** Reads a JSON file; `undefined` when there is none. Throws `DamagedState` when it cannot be parsed: state is never guessed. */
export function readJsonFile(path: string): unknown {
  const text = readText(path);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new DamagedState(path, "is not valid JSON", { cause });
  }
}

/** `undefined` when there is no such file; a file that cannot be read is none that holds the wrong thing. */
function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Writes a JSON file, readable by its owner only, by way of a second file that is renamed over the first. */
export function writeJsonFile(path: string, value: unknown): void {
  makeFolder(dirname(path));
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
