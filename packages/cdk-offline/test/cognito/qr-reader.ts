// Reads a QR code as a phone does, knowing nothing of what drew it (ISO/IEC 18004), for version 6: 41 modules a side.

const SIZE = 41;
const ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/** By the two bits that stand for the level of error correction: how many blocks, and what each one has. */
const BLOCKS: readonly (readonly [count: number, data: number, correction: number])[] = [
  [4, 27, 16], // M
  [2, 68, 18], // L
  [4, 15, 28], // H
  [4, 19, 24], // Q
];

const MASKS: readonly ((row: number, column: number) => boolean)[] = [
  (row, column) => (row + column) % 2 === 0,
  (row) => row % 2 === 0,
  (_row, column) => column % 3 === 0,
  (row, column) => (row + column) % 3 === 0,
  (row, column) => (Math.floor(row / 2) + Math.floor(column / 3)) % 2 === 0,
  (row, column) => ((row * column) % 2) + ((row * column) % 3) === 0,
  (row, column) => (((row * column) % 2) + ((row * column) % 3)) % 2 === 0,
  (row, column) => (((row + column) % 2) + ((row * column) % 3)) % 2 === 0,
];

/** Whether a module is dark. */
type Modules = (row: number, column: number) => boolean;

/** The text in a picture of black paths on a white square. Throws when a phone would not find one. */
export function readQrCode(svg: string): string {
  const dark = modulesOf(svg);
  const { level, mask } = readFormat(dark);
  const [count, data, correction] = BLOCKS[level] ?? [0, 0, 0];
  const bytes = readBytes((row, column) => dark(row, column) !== (MASKS[mask]?.(row, column) ?? false));
  const blocks = Array.from({ length: count }, (_, block) =>
    Array.from({ length: data + correction }, (_unused, i) => bytes[i * count + block] ?? 0),
  );
  for (const block of blocks) checkBlock(block, correction);
  return readText(blocks.flatMap((block) => block.slice(0, data)));
}

/** The quiet zone around the code is four modules wide, and white. */
function modulesOf(svg: string): Modules {
  if (!svg.includes('viewBox="-4 -4 49 49"')) throw new Error("not 41 modules with a quiet zone of 4");
  if (!/<rect x="-4" y="-4" width="49" height="49" fill="#fff"/.test(svg)) throw new Error("not on white");
  const outlines = /<path d="([^"]*)" fill="#000"/.exec(svg)?.[1] ?? "";
  const edges = [...outlines.matchAll(/M([^Z]*)Z/g)].flatMap(([, outline = ""]) => {
    const points = outline.split("L").map((point) => point.split(" ").map(Number));
    return points.map(([x = 0, y = 0], i) => {
      const [toX = 0, toY = 0] = points[(i + 1) % points.length] ?? [];
      return { x, toX, top: Math.min(y, toY), bottom: Math.max(y, toY) };
    });
  });
  // A point is within the outlines if an odd number of upright edges is on its right.
  return (row, column) => {
    const crossed = edges.filter(
      ({ x, toX, top, bottom }) => x === toX && x > column && top <= row && bottom > row,
    );
    return crossed.length % 2 === 1;
  };
}

function readFormat(dark: Modules): { readonly level: number; readonly mask: number } {
  const upright = [0, 1, 2, 3, 4, 5, 7, 8].map((row) => [row, 8] as const);
  const level = [7, 5, 4, 3, 2, 1, 0].map((column) => [8, column] as const);
  const bits = [...upright, ...level].map(([row, column], i) => (dark(row, column) ? 1 << i : 0));
  const format = bits.reduce((sum, bit) => sum + bit, 0) ^ 0b101010000010010;
  let rest = format;
  for (let i = 14; i >= 10; i--) if (((rest >> i) & 1) === 1) rest ^= 0b10100110111 << (i - 10);
  if (rest !== 0) throw new Error("the format is not one");
  return { level: format >> 13, mask: (format >> 10) & 7 };
}

/** Whether a module is part of what every code has: corners with the format, timing, alignment. */
function isFixed(row: number, column: number): boolean {
  const [isFirst, isLast] = [(i: number) => i <= 8, (i: number) => i >= SIZE - 8];
  if (isFirst(row) && (isFirst(column) || isLast(column))) return true;
  if (isLast(row) && isFirst(column)) return true;
  if (row === 6 || column === 6) return true;
  return Math.abs(row - 34) <= 2 && Math.abs(column - 34) <= 2;
}

/** From the right in columns of two, up and down by turns. */
function readBytes(dark: Modules): readonly number[] {
  const bits: number[] = [];
  let isUp = true;
  for (let right = SIZE - 1; right > 0; right -= right === 8 ? 3 : 2) {
    for (let i = 0; i < SIZE; i++) {
      const row = isUp ? SIZE - 1 - i : i;
      for (const column of [right, right - 1]) {
        if (!isFixed(row, column)) bits.push(dark(row, column) ? 1 : 0);
      }
    }
    isUp = !isUp;
  }
  return Array.from({ length: Math.floor(bits.length / 8) }, (_, i) =>
    toNumber(bits.slice(i * 8, i * 8 + 8)),
  );
}

/** Fails unless the block is a multiple of the generator of its Reed-Solomon code. */
function checkBlock(block: readonly number[], correction: number): void {
  const powers = [1];
  for (let i = 1; i < 255; i++) {
    const doubled = (powers[i - 1] ?? 0) << 1;
    powers.push(doubled > 255 ? doubled ^ 0b100011101 : doubled);
  }
  const times = (a: number, b: number): number =>
    a === 0 || b === 0 ? 0 : (powers[(powers.indexOf(a) + powers.indexOf(b)) % 255] ?? 0);
  for (let i = 0; i < correction; i++) {
    const root = powers[i] ?? 0;
    if (block.reduce((sum, byte) => times(sum, root) ^ byte, 0) !== 0) throw new Error("damaged");
  }
}

function readText(bytes: readonly number[]): string {
  const bits = bytes.flatMap((byte) => Array.from({ length: 8 }, (_, i) => (byte >> (7 - i)) & 1));
  const next = (length: number): number => toNumber(bits.splice(0, length));
  let text = "";
  while (bits.length >= 4) {
    const mode = next(4);
    if (mode === 0) break;
    if (mode === 0b0111) {
      next(8); // which characters the bytes stand for
    } else if (mode === 0b0100) {
      text += Buffer.from(Array.from({ length: next(8) }, () => next(8))).toString("utf8");
    } else if (mode === 0b0010) {
      for (let left = next(9); left > 0; left -= 2) {
        const pair = next(left === 1 ? 6 : 11);
        if (left > 1) text += ALPHANUMERIC.charAt(Math.floor(pair / 45));
        text += ALPHANUMERIC.charAt(pair % 45);
      }
    } else if (mode === 0b0001) {
      for (let left = next(10); left > 0; left -= 3) {
        const digits = Math.min(left, 3);
        text += String(next([0, 4, 7, 10][digits] ?? 0)).padStart(digits, "0");
      }
    } else {
      throw new Error(`unknown mode ${mode}`);
    }
  }
  return text;
}

function toNumber(bits: readonly number[]): number {
  return bits.reduce((sum, bit) => sum * 2 + bit, 0);
}
