// Trying again, with pauses that grow and are spread by chance, so that many callers do not come back at once.

import { setTimeout as wait } from "node:timers/promises";

export interface RetryPolicy {
  /** Tries in all, the first included. */
  readonly attempts: number;
  /** Upper bound of the first pause, in milliseconds; it doubles with each further one. */
  readonly firstPauseMs: number;
  /** Upper bound of any pause, in milliseconds. */
  readonly longestPauseMs: number;
}

export interface RetryOptions extends RetryPolicy {
  /** Whether it is worth trying again after this error; any other goes up at once. */
  readonly isPassing: (error: unknown) => boolean;
  /** Ends the trying when it fires, a pause included. The operation should heed it too. */
  readonly signal?: AbortSignal;
  /** Waits for so many milliseconds, and rejects when the signal fires. Default is the machine's own timer. */
  readonly pause?: (ms: number, signal?: AbortSignal) => Promise<unknown>;
}

const timer = (ms: number, signal?: AbortSignal) =>
  wait(ms, undefined, signal === undefined ? {} : { signal });

/**
 * Calls the operation until it resolves, its error is not a passing one, or tries or time are used up; then rejects with
 * the operation's last error. Pauses are drawn between nothing and the bound ("full jitter":
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 */
export async function retry<Value>(operation: () => Promise<Value>, options: RetryOptions): Promise<Value> {
  const { attempts, firstPauseMs, longestPauseMs, isPassing, signal, pause = timer } = options;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await operation();
    } catch (error) {
      if (attempt === attempts || !isPassing(error)) throw error;
      const bound = Math.min(longestPauseMs, firstPauseMs * 2 ** (attempt - 1));
      try {
        await pause(Math.random() * bound, signal);
      } catch {
        throw error; // the time is used up: what the operation met says more than that
      }
    }
  }
}
