// Splits a stream of text into lines at line feeds only: JSON text may hold other line separators unescaped.

import type { Readable } from "node:stream";

/** Calls back for every line, without its line feed, in order. */
export function readLines(stream: Readable, onLine: (line: string) => void): void {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line);
  });
}
