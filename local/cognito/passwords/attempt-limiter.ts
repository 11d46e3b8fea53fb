// Slows down guessing: after five wrong attempts each further one locks for twice as long.
// https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html#authentication-flow-lockout-behavior

import type { Clock } from "../../clock.ts";

const FREE_ATTEMPTS = 5;
const LONGEST_LOCK_MS = 15 * 60_000;
const FORGOTTEN_AFTER_MS = 15 * 60_000;
const MOST_ENTRIES = 10_000;

interface Attempts {
  readonly wrong: number;
  readonly lastAtMs: number;
  readonly lockedUntilMs: number;
}

export interface AttemptLimiter {
  /** How long attempts for this key are refused unseen, in milliseconds; 0 = not at all. Counts as an attempt. */
  lockedForMs(key: string): number;
  /** The nth wrong attempt locks for 2^(n-5) seconds, 15 minutes at most. */
  wrong(key: string): void;
  right(key: string): void;
}

/** Kept in memory: a restart forgives. */
export function createAttemptLimiter(clock: Clock): AttemptLimiter {
  const entries = new Map<string, Attempts>();

  const current = (key: string, now: number): Attempts | undefined => {
    const attempts = entries.get(key);
    return attempts !== undefined && now - attempts.lastAtMs < FORGOTTEN_AFTER_MS ? attempts : undefined;
  };
  const keep = (key: string, attempts: Attempts): void => {
    entries.delete(key); // so that the order is that of the last attempts
    entries.set(key, attempts);
    const [oldest] = entries.keys();
    if (entries.size > MOST_ENTRIES && oldest !== undefined) entries.delete(oldest);
  };

  return {
    lockedForMs(key) {
      const now = clock();
      const attempts = current(key, now);
      if (attempts === undefined || attempts.lockedUntilMs <= now) return 0;
      keep(key, { ...attempts, lastAtMs: now });
      return attempts.lockedUntilMs - now;
    },
    wrong(key) {
      const now = clock();
      const wrong = (current(key, now)?.wrong ?? 0) + 1;
      const lockMs =
        wrong < FREE_ATTEMPTS ? 0 : Math.min(1000 * 2 ** (wrong - FREE_ATTEMPTS), LONGEST_LOCK_MS);
      keep(key, { wrong, lastAtMs: now, lockedUntilMs: now + lockMs });
    },
    right(key) {
      entries.delete(key);
    },
  };
}
