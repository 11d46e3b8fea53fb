// Reads a file of LevelDB's log format to its end and says what is wrong with it. LevelDB itself leaves out what it cannot
// read of a log when it is opened, in silence.
// https://github.com/google/leveldb/blob/main/doc/log_format.md

import { DamagedState } from "../errors.ts";
import { crc32c } from "../crc.ts";

const BLOCK_BYTES = 32 * 1024;
const HEADER_BYTES = 7;

/** Of the records' parts: a whole record, or its first, a middle or its last one. */
const [FULL, FIRST, MIDDLE, LAST] = [1, 2, 3, 4];

export interface LevelLog {
  readonly records: readonly Buffer[];
  /** Where a last record begins that was not written to its end; `undefined` when there is none. */
  readonly tornAt: number | undefined;
}

/** Throws `DamagedState` for anything but a last record that was not written to its end. */
export function readLevelLog(path: string, content: Buffer): LevelLog {
  const records: Buffer[] = [];
  let parts: Buffer[] = [];
  let begin = 0;
  let at = 0;
  const damaged = (): DamagedState => new DamagedState(path, `is damaged (at byte ${at})`);
  while (at < content.length) {
    const left = BLOCK_BYTES - (at % BLOCK_BYTES);
    if (left < HEADER_BYTES) {
      if (content.subarray(at, at + left).some((byte) => byte !== 0)) throw damaged();
      at += left;
      continue;
    }
    if (parts.length === 0) begin = at;
    const block = content.subarray(at, at + left);
    const length = block.length < HEADER_BYTES ? Infinity : block.readUInt16LE(4);
    if (HEADER_BYTES + length > block.length) {
      if (block.length === left || holdsWhole(block)) throw damaged();
      return { records, tornAt: begin };
    }
    const checked = block.subarray(6, HEADER_BYTES + length);
    if (unmasked(block.readUInt32LE(0)) !== crc32c(checked)) throw damaged();
    const type = checked[0];
    const begins = type === FULL || type === FIRST;
    if (begins !== (parts.length === 0) || (!begins && type !== MIDDLE && type !== LAST)) throw damaged();
    parts.push(checked.subarray(1));
    if (type === FULL || type === LAST) {
      records.push(Buffer.concat(parts));
      parts = [];
    }
    at += HEADER_BYTES + length;
  }
  return { records, tornAt: parts.length > 0 ? begin : undefined };
}

/** LevelDB stores a checksum rotated and with a number added, so that data which holds checksums can be checked. */
export function unmasked(masked: number): number {
  const rotated = (masked - 0xa282ead8) >>> 0;
  return ((rotated >>> 17) | (rotated << 15)) >>> 0;
}

/** Whether there is a whole part though its length says that it goes on behind the end: it is the length that is wrong. */
function holdsWhole(block: Buffer): boolean {
  if (block.length < HEADER_BYTES) return false;
  const wanted = unmasked(block.readUInt32LE(0));
  let checksum = crc32c(block.subarray(6, HEADER_BYTES));
  for (let end = HEADER_BYTES; ; end += 1) {
    if (checksum === wanted) return true;
    if (end >= block.length) return false;
    checksum = crc32c(block.subarray(end, end + 1), checksum);
  }
}
