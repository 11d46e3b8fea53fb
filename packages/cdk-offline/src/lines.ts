// Splits a stream of text into lines at line feeds only: JSON text may hold other line separators unescaped.

import type { Readable } from "node:stream";

/**
 * Calls back for every line, without its line feed, in order. A line longer than `maxCharacters` (default: none is) comes
 * in several parts, so that no more than that is held.
 */
export function readLines(stream: Readable, onLine: (line: string) => void, maxCharacters = Infinity): void {
  /** What has come of the line that is not ended yet; put together once, or a long line would be copied at each chunk. */
  let pieces: string[] = [];
  let heldCharacters = 0;
  const take = (): string => {
    const whole = pieces.join("");
    pieces = [];
    heldCharacters = 0;
    return whole;
  };
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    const lines = chunk.split("\n");
    const rest = lines.pop() ?? "";
    for (const line of lines) {
      pieces.push(line);
      onLine(take());
    }
    pieces.push(rest);
    heldCharacters += rest.length;
    if (heldCharacters > maxCharacters) onLine(take());
  });
}
