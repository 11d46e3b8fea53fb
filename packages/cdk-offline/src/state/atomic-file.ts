// Small state files that are either wholly the old one or wholly the new one, whenever the process dies.

import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { crc32 } from "node:zlib";
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

/**
 * Reads a JSON object that was written with its checksum; `undefined` when there is no such file. Throws `DamagedState`
 * when a byte of it is not as it was written.
 */
export function readCheckedFile(path: string): unknown {
  const stored = readJsonFile(path);
  if (stored === undefined) return undefined;
  if (typeof stored !== "object" || stored === null) throw new DamagedState(path, "is no JSON object");
  const { checksum, ...content } = stored as Readonly<Record<string, unknown>>;
  if (typeof checksum !== "number") throw new DamagedState(path, "has no checksum");
  if (readText(path) !== textOf(withChecksum(content))) {
    throw new DamagedState(path, "is damaged: its checksum is that of something else");
  }
  return content;
}

/** Writes a JSON object as `writeJsonFile` does, with a checksum in it. */
export function writeCheckedFile(path: string, content: object): void {
  writeJsonFile(path, withChecksum(content));
}

function withChecksum(content: object): object {
  return { ...content, checksum: crc32(JSON.stringify(content)) };
}

function textOf(value: unknown): string {
  return `${JSON.stringify(value, undefined, 1)}\n`;
}

/** Writes a JSON file, readable by its owner only, by way of a second file that is renamed over the first. */
export function writeJsonFile(path: string, value: unknown): void {
  makeFolder(dirname(path));
  const next = `${path}.next`;
  const file = openSync(next, "w", 0o600);
  try {
    writeFileSync(file, textOf(value));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(next, path);
}
