// Finds places of compiled code in the code it was made from.

import type { Place } from "./wire.ts";

/** For each line of the compiled code: column, source, line and column before, all from 0, by ascending column. */
export type LineMappings = readonly (readonly (readonly number[])[])[];

/** The callee of a call and where the call begins, as offsets into the code. */
export interface CallSite {
  readonly calleeStart: number;
  readonly calleeEnd: number;
  readonly start: number;
}

/** Gives the place in the code for a place in the compiled code; nothing for one that the compiler made. */
export type FindPlace = (compiled: Place | undefined) => Place | undefined;

/**
 * A call is placed where its expression begins, as AppSync does it (`code.js:5:3` for an indented `console.log`); what is
 * no call stays where JavaScript sees it.
 */
export function placesOf(code: string, mappings: LineMappings, calls: readonly CallSite[]): FindPlace {
  const lineStarts = [0];
  for (let i = code.indexOf("\n"); i >= 0; i = code.indexOf("\n", i + 1)) lineStarts.push(i + 1);
  return (compiled) => {
    if (compiled === undefined) return undefined;
    const segment = mappings[compiled.line - 1]?.findLast(([column = 0]) => column < compiled.column);
    const [, , line, column] = segment ?? [];
    if (line === undefined || column === undefined) return undefined;
    const offset = (lineStarts[line] ?? 0) + column;
    let innermost: CallSite | undefined;
    for (const call of calls) {
      if (call.calleeStart > offset || call.calleeEnd <= offset) continue;
      if (innermost === undefined || call.calleeStart >= innermost.calleeStart) innermost = call;
    }
    const start = innermost?.start ?? offset;
    const index = lineStarts.findLastIndex((lineStart) => lineStart <= start);
    return { line: index + 1, column: start - (lineStarts[index] ?? 0) + 1 };
  };
}
