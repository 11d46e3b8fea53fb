// A log that a test can read back.

import { createLog, type Log } from "../../../functions/shared/log.ts";

export interface LogLines {
  readonly log: Log;
  /** The lines as written. */
  readonly lines: string[];
  /** The lines parsed. */
  readonly entries: () => Record<string, unknown>[];
}

export function logLines(clock: () => number = Date.now): LogLines {
  const lines: string[] = [];
  return {
    lines,
    log: createLog({ clock, functionName: "function", write: (line) => lines.push(line) }),
    entries: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}
