// The call that is under way: what util reads from it and what it leaves behind for the report.

import type { Handler, PrintedLine, RaisedError, SubscriptionInvalidation } from "../evaluator/wire.ts";
import { FaultSignal } from "./signals.ts";

export interface Invocation {
  /** The service's time at the start of the call, milliseconds since the epoch. It stands still during a call. */
  readonly nowMs: number;
  /** A number from 0 to 2^32 - 1. */
  readonly nextRandom: () => number;
  /** Which handler is called; nothing while the code's top level runs. */
  readonly handler: Handler | undefined;
  /** `ctx.identity`. */
  readonly identity: unknown;
  /** `ctx.info.parentTypeName`. */
  readonly parentTypeName: unknown;
  /** `ctx.result`, where a DynamoDB data source gave it. */
  readonly dynamodbResult: unknown;
  /** The objects of that result, once somebody has asked. */
  itemObjects: ReadonlySet<object> | undefined;
  readonly appended: RaisedError[];
  readonly logs: PrintedLine[];
  /** How many characters of logs are still kept. */
  logRoom: number;
  subscriptionFilter: unknown;
  invalidationFilter: unknown;
  readonly invalidations: SubscriptionInvalidation[];
}

/** How much one call may print: as much as CloudWatch Logs takes in one event. */
const MAX_LOG_CHARACTERS = 262_144;

let current: Invocation | undefined;

/** What a call is made with. */
export interface Call {
  readonly nowMs: number;
  /**
   * 32 hexadecimal digits from a secure source: identifiers made during the call derive from them, so that nothing of the
   * host has to be reachable from here.
   */
  readonly seed: string;
  readonly handler?: Handler;
  readonly identity?: unknown;
  readonly parentTypeName?: unknown;
  readonly dynamodbResult?: unknown;
}

/** Makes a call the current one. */
export function beginInvocation(call: Call): Invocation {
  const { nowMs, seed, handler, identity, parentTypeName, dynamodbResult } = call;
  current = {
    nowMs,
    nextRandom: generator(seed),
    handler,
    identity,
    parentTypeName,
    dynamodbResult,
    itemObjects: undefined,
    appended: [],
    logs: [],
    logRoom: MAX_LOG_CHARACTERS,
    subscriptionFilter: null,
    invalidationFilter: null,
    invalidations: [],
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
