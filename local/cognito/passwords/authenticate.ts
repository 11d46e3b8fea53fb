// Checks a user name and a password: the one way in for the pages and for the API.

import type { Clock } from "../../clock.ts";
import {
  incorrectUserNameOrPassword,
  passwordAttemptsExceeded,
  temporaryPasswordExpired,
  userDisabled,
  userNotFound,
} from "../errors.ts";
import type { Pool } from "../model/pool.ts";
import type { UserRecord } from "../store/records.ts";
import { foldCase } from "../users/user-name.ts";
import type { Users } from "../users/users.ts";
import type { AttemptLimiter } from "./attempt-limiter.ts";
import { isPassword } from "./srp-verifier.ts";

const DAY_MS = 24 * 60 * 60_000;

interface Credentials {
  /** A user name or, where the pool has it as an alias, an e-mail address. */
  readonly name: string;
  readonly password: string;
}

/**
 * Gives the user or throws the service's error. An unknown name takes as long as a wrong password, counts like one, and
 * with `hidesUnknownUsers` is answered like one. A confirmed e-mail address or a changed temporary password is for the
 * caller to ask for, by `status`.
 */
export type Authenticate = (pool: Pool, credentials: Credentials, hidesUnknownUsers: boolean) => UserRecord;

export function createAuthenticate(users: Users, limiter: AttemptLimiter, clock: Clock): Authenticate {
  return (pool, { name, password }, hidesUnknownUsers) => {
    const user = users.find(pool, name);
    const attempts = user?.sub ?? `${pool.id} ${foldCase(pool, name)}`;
    if (limiter.lockedForMs(attempts) > 0) throw passwordAttemptsExceeded();
    const owner = { poolId: pool.id, userName: user?.userName ?? name };
    if (!isPassword(owner, password, user?.password) || user === undefined) {
      limiter.wrong(attempts);
      throw user === undefined && !hidesUnknownUsers ? userNotFound() : incorrectUserNameOrPassword();
    }
    limiter.right(attempts);
    if (!user.isEnabled) throw userDisabled();
    const validMs = pool.passwordPolicy.temporaryPasswordValidityDays * DAY_MS;
    if (user.status === "FORCE_CHANGE_PASSWORD" && clock() - (user.password?.setAtMs ?? 0) > validMs) {
      throw temporaryPasswordExpired();
    }
    return user;
  };
}
