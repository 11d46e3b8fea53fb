// The first factor of a sign-in, a user name with its password: the one way in for the pages and for the API.

import type { Clock } from "../../clock.ts";
import {
  incorrectUserNameOrPassword,
  passwordAttemptsExceeded,
  temporaryPasswordExpired,
  userDisabled,
  userNotFound,
} from "../errors.ts";
import type { PoolClient } from "../model/client.ts";
import type { Pool } from "../model/pool.ts";
import type { Registry } from "../model/registry.ts";
import type { UserRecord } from "../store/records.ts";
import type { Metadata, Triggers } from "../triggers/triggers.ts";
import type { Users } from "../users/users.ts";
import type { AttemptLimiter } from "./attempt-limiter.ts";
import { isPassword, type PasswordOwner } from "./srp-verifier.ts";

const DAY_MS = 24 * 60 * 60_000;

interface SignInAttempt {
  readonly client: PoolClient;
  /** A user name or, where the pool has it as an alias, an e-mail address. */
  readonly name: string;
  /** Whether an unknown name must be answered like a wrong password. */
  readonly hidesUnknownUsers: boolean;
  /** What the caller hands to the pre-authentication trigger. */
  readonly validationData?: Metadata | undefined;
}

/** Somebody who is about to show a password. */
export interface Candidate {
  readonly pool: Pool;
  readonly user: UserRecord | undefined;
  readonly name: string;
  readonly hidesUnknownUsers: boolean;
  /** What wrong attempts are counted by. */
  readonly attempts: string;
}

/**
 * Gives the user or rejects with the service's error. An unknown name takes as long as a wrong password, counts like
 * one, and with `hidesUnknownUsers` is answered like one. What is left to do before the user is signed in, such as a
 * second factor, is for the caller to ask `nextStep`.
 */
export type Authenticate = (attempt: SignInAttempt & { readonly password: string }) => Promise<UserRecord>;

export interface FirstFactor {
  /** Calls the pre-authentication trigger. Rejects while attempts for this name are locked. */
  begin(attempt: SignInAttempt): Promise<Candidate>;
  /**
   * Judges a password that was shown. `isRight` is not asked while attempts are locked, so that attempts begun before
   * the lock learn nothing from the answer. Throws for a wrong password, for a user who does not exist, is disabled, or
   * whose temporary password has expired.
   */
  judge(candidate: Candidate, isRight: () => boolean): UserRecord;
  readonly authenticate: Authenticate;
}

export interface FirstFactorParts {
  readonly users: Users;
  readonly registry: Registry;
  readonly triggers: Triggers;
  readonly limiter: AttemptLimiter;
  readonly clock: Clock;
}

export function createFirstFactor({
  users,
  registry,
  triggers,
  limiter,
  clock,
}: FirstFactorParts): FirstFactor {
  const firstFactor: FirstFactor = {
    async begin({ client, name, hidesUnknownUsers, validationData }) {
      const pool = registry.poolOf(client);
      const user = users.find(pool, name);
      const attempts = users.attemptKey(pool, name);
      limiter.check(attempts, passwordAttemptsExceeded);
      await triggers.preAuthentication({ pool, client, name, user, validationData });
      return { pool, user, name, hidesUnknownUsers, attempts };
    },

    judge(candidate, isRight) {
      const { pool, attempts, hidesUnknownUsers } = candidate;
      limiter.check(attempts, passwordAttemptsExceeded);
      const hasShownPassword = isRight();
      // Whoever the user has become meanwhile: a trigger or another call may have changed or removed the account.
      const user = users.withSub(candidate.user?.sub ?? "");
      const isSamePassword = user?.password?.verifier === candidate.user?.password?.verifier;
      if (user === undefined || !hasShownPassword || !isSamePassword) {
        limiter.wrong(attempts);
        throw candidate.user === undefined && !hidesUnknownUsers
          ? userNotFound()
          : incorrectUserNameOrPassword();
      }
      limiter.right(attempts);
      if (!user.isEnabled) throw userDisabled();
      const validMs = pool.passwordPolicy.temporaryPasswordValidityDays * DAY_MS;
      if (user.status === "FORCE_CHANGE_PASSWORD" && clock() - (user.password?.setAtMs ?? 0) > validMs) {
        throw temporaryPasswordExpired();
      }
      return user;
    },

    async authenticate({ password, ...attempt }) {
      const candidate = await firstFactor.begin(attempt);
      return firstFactor.judge(candidate, () =>
        isPassword(ownerOf(candidate), password, candidate.user?.password),
      );
    },
  };
  return firstFactor;
}

/** Whose password a candidate has to show. */
export function ownerOf({ pool, user, name }: Candidate): PasswordOwner {
  return { poolId: pool.id, userName: user?.userName ?? name };
}
