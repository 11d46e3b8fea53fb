// Time-based one-time passwords as the second factor (RFC 6238): six digits, SHA-1, a new code every 30 seconds.
// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa-totp.html

import { Secret, TOTP } from "otpauth";
import type { Clock } from "../../clock.ts";
import {
  passwordAttemptsExceeded,
  softwareTokenCodeMismatch,
  softwareTokenNotEnabled,
  softwareTokenNotFound,
  softwareTokenUsedTwice,
} from "../errors.ts";
import type { Registry } from "../model/registry.ts";
import type { SoftwareTokenRecord, UserRecord } from "../store/records.ts";
import type { Store } from "../store/store.ts";
import type { Users } from "../users/users.ts";
import type { AttemptLimiter } from "./attempt-limiter.ts";

const SECRET_BYTES = 32;
const STEP_SECONDS = 30;
/** Codes of the step before and after are taken too: clocks differ. */
const DRIFT_STEPS = 1;

interface Enrolment {
  /** What `begin` gave. */
  readonly secret: string;
  readonly code: string;
  readonly friendlyName?: string | undefined;
}

export interface SoftwareTokens {
  /** A fresh secret in base32; the caller keeps it until `enroll`. */
  begin(): string;
  /** Gives the user with the token, stored. Throws `EnableSoftwareTokenMFAException` for a wrong code. */
  enroll(user: UserRecord, enrolment: Enrolment): UserRecord;
  /**
   * Takes a code; gives the user as stored then. Throws `CodeMismatchException`, `ExpiredCodeException` for a code that
   * was taken before, and `NotAuthorizedException` after too many wrong ones.
   */
  check(user: UserRecord, code: string): UserRecord;
}

export interface SoftwareTokenParts {
  readonly store: Store;
  readonly registry: Registry;
  readonly users: Users;
  readonly limiter: AttemptLimiter;
  readonly clock: Clock;
}

export function createSoftwareTokens({
  store,
  registry,
  users,
  limiter,
  clock,
}: SoftwareTokenParts): SoftwareTokens {
  /** The time step that a code belongs to; `undefined` for a code of no step near now. */
  const stepOf = (secret: string, code: string): number | undefined => {
    const now = clock();
    const totp = new TOTP({ secret: Secret.fromBase32(secret), period: STEP_SECONDS });
    const drift = totp.validate({ token: code, timestamp: now, window: DRIFT_STEPS });
    return drift === null ? undefined : Math.floor(now / 1000 / STEP_SECONDS) + drift;
  };
  const keep = (user: UserRecord, softwareToken: SoftwareTokenRecord): UserRecord => {
    const changed = { ...user, softwareToken, pendingSoftwareToken: undefined };
    store.commit(users.change(changed));
    return changed;
  };
  const limited = <Result>(user: UserRecord, check: () => Result | undefined, wrong: () => Error): Result => {
    const attempts = `software token ${user.sub}`;
    limiter.check(attempts, passwordAttemptsExceeded);
    const result = check();
    if (result === undefined) {
      limiter.wrong(attempts);
      throw wrong();
    }
    limiter.right(attempts);
    return result;
  };

  return {
    begin: () => new Secret({ size: SECRET_BYTES }).base32,

    enroll(user, { secret, code, friendlyName }) {
      const lastStep = limited(user, () => stepOf(secret, code), softwareTokenNotEnabled);
      const isRequired = registry.pool(user.poolId).mfa === "ON";
      return keep(user, {
        secret,
        friendlyName,
        lastStep,
        // Another device for a user who is asked for codes already changes nothing of that.
        isEnabled: isRequired || user.softwareToken?.isEnabled === true,
        isPreferred: isRequired || user.softwareToken?.isPreferred === true,
      });
    },

    check(user, code) {
      const { softwareToken } = user;
      if (softwareToken === undefined) throw softwareTokenNotFound();
      const step = limited(
        user,
        () => {
          const found = stepOf(softwareToken.secret, code);
          // Not a right code: whoever has seen one could start guessing afresh with it.
          if (found !== undefined && found <= softwareToken.lastStep) throw softwareTokenUsedTwice();
          return found;
        },
        softwareTokenCodeMismatch,
      );
      return keep(user, { ...softwareToken, lastStep: step });
    },
  };
}
