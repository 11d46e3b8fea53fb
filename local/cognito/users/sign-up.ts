// Signing oneself up: a new user is not confirmed before a code sent to the e-mail address has come back.
// https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html

import { createHash, timingSafeEqual } from "node:crypto";
import type { Clock } from "../../clock.ts";
import {
  attemptLimitExceeded,
  codeExpired,
  codeMismatch,
  invalidParameter,
  notAuthorized,
  userOfClientNotFound,
} from "../errors.ts";
import { checkAttributes, checkRequiredAttributes, type Attributes } from "../model/attributes.ts";
import type { PoolClient } from "../model/client.ts";
import type { Pool } from "../model/pool.ts";
import type { Registry } from "../model/registry.ts";
import type { AttemptLimiter } from "../passwords/attempt-limiter.ts";
import { checkPasswordPolicy } from "../passwords/password-policy.ts";
import { hidePassword } from "../passwords/srp-verifier.ts";
import { randomText } from "../random-text.ts";
import type { UserRecord } from "../store/records.ts";
import type { Store } from "../store/store.ts";
import type { Letter, Outbox } from "./outbox.ts";
import type { Users } from "./users.ts";

const CODE_DIGITS = 6;
const CODE_VALID_MS = 24 * 60 * 60_000;

interface SignUpForm {
  readonly userName: string;
  readonly password: string;
  readonly attributes: Attributes;
}

/** Where a code went, masked as the service does it. */
export interface Delivery {
  readonly destination: string;
}

export interface SignUps {
  /** `delivery` is `undefined` for a pool that sends no codes. */
  signUp(client: PoolClient, form: SignUpForm): { user: UserRecord; delivery: Delivery | undefined };
  /** Takes the code that was sent; gives the user, confirmed. */
  confirm(client: PoolClient, name: string, code: string): UserRecord;
  /** Sends another code in place of the first. For a name that nobody has, a client may be told the same as for one. */
  resend(client: PoolClient, name: string): Delivery;
}

export interface SignUpParts {
  readonly store: Store;
  readonly registry: Registry;
  readonly users: Users;
  readonly outbox: Outbox;
  readonly limiter: AttemptLimiter;
  readonly clock: Clock;
}

export function createSignUps({ store, registry, users, outbox, limiter, clock }: SignUpParts): SignUps {
  /** Stores the user with a fresh code and sends it. */
  const sendCode = (pool: Pool, user: UserRecord, to: string): Delivery => {
    const code = randomText(CODE_DIGITS, "digits");
    const letter: Letter = {
      to,
      userName: user.userName,
      template: pool.verificationMessage,
      code,
      isPassword: false,
    };
    const signUpCode = { code, expiresAtMs: clock() + CODE_VALID_MS };
    store.commit(users.change({ ...user, signUpCode }), ...outbox.changes(letter));
    outbox.deliver(letter);
    return { destination: maskEmail(to) };
  };

  return {
    signUp(client, { userName, password, attributes }) {
      const pool = registry.poolOf(client);
      if (!pool.allowsSignUp) throw notAuthorized("SignUp is not permitted for this user pool");
      checkWritable(client, attributes);
      checkAttributes(pool.attributes, attributes);
      checkRequiredAttributes(pool.attributes, attributes);
      checkPasswordPolicy(pool.passwordPolicy, password);
      const user = {
        ...users.make(pool, { userName, attributes, status: "UNCONFIRMED" }, "User already exists"),
        password: hidePassword({ poolId: pool.id, userName }, password, clock()),
      };
      const email = attributes["email"];
      if (pool.verifiesEmail && email !== undefined) {
        return { user, delivery: sendCode(pool, user, email) };
      }
      store.commit(users.change(user));
      return { user, delivery: undefined };
    },

    confirm(client, name, code) {
      const pool = registry.poolOf(client);
      const user = users.find(pool, name);
      if (user === undefined) throw client.hidesUnknownUsers ? codeMismatch() : userOfClientNotFound();
      if (user.status !== "UNCONFIRMED") {
        throw notAuthorized(`User cannot be confirmed. Current status is ${user.status}`);
      }
      const attempts = `code ${user.sub}`;
      if (limiter.lockedForMs(attempts) > 0) throw attemptLimitExceeded();
      if (user.signUpCode === undefined || user.signUpCode.expiresAtMs <= clock()) throw codeExpired();
      if (!isSame(code, user.signUpCode.code)) {
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
      users.checkAlias(pool, confirmed);
      store.commit(users.change(confirmed));
      return confirmed;
    },

    resend(client, name) {
      const pool = registry.poolOf(client);
      const user = users.find(pool, name);
      if (user === undefined) {
        if (client.hidesUnknownUsers) return { destination: maskEmail(name) };
        throw userOfClientNotFound();
      }
      if (user.status !== "UNCONFIRMED") throw invalidParameter("User is already confirmed.");
      const email = user.attributes["email"];
      if (!pool.verifiesEmail || email === undefined) {
        throw invalidParameter("Auto verification not turned on.");
      }
      return sendCode(pool, user, email);
    },
  };
}

/** The attributes a client may set are its `WriteAttributes`; whether an address is verified is for nobody to say. */
function checkWritable({ writableAttributes }: PoolClient, attributes: Attributes): void {
  for (const name of Object.keys(attributes)) {
    const isWritable = writableAttributes?.has(name) ?? !name.endsWith("_verified");
    if (!isWritable) throw notAuthorized("A client attempted to write unauthorized attribute");
  }
}

function maskEmail(address: string): string {
  const [local = "", domain = ""] = address.split("@");
  return `${local.slice(0, 1)}***@${domain.slice(0, 1)}***`;
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => createHash("sha256").update(text).digest());
  return left !== undefined && right !== undefined && timingSafeEqual(left, right);
}
