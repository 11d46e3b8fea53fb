// The evaluator of EvaluateCode: a process apart from the one that serves requests, since its code comes from whoever asks.

import type { Clock } from "../../clock.ts";
import { openEvaluator, type Evaluator, type LoadedCode } from "../evaluator/evaluator.ts";

/** How many pieces of code are kept loaded, the ones evaluated last. */
const MAX_LOADED = 50;
const IDLE_MS = 60_000;

export interface OwnEvaluatorOptions {
  readonly clock: Clock;
  /** How long one call of a handler may last. */
  readonly timeLimitMs: number;
  /** How long the process waits for another call before it ends, in milliseconds. Default is 60,000. */
  readonly idleMs?: number;
}

export interface OwnEvaluator {
  /**
   * Loads the code, if it is not loaded, and does something with it.
   * @throws {ResolverCodeError} for code that does not load.
   */
  with<Result>(code: string, use: (code: LoadedCode) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

interface Running {
  readonly evaluator: Promise<Evaluator>;
  readonly loaded: Map<string, Promise<LoadedCode>>;
}

/** Starts nothing yet: the process comes with the first code, and goes when none has come for a while. */
export function openOwnEvaluator({ idleMs = IDLE_MS, ...options }: OwnEvaluatorOptions): OwnEvaluator {
  let running: Running | undefined;
  let underWay = 0;
  let idle: NodeJS.Timeout | undefined;

  function load({ evaluator, loaded }: Running, code: string): Promise<LoadedCode> {
    const known = loaded.get(code) ?? evaluator.then((opened) => opened.load(code));
    loaded.delete(code);
    loaded.set(code, known);
    const [oldest = ""] = loaded.keys();
    if (loaded.size > MAX_LOADED) loaded.delete(oldest);
    // Refused code is as well to be loaded again: it may have been the process that failed.
    known.catch(() => {
      if (loaded.get(code) === known) loaded.delete(code);
    });
    return known;
  }
  async function end(): Promise<void> {
    const ending = running;
    running = undefined;
    await (await ending?.evaluator)?.close();
  }

  return {
    async with(code, use) {
      clearTimeout(idle);
      underWay += 1;
      running ??= { evaluator: openEvaluator(options), loaded: new Map() };
      try {
        return await use(await load(running, code));
      } finally {
        underWay -= 1;
        if (underWay === 0) idle = setTimeout(() => void end(), idleMs).unref();
      }
    },
    async close() {
      clearTimeout(idle);
      await end();
    },
  };
}
