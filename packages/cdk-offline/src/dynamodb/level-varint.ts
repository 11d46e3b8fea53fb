// LevelDB's numbers: seven bits a byte, the least significant first, the top bit set on all but the last.

export interface VarintReader {
  next(): number;
  /** Goes over bytes that are no number. */
  skip(bytes: number): void;
  /** Bytes with their number in front. */
  skipPrefixed(): void;
  position(): number;
  isAtEnd(): boolean;
}

/** Reading over the end throws `RangeError`: what is read has been checked by its checksum before. */
export function varintReader(bytes: Buffer): VarintReader {
  let at = 0;
  const next = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes.readUInt8(at);
      at += 1;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  };
  return {
    next,
    skip(count) {
      at += count;
    },
    skipPrefixed() {
      const count = next();
      at += count;
    },
    position: () => at,
    isAtEnd: () => at >= bytes.length,
  };
}
