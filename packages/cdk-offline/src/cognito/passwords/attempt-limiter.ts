// Slows down guessing: after five wrong attempts each further one locks for twice as long.
// https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html#authentication-flow-lockout-behavior

import type { AwsError } from "../../aws/errors.ts";
import type { Clock } from "../../clock.ts";
import { attemptLimitExceeded } from "../errors.ts";

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
  /**
   * Throws while attempts for this key are refused unseen, by default `LimitExceededException`. One that is refused keeps
   * those before it from being forgotten.
   */
  check(key: string, refusal?: () => AwsError): void;
  /** As `check`; the attempt counts as a wrong one unless `right` follows. */
  admit(key: string): void;
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

  const limiter: AttemptLimiter = {
    check(key, refusal = attemptLimitExceeded) {
      const now = clock();
      const attempts = current(key, now);
      if (attempts === undefined || attempts.lockedUntilMs <= now) return;
      keep(key, { ...attempts, lastAtMs: now });
      throw refusal();
    },
    admit(key) {
      limiter.check(key);
      limiter.wrong(key);
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
  return limiter;
}
