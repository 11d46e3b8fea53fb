// Checks a table file of LevelDB, block by block: LevelDB compares checksums only when it is asked to, which its binding
// for Node does not.
// https://github.com/google/leveldb/blob/main/doc/table_format.md

import { crc32c } from "../crc.ts";
import { DamagedState } from "../errors.ts";
import { varintReader } from "./level-varint.ts";
import { unmasked } from "./level-log.ts";
import { decompressSnappy } from "./snappy.ts";

const FOOTER_BYTES = 48;
const MAGIC = Buffer.from("57fb808b247547db", "hex");

/** Behind each block: one byte for its compression, four for its checksum. */
const TRAILER_BYTES = 5;
const SNAPPY = 1;

interface Handle {
  readonly offset: number;
  readonly size: number;
}

/** Throws `DamagedState` unless every byte of the file is as it was written. */
export function checkLevelTable(path: string, content: Buffer): void {
  const damaged = (at: number): DamagedState => new DamagedState(path, `is damaged (at byte ${at})`);
  const footerAt = content.length - FOOTER_BYTES;
  const footer = content.subarray(Math.max(0, footerAt));
  if (footerAt < 0 || !footer.subarray(-MAGIC.length).equals(MAGIC)) throw damaged(Math.max(0, footerAt));
  const reader = varintReader(footer);
  const [metaIndex, index] = [readHandle(reader), readHandle(reader)];
  if (footer.subarray(reader.position(), -MAGIC.length).some((byte) => byte !== 0)) throw damaged(footerAt);

  const readBlock = ({ offset, size }: Handle): Buffer => {
    const block = content.subarray(offset, offset + size + TRAILER_BYTES);
    if (offset + size + TRAILER_BYTES > footerAt) throw damaged(footerAt);
    if (unmasked(block.readUInt32LE(size + 1)) !== crc32c(block.subarray(0, size + 1))) throw damaged(offset);
    return block[size] === SNAPPY ? decompressSnappy(block.subarray(0, size)) : block.subarray(0, size);
  };
  const outer = [metaIndex, index];
  const inner = outer.flatMap((handle) => handlesIn(readBlock(handle)));
  for (const handle of inner) readBlock(handle);
  // The blocks lie one behind the other: what none of them covers is not LevelDB's.
  const covered = [...outer, ...inner].reduce((sum, { size }) => sum + size + TRAILER_BYTES, 0);
  if (covered !== footerAt) throw damaged(footerAt);
}

function readHandle(reader: { next(): number }): Handle {
  return { offset: reader.next(), size: reader.next() };
}

/** The handles that are the values of a block, whose keys share prefixes. */
function handlesIn(block: Buffer): Handle[] {
  const restarts = block.readUInt32LE(block.length - 4);
  const reader = varintReader(block.subarray(0, block.length - 4 * (restarts + 1)));
  const handles: Handle[] = [];
  while (!reader.isAtEnd()) {
    reader.next();
    const [unshared, valueBytes] = [reader.next(), reader.next()];
    reader.skip(unshared);
    const end = reader.position() + valueBytes;
    handles.push(readHandle(reader));
    reader.skip(end - reader.position());
  }
  return handles;
}
