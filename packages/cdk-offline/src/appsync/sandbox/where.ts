// Where in the compiled resolver code something happened, told from a stack trace.

import type { Place } from "../evaluator/wire.ts";

/** A frame of resolver code; the name of the function before it may be any text, but stands before it. */
const FRAME = /^ {4}at (?:.* \()?code\.js:(\d+):(\d+)\)?$/m;

/** The innermost frame of resolver code in an error's trace; nothing for what is no error. */
export function placeOf(thrown: unknown): Place | undefined {
  let stack: unknown;
  try {
    // The code's own object may have a `stack` of the code's own.
    stack = thrown instanceof Error ? thrown.stack : undefined;
  } catch {
    return undefined;
  }
  const match = typeof stack === "string" ? FRAME.exec(stack) : null;
  return match === null ? undefined : { line: Number(match[1]), column: Number(match[2]) };
}

/** The place from which the code called the function that calls this one. */
export function placeOfCaller(): Place | undefined {
  return placeOf(new Error());
}
