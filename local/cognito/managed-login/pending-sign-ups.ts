// Remembers that a browser has just shown a new user's password, so that the code alone completes the first sign-in.

import type { Clock } from "../../clock.ts";
import type { UserRecord } from "../store/records.ts";
import type { Browser } from "./form-guard.ts";

const VALID_MS = 60 * 60_000;
const MOST_ENTRIES = 1000;

export interface PendingSignUps {
  remember(browser: Browser, user: UserRecord): void;
  /** Whether this browser has shown this user's password; only the first to ask is told so. */
  take(browser: Browser, user: UserRecord): boolean;
}

/** Kept in memory: after a restart the user is asked for the password. */
export function createPendingSignUps(clock: Clock): PendingSignUps {
  const expiresAtMs = new Map<string, number>();
  return {
    remember(browser, user) {
      const [oldest] = expiresAtMs.keys();
      if (expiresAtMs.size >= MOST_ENTRIES && oldest !== undefined) expiresAtMs.delete(oldest);
      expiresAtMs.set(pendingKey(browser, user), clock() + VALID_MS);
    },
    take(browser, user) {
      const key = pendingKey(browser, user);
      const isValid = (expiresAtMs.get(key) ?? 0) > clock();
      expiresAtMs.delete(key);
      return isValid;
    },
  };
}

function pendingKey({ id }: Browser, { sub }: UserRecord): string {
  return `${id} ${sub}`;
}
