// The call that is under way: what util reads from it and what it leaves behind for the report.

import type { RaisedError } from "../evaluator/wire.ts";
import { FaultSignal } from "./signals.ts";

export interface Invocation {
  /** The service's time at the start of the call, milliseconds since the epoch. It stands still during a call. */
  readonly nowMs: number;
  /** A number from 0 to 2^32 - 1. */
  readonly nextRandom: () => number;
  /** `ctx.identity`. */
  readonly identity: unknown;
  readonly appended: RaisedError[];
  readonly logs: string[];
  subscriptionFilter: unknown;
  invalidationFilter: unknown;
}

let current: Invocation | undefined;

/**
 * Makes a call the current one.
 * @param seed 32 hexadecimal digits from a secure source: identifiers made during the call derive from them, so that
 *   nothing of the host has to be reachable from here.
 */
export function beginInvocation(nowMs: number, seed: string, identity: unknown): Invocation {
  current = {
    nowMs,
    nextRandom: generator(seed),
    identity,
    appended: [],
    logs: [],
    subscriptionFilter: null,
    invalidationFilter: null,
  };
  return current;
}

export function currentInvocation(): Invocation {
  if (current === undefined) throw new FaultSignal("no handler is being called");
  return current;
}

/** The small fast counting generator (sfc32) over a seed of 128 bits. */
function generator(seed: string): () => number {
  let a = Number.parseInt(seed.slice(0, 8), 16) | 0;
  let b = Number.parseInt(seed.slice(8, 16), 16) | 0;
  let c = Number.parseInt(seed.slice(16, 24), 16) | 0;
  let counter = Number.parseInt(seed.slice(24, 32), 16) | 0;
  const next = () => {
    const result = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + result;
    return result >>> 0;
  };
  // The first outputs still show the seed.
  for (let i = 0; i < 12; i++) next();
  return next;
}
