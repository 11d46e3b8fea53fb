// Remembers who has shown the right password and has steps to go before being signed in.

import { randomBytes } from "node:crypto";
import type { Clock } from "../../clock.ts";
import type { PoolClient } from "../model/client.ts";
import type { UserRecord } from "../store/records.ts";
import type { Users } from "../users/users.ts";
import type { Browser } from "./form-guard.ts";

/** As long as the service waits for an answer; a mailed code may take its time. */
const STEP_VALID_MS = 5 * 60_000;
const MAILED_CODE_VALID_MS = 60 * 60_000;
const MOST_ENTRIES = 1000;

/** One sign-in, of one user, in one browser, on the way to one client. */
export interface UnfinishedSignIn {
  readonly id: string;
  readonly user: UserRecord;
  /** In base32; kept from the page that shows it to the one that takes a code made with it. */
  readonly softwareTokenSecret: () => string;
}

export interface UnfinishedSignIns {
  /** Gives an id that stands in the addresses of the next pages; of no use in another browser. */
  begin(browser: Browser, client: PoolClient, user: UserRecord): string;
  /** `undefined` when it took too long, and when the user's password has been changed or the account closed since. */
  find(browser: Browser, client: PoolClient, id: string): UnfinishedSignIn | undefined;
  end(id: string): void;
}

interface Entry {
  readonly browserId: string;
  readonly clientId: string;
  readonly sub: string;
  readonly passwordSetAtMs: number | undefined;
  readonly expiresAtMs: number;
  softwareTokenSecret?: string;
}

/** Kept in memory: after a restart the user is asked for the password. */
export function createUnfinishedSignIns(
  users: Users,
  makeSecret: () => string,
  clock: Clock,
): UnfinishedSignIns {
  const entries = new Map<string, Entry>();
  return {
    begin(browser, client, { sub, status, password }) {
      const [oldest] = entries.keys();
      if (entries.size >= MOST_ENTRIES && oldest !== undefined) entries.delete(oldest);
      const id = randomBytes(16).toString("base64url");
      entries.set(id, {
        browserId: browser.id,
        clientId: client.id,
        sub,
        passwordSetAtMs: password?.setAtMs,
        expiresAtMs: clock() + (status === "UNCONFIRMED" ? MAILED_CODE_VALID_MS : STEP_VALID_MS),
      });
      return id;
    },
    find(browser, client, id) {
      const entry = entries.get(id);
      if (entry === undefined || entry.expiresAtMs <= clock()) return undefined;
      if (entry.browserId !== browser.id || entry.clientId !== client.id) return undefined;
      const user = users.withSub(entry.sub);
      if (user?.isEnabled !== true || user.password?.setAtMs !== entry.passwordSetAtMs) return undefined;
      return { id, user, softwareTokenSecret: () => (entry.softwareTokenSecret ??= makeSecret()) };
    },
    end(id) {
      entries.delete(id);
    },
  };
}
