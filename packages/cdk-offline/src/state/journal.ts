// An append-only file of JSON lines: what has been appended is still there after `kill -9`, a torn last line is not.
//
// Before each entry stands a CRC-32 of it and of all before it, so that a line that was changed, moved or taken out of the
// middle is noticed.

import { closeSync, existsSync, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { crc32 } from "node:zlib";
import { DamagedState } from "../errors.ts";
import { makeFolder } from "./make-folder.ts";
import { createWriteGuard, type Tell, type WriteGuard } from "./write-guard.ts";

/** A journal opened for appending. Entries are what `JSON.stringify` takes. */
export interface Journal<Entry> {
  /**
   * Returns when the line has been handed to the operating system. Throws `WriteRefused` when it cannot be written whole,
   * and from then on.
   */
  append(entry: Entry): void;
  /** Further appends throw: the number of the closed file may be another's by then. */
  close(): void;
}

export interface JournalOptions {
  /** Shared with whatever else is one store with this journal. Default is one of its own that tells as the journal does. */
  readonly guard?: WriteGuard;
  /** Takes a line about a last entry that was cut off. Default is standard error. */
  readonly tell?: Tell | undefined;
}

/**
 * Opens a journal, making it when there is none, and replays its entries in the order in which they were appended.
 * A last line without its line feed was never acknowledged and is cut off; any other line that is not as it was written
 * throws `DamagedState`.
 */
export function openJournal<Entry>(
  path: string,
  replay: (entry: Entry) => void,
  { tell = console.error, guard = createWriteGuard(tell) }: JournalOptions = {},
): Journal<Entry> {
  makeFolder(dirname(path));
  const content = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  let length = 0;
  let chain = 0;
  let number = 0;
  for (let end = content.indexOf(LINE_FEED); end >= 0; end = content.indexOf(LINE_FEED, length)) {
    number += 1;
    const line = readLine(content.subarray(length, end), chain);
    if (line === undefined) throw new DamagedState(`${path}:${number}`, `is damaged ${placeOf(length)}`);
    chain = line.chain;
    length = end + 1;
    replay(parse(line.text, path, number) as Entry);
  }
  const rest = content.subarray(length);
  const last = readLine(rest, chain);
  // A whole entry with another byte in the place of its line feed was not torn.
  if (readLine(rest.subarray(0, -1), chain) !== undefined) {
    throw new DamagedState(`${path}:${number + 1}`, `is damaged ${placeOf(content.length - 1)}`);
  }
  if (last !== undefined) {
    tell(`${path}:${number + 1} had lost its line feed ${placeOf(content.length)}, which is put back`);
    replay(parse(last.text, path, number + 1) as Entry);
    chain = last.chain;
  } else if (rest.length > 0) {
    tell(
      `${path}:${number + 1} is cut off ${placeOf(length)}: ` +
        `${rest.length} bytes of an entry that was not written to its end, and so was not acknowledged`,
    );
  }
  const file = openSync(path, existsSync(path) ? "r+" : "w+", 0o600);
  ftruncateSync(file, length);
  if (last !== undefined) {
    const line = Buffer.concat([rest, Buffer.of(LINE_FEED)]);
    writeWhole(file, line, length);
    length += line.length;
  }
  let closed = false;
  return {
    append(entry) {
      if (closed) throw new Error(`${path} is closed`);
      guard.check();
      const text = Buffer.from(JSON.stringify(entry), "utf8");
      const next = crc32(text, chain);
      const line = Buffer.concat([Buffer.from(`${hex(next)} `), text, Buffer.of(LINE_FEED)]);
      try {
        writeWhole(file, line, length);
      } catch (error) {
        const refusal = guard.failed(path, error);
        cutOff(file, length);
        throw refusal;
      }
      chain = next;
      length += line.length;
    },
    close() {
      if (closed) return;
      closed = true;
      closeSync(file);
    },
  };
}

const LINE_FEED = 0x0a;

/** Of the checksum in hexadecimal and the space behind it. */
const PREFIX_LENGTH = 9;

function hex(checksum: number): string {
  return checksum.toString(16).padStart(8, "0");
}

/** The entry's text, and the checksum of all so far; `undefined` when it does not agree with the line's. */
function readLine(
  line: Buffer,
  before: number,
): { readonly text: Buffer; readonly chain: number } | undefined {
  if (line.length <= PREFIX_LENGTH) return undefined;
  const text = line.subarray(PREFIX_LENGTH);
  const chain = crc32(text, before);
  return line.toString("latin1", 0, PREFIX_LENGTH) === `${hex(chain)} ` ? { text, chain } : undefined;
}

function placeOf(position: number): string {
  return `(at byte ${position})`;
}

function parse(text: Buffer, path: string, number: number): unknown {
  try {
    return JSON.parse(text.toString("utf8"));
  } catch (cause) {
    throw new DamagedState(`${path}:${number}`, "is not valid JSON", { cause });
  }
}

/** Nothing is written behind what remains where this fails, too; the next start cuts it off. */
function cutOff(file: number, length: number): void {
  try {
    ftruncateSync(file, length);
  } catch {
    return;
  }
}

function writeWhole(file: number, bytes: Buffer, position: number): void {
  let written = 0;
  while (written < bytes.length) {
    written += writeSync(file, bytes, written, bytes.length - written, position + written);
  }
}
