// Splits a stream of text into lines at line feeds only: JSON text may hold other line separators unescaped.

import type { Readable } from "node:stream";

/** Calls back for every line, without its line feed, in order. */
export function readLines(stream: Readable, onLine: (line: string) => void): void {
  /** What has come of the line that is not ended yet; put together once, or a long line would be copied at each chunk. */
  let pieces: string[] = [];
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    const lines = chunk.split("\n");
    const rest = lines.pop() ?? "";
    for (const line of lines) {
      const whole = [...pieces, line].join("");
      pieces = [];
      onLine(whole);
    }
    pieces.push(rest);
  });
}
