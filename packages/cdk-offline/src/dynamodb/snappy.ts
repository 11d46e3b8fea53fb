// Decompresses the blocks in which LevelDB's table files are kept.
// https://github.com/google/snappy/blob/main/format_description.txt

import { varintReader } from "./level-varint.ts";

/** The input's checksum has been compared before; reading over its end throws `RangeError`. */
export function decompressSnappy(input: Buffer): Buffer {
  const reader = varintReader(input);
  const output = Buffer.alloc(reader.next());
  let at = reader.position();
  let written = 0;
  const number = (bytes: number): number => {
    const value = input.readUIntLE(at, bytes);
    at += bytes;
    return value;
  };
  const copy = (length: number, offset: number): void => {
    // Byte by byte: what is copied may overlap with what is written.
    for (let i = 0; i < length; i += 1, written += 1) output[written] = output.readUInt8(written - offset);
  };
  while (at < input.length) {
    const tag = number(1);
    const upper = tag >>> 2;
    switch (tag & 3) {
      case 0: {
        const length = 1 + (upper < 60 ? upper : number(upper - 59));
        input.copy(output, written, at, at + length);
        at += length;
        written += length;
        break;
      }
      case 1:
        copy(4 + (upper & 7), ((tag >>> 5) << 8) | number(1));
        break;
      case 2:
        copy(1 + upper, number(2));
        break;
      default:
        copy(1 + upper, number(4));
    }
  }
  return output;
}
