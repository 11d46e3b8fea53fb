// An append-only file of JSON lines: what has been appended is still there after `kill -9`, a torn last line is not.

import { closeSync, existsSync, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { DamagedState } from "../errors.ts";
import { makeFolder } from "./make-folder.ts";

/** A journal opened for appending. Entries are what `JSON.stringify` takes. */
export interface Journal<Entry> {
  /** Returns when the line has been handed to the operating system. Throws when it cannot be written whole. */
  append(entry: Entry): void;
  /** Further appends throw: the number of the closed file may be another's by then. */
  close(): void;
}

/**
 * Opens a journal, making it when there is none, and replays its entries in the order in which they were appended.
 * A last line without its line feed was never acknowledged and is cut off; any other line that is not JSON throws `DamagedState`.
 */
export function openJournal<Entry>(path: string, replay: (entry: Entry) => void): Journal<Entry> {
  makeFolder(dirname(path));
  const content = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  let length = content.lastIndexOf(0x0a) + 1;
  const lines = content.subarray(0, length).toString("utf8").split("\n");
  for (const [index, line] of lines.entries()) {
    if (line !== "") replay(parse(line, path, index + 1) as Entry);
  }
  const file = openSync(path, existsSync(path) ? "r+" : "w+", 0o600);
  ftruncateSync(file, length);
  let closed = false;
  return {
    append(entry) {
      if (closed) throw new Error(`${path} is closed`);
      const line = Buffer.from(`${JSON.stringify(entry)}\n`, "utf8");
      try {
        writeWhole(file, line, length);
      } catch (error) {
        ftruncateSync(file, length); // a full disk must not leave half a line before the next one
        throw error;
      }
      length += line.length;
    },
    close() {
      if (closed) return;
      closed = true;
      closeSync(file);
    },
  };
}

function parse(line: string, path: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new DamagedState(`${path}:${number}`, "is not valid JSON", { cause });
  }
}

function writeWhole(file: number, bytes: Buffer, position: number): void {
  let written = 0;
  while (written < bytes.length) {
    written += writeSync(file, bytes, written, bytes.length - written, position + written);
  }
}
