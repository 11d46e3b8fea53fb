// Forgotten passwords: a code goes to the verified e-mail address, and with it a new password can be set.
// https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html

import type { Clock } from "../../clock.ts";
import {
  codeMismatch,
  invalidParameter,
  notAuthorized,
  userDisabled,
  userOfClientNotFound,
} from "../errors.ts";
import type { PoolClient } from "../model/client.ts";
import type { Pool } from "../model/pool.ts";
import type { Registry } from "../model/registry.ts";
import type { SentCode, UserRecord } from "../store/records.ts";
import type { Store } from "../store/store.ts";
import type { Metadata, Triggers } from "../triggers/triggers.ts";
import { awaitedCode, deliveryTo, isSameCode, type Delivery } from "../users/codes.ts";
import type { SendCode } from "../users/send-code.ts";
import { verifiedEmail, type Users } from "../users/users.ts";
import type { AttemptLimiter } from "./attempt-limiter.ts";
import { checkPasswordPolicy } from "./password-policy.ts";
import { hidePassword } from "./srp-verifier.ts";

const CODE_VALID_MS = 60 * 60_000;

export interface PasswordResets {
  /**
   * Sends a code. A client that hides users is told the same for a name that nobody has and for a user who gets none. Throws
   * `LimitExceededException` when codes are asked for too often, and the service's errors for users who cannot.
   */
  request(client: PoolClient, name: string): Delivery;
  /**
   * Takes the code and sets the password. Rejects with `CodeMismatchException`, `ExpiredCodeException`,
   * `InvalidPasswordException` and `LimitExceededException`; a password that is refused does not spend the code.
   */
  confirm(client: PoolClient, reset: ResetForm): Promise<void>;
  /** Takes an administrator's order: the password no longer opens anything, and a code is sent. */
  require(pool: Pool, user: UserRecord): void;
}

interface ResetForm {
  readonly name: string;
  readonly code: string;
  readonly password: string;
  readonly clientMetadata?: Metadata | undefined;
}

export interface PasswordResetParts {
  readonly store: Store;
  readonly registry: Registry;
  readonly users: Users;
  readonly sendCode: SendCode;
  readonly triggers: Triggers;
  readonly limiter: AttemptLimiter;
  readonly clock: Clock;
}

export function createPasswordResets({
  store,
  registry,
  users,
  sendCode,
  triggers,
  limiter,
  clock,
}: PasswordResetParts): PasswordResets {
  const sendResetCode = (pool: Pool, user: UserRecord): Delivery => {
    const to = verifiedEmail(user);
    if (to === undefined) {
      throw invalidParameter(
        "Cannot reset password for the user as there is no registered/verified email or phone_number",
      );
    }
    const userWith = (resetCode: SentCode): UserRecord => ({ ...user, resetCode });
    return sendCode(pool, { to, validMs: CODE_VALID_MS, userWith });
  };

  return {
    request(client, name) {
      const pool = registry.poolOf(client);
      if (pool.recovery === "administrator") {
        throw notAuthorized("Contact administrator to reset password.");
      }
      const user = users.find(pool, name);
      limiter.admit(`reset ${users.attemptKey(pool, name)}`);
      const isReachable = user?.isEnabled === true && verifiedEmail(user) !== undefined;
      if (client.hidesUnknownUsers && !isReachable) return deliveryTo(name);
      if (user === undefined) throw userOfClientNotFound();
      if (!user.isEnabled) throw userDisabled();
      if (user.status === "FORCE_CHANGE_PASSWORD") {
        throw notAuthorized("User password cannot be reset in the current state.");
      }
      return sendResetCode(pool, user);
    },

    async confirm(client, { name, code, password, clientMetadata }) {
      const pool = registry.poolOf(client);
      const user = users.find(pool, name);
      // Counted for whomever the name stands for: when attempts are refused must not tell either.
      const attempts = `reset code ${users.attemptKey(pool, name)}`;
      limiter.admit(attempts);
      if (client.hidesUnknownUsers && user?.isEnabled !== true) throw codeMismatch();
      if (user === undefined) throw userOfClientNotFound();
      if (!user.isEnabled) throw userDisabled();
      if (!isSameCode(code, awaitedCode(user.resetCode, clock()))) throw codeMismatch();
      limiter.right(attempts);
      checkPasswordPolicy(pool.passwordPolicy, password);
      const changed: UserRecord = {
        ...user,
        resetCode: undefined,
        status: "CONFIRMED",
        password: hidePassword(user, password, clock()),
      };
      store.commit(users.change(changed));
      for (const counted of [`reset ${user.sub}`, user.sub]) limiter.right(counted);
      await triggers.postConfirmation({
        pool,
        client,
        user: changed,
        source: "ConfirmForgotPassword",
        clientMetadata,
      });
    },

    require(pool, user) {
      sendResetCode(pool, { ...user, status: "RESET_REQUIRED" });
    },
  };
}
