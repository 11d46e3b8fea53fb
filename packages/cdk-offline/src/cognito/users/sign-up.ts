// Signing oneself up: a new user is not confirmed before a code sent to the e-mail address has come back.
// https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html

import type { Clock } from "../../clock.ts";
import {
  codeMismatch,
  invalidParameter,
  notAuthorized,
  userDisabled,
  userOfClientNotFound,
} from "../errors.ts";
import {
  checkAttributes,
  checkRequiredAttributes,
  checkWritable,
  type Attributes,
} from "../model/attributes.ts";
import type { PoolClient } from "../model/client.ts";
import type { Pool } from "../model/pool.ts";
import type { Registry } from "../model/registry.ts";
import type { AttemptLimiter } from "../passwords/attempt-limiter.ts";
import { checkPasswordPolicy } from "../passwords/password-policy.ts";
import { hidePassword } from "../passwords/srp-verifier.ts";
import type { SentCode, UserRecord } from "../store/records.ts";
import type { Change, Store } from "../store/store.ts";
import type { Metadata, Triggers } from "../triggers/triggers.ts";
import { awaitedCode, deliveryTo, isSameCode, type Delivery } from "./codes.ts";
import type { SendCode } from "./send-code.ts";
import type { Users } from "./users.ts";

const CODE_VALID_MS = 24 * 60 * 60_000;

interface SignUpForm {
  readonly userName: string;
  readonly password: string;
  readonly attributes: Attributes;
  readonly validationData?: Metadata | undefined;
  readonly clientMetadata?: Metadata | undefined;
}

interface SignUpOutcome {
  /** `CONFIRMED` already where the pre-sign-up trigger says so. */
  readonly user: UserRecord;
  /** `undefined` where no code was sent. */
  readonly delivery: Delivery | undefined;
}

interface ConfirmOptions {
  readonly clientMetadata?: Metadata | undefined;
  /** Whether the address is taken from a user who has it as an alias already. Default is false. */
  readonly forceAlias?: boolean | undefined;
}

export interface SignUps {
  signUp(client: PoolClient, form: SignUpForm): Promise<SignUpOutcome>;
  /** Takes the code that was sent; gives the user, confirmed. */
  confirm(client: PoolClient, name: string, code: string, options?: ConfirmOptions): Promise<UserRecord>;
  /**
   * Sends another code in place of the first. A client that hides users is told the same for a name that nobody has.
   * Throws `LimitExceededException` when codes are asked for too often.
   */
  resend(client: PoolClient, name: string): Delivery;
}

export interface SignUpParts {
  readonly store: Store;
  readonly registry: Registry;
  readonly users: Users;
  readonly sendCode: SendCode;
  readonly triggers: Triggers;
  readonly limiter: AttemptLimiter;
  readonly clock: Clock;
}

export function createSignUps({
  store,
  registry,
  users,
  sendCode,
  triggers,
  limiter,
  clock,
}: SignUpParts): SignUps {
  const sendSignUpCode = (
    pool: Pool,
    user: UserRecord,
    to: string,
    others: readonly Change[] = [],
  ): Delivery => {
    const userWith = (signUpCode: SentCode): UserRecord => ({ ...user, signUpCode });
    return sendCode(pool, { to, validMs: CODE_VALID_MS, userWith, others });
  };

  return {
    async signUp(client, { userName, password, attributes, validationData, clientMetadata }) {
      const pool = registry.poolOf(client);
      if (!pool.allowsSignUp) throw notAuthorized("SignUp is not permitted for this user pool");
      checkWritable(client.writableAttributes, attributes);
      checkAttributes(pool.attributes, attributes);
      checkRequiredAttributes(pool.attributes, attributes);
      checkPasswordPolicy(pool.passwordPolicy, password);
      const make = (): UserRecord =>
        users.make(pool, { userName, attributes, status: "UNCONFIRMED" }, "User already exists");
      make(); // refuses a name that is taken before anybody is told of it
      const moment = { pool, client, user: { userName, attributes }, validationData, clientMetadata };
      const decision = await triggers.preSignUp({ ...moment, source: "SignUp" });
      if (decision.autoVerifyEmail && attributes["email"] === undefined) {
        throw invalidParameter("Cannot auto verify email: the user has no email");
      }
      const user: UserRecord = {
        ...make(),
        password: hidePassword({ poolId: pool.id, userName }, password, clock()),
        ...(decision.autoConfirmUser && { status: "CONFIRMED" }),
        ...(decision.autoVerifyEmail && { attributes: { ...attributes, email_verified: "true" } }),
      };
      const email = attributes["email"];
      const takeover = users.aliasTakeover(pool, user);
      if (!decision.autoConfirmUser && pool.verifiesEmail && email !== undefined) {
        return { user, delivery: sendSignUpCode(pool, user, email, takeover) };
      }
      store.commit(...takeover, users.change(user));
      if (decision.autoConfirmUser) {
        await triggers.postConfirmation({ pool, client, user, source: "ConfirmSignUp", clientMetadata });
      }
      return { user, delivery: undefined };
    },

    async confirm(client, name, code, { clientMetadata, forceAlias = false } = {}) {
      const pool = registry.poolOf(client);
      const user = users.find(pool, name);
      if (user === undefined && !client.hidesUnknownUsers) throw userOfClientNotFound();
      if (user !== undefined && user.status !== "UNCONFIRMED") {
        throw notAuthorized(`User cannot be confirmed. Current status is ${user.status}`);
      }
      const attempts = `code ${users.attemptKey(pool, name)}`;
      limiter.check(attempts);
      if (user === undefined || !isSameCode(code, awaitedCode(user.signUpCode, clock()))) {
        limiter.wrong(attempts);
        throw codeMismatch();
      }
      limiter.right(attempts);
      const confirmed: UserRecord = {
        ...user,
        signUpCode: undefined,
        status: "CONFIRMED",
        attributes: { ...user.attributes, email_verified: "true" },
      };
      if (!forceAlias) users.checkAlias(pool, confirmed);
      store.commit(...users.aliasTakeover(pool, confirmed), users.change(confirmed));
      await triggers.postConfirmation({
        pool,
        client,
        user: confirmed,
        source: "ConfirmSignUp",
        clientMetadata,
      });
      return confirmed;
    },

    resend(client, name) {
      const pool = registry.poolOf(client);
      const user = users.find(pool, name);
      limiter.admit(`send code ${users.attemptKey(pool, name)}`);
      if (client.hidesUnknownUsers && user?.isEnabled !== true) return deliveryTo(name);
      if (user === undefined) throw userOfClientNotFound();
      if (!user.isEnabled) throw userDisabled();
      if (user.status !== "UNCONFIRMED") throw invalidParameter("User is already confirmed.");
      const email = user.attributes["email"];
      if (!pool.verifiesEmail || email === undefined) {
        throw invalidParameter("Auto verification not turned on.");
      }
      return sendSignUpCode(pool, user, email);
    },
  };
}
