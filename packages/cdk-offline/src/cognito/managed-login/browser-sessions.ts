// Remembers for an hour who signed in with a browser, so that another sign-in needs no password.
// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-managed-login.html

import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "../../clock.ts";
import type { HttpRequest } from "../../http/exchange.ts";
import type { Pool } from "../model/pool.ts";
import type { UserRecord } from "../store/records.ts";
import type { Users } from "../users/users.ts";
import { expireCookie, readCookie, setCookie } from "./cookies.ts";

const LIFETIME_SECONDS = 60 * 60;

interface RememberedUser {
  readonly user: UserRecord;
  /** When the credentials were shown. */
  readonly authTimeSeconds: number;
}

export interface BrowserSessions {
  /** Remembers a user; gives the cookie to set. A session that the browser had before ends. */
  begin(pool: Pool, user: UserRecord, authTimeSeconds: number, request: HttpRequest): string;
  /** Who is remembered, unless the user has been disabled or deleted since. */
  find(pool: Pool, request: HttpRequest): RememberedUser | undefined;
  /** Forgets; gives the cookie to expire. */
  end(pool: Pool, request: HttpRequest): string;
}

interface Session {
  readonly poolId: string;
  readonly sub: string;
  readonly authTimeSeconds: number;
  readonly expiresAtMs: number;
}

/** Kept in memory: after a restart everybody types the password again. */
export function createBrowserSessions(users: Users, clock: Clock): BrowserSessions {
  const sessions = new Map<string, Session>();

  const forget = (pool: Pool, request: HttpRequest): void => {
    sessions.delete(sessionKey(readCookie(request, cookieName(pool)) ?? ""));
  };
  const forgetExpired = (): void => {
    // The oldest come first, and all live equally long.
    for (const [key, { expiresAtMs }] of sessions) {
      if (expiresAtMs > clock()) return;
      sessions.delete(key);
    }
  };

  return {
    begin(pool, user, authTimeSeconds, request) {
      forget(pool, request);
      forgetExpired();
      const id = randomBytes(32).toString("base64url");
      const expiresAtMs = clock() + LIFETIME_SECONDS * 1000;
      sessions.set(sessionKey(id), { poolId: pool.id, sub: user.sub, authTimeSeconds, expiresAtMs });
      return setCookie(cookieName(pool), id, LIFETIME_SECONDS);
    },
    find(pool, request) {
      const session = sessions.get(sessionKey(readCookie(request, cookieName(pool)) ?? ""));
      if (session?.poolId !== pool.id || session.expiresAtMs <= clock()) return undefined;
      const user = users.withSub(session.sub);
      return user?.isEnabled === true ? { user, authTimeSeconds: session.authTimeSeconds } : undefined;
    },
    end(pool, request) {
      forget(pool, request);
      return expireCookie(cookieName(pool));
    },
  };
}

/** On AWS every pool has a host of its own, and so cookies of its own; here they share one. */
function cookieName({ id }: Pool): string {
  return `cognito_${id}`;
}

/** Looked up by its hash, so that the time of a look-up says nothing about other sessions. */
function sessionKey(id: string): string {
  return createHash("sha256").update(id).digest("base64url");
}
