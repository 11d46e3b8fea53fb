// Changing what is known of a user, and verifying an e-mail address by a code that is sent to it.
// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-email-phone-verification.html

import type { Clock } from "../../clock.ts";
import { attributesNotConforming, codeMismatch, invalidParameter } from "../errors.ts";
import { checkAttributes, requiredAttributes, type Attributes } from "../model/attributes.ts";
import type { Pool } from "../model/pool.ts";
import type { Registry } from "../model/registry.ts";
import type { AttemptLimiter } from "../passwords/attempt-limiter.ts";
import type { SentCode, UserRecord } from "../store/records.ts";
import type { Store } from "../store/store.ts";
import { awaitedCode, isSameCode, type Delivery } from "./codes.ts";
import type { SendCode } from "./send-code.ts";
import type { Users } from "./users.ts";

const CODE_VALID_MS = 24 * 60 * 60_000;

export interface AttributeChanges {
  /**
   * Sets attributes. A new e-mail address is not verified, unless it is said to be in the same call, and gets a code
   * where the pool verifies addresses; where the pool wants that, the old one stays until the code has come back.
   * `delivery` is `undefined` when no code was sent. Throws `InvalidParameterException` and `AliasExistsException`.
   */
  update(user: UserRecord, attributes: Attributes): Delivery | undefined;
  /** Removes attributes. Throws `InvalidParameterException` for one that the pool requires. */
  remove(user: UserRecord, names: readonly string[]): void;
  /** Sends a code to the user's e-mail address, or to the one that is to replace it. */
  sendCode(user: UserRecord): Delivery;
  /** Takes that code: the address counts and is verified. */
  verify(user: UserRecord, code: string): void;
}

export interface AttributeChangesParts {
  readonly store: Store;
  readonly registry: Registry;
  readonly users: Users;
  readonly sendCode: SendCode;
  readonly limiter: AttemptLimiter;
  readonly clock: Clock;
}

export function createAttributeChanges({
  store,
  registry,
  users,
  sendCode,
  limiter,
  clock,
}: AttributeChangesParts): AttributeChanges {
  const sendTo = (pool: Pool, user: UserRecord, address: string): Delivery => {
    const userWith = (code: SentCode): UserRecord => ({ ...user, emailCode: { address, ...code } });
    return sendCode(pool, { to: address, validMs: CODE_VALID_MS, userWith });
  };

  return {
    update(user, attributes) {
      const pool = registry.pool(user.poolId);
      checkMutable(pool, Object.keys(attributes));
      checkAttributes(pool.attributes, attributes);
      const { email, email_verified: verified, ...others } = attributes;
      const isNew = email !== undefined && email !== user.attributes["email"];
      const isPending = isNew && verified !== "true" && pool.verifiedBeforeUpdate.includes("email");
      const changed: UserRecord = {
        ...user,
        attributes: {
          ...user.attributes,
          ...(isPending ? others : { ...(isNew && { email_verified: "false" }), ...attributes }),
        },
      };
      users.checkAlias(pool, changed);
      if (isPending || (isNew && verified === undefined && pool.verifiesEmail)) {
        return sendTo(pool, changed, email);
      }
      store.commit(users.change(changed));
      return undefined;
    },

    remove(user, names) {
      const pool = registry.pool(user.poolId);
      checkMutable(pool, names);
      const required = names.find((name) => requiredAttributes(pool.attributes).includes(name));
      if (required !== undefined) {
        throw invalidParameter(`user.${required}: Attribute is required and cannot be deleted.`);
      }
      const gone = new Set(names.flatMap((name) => (name === "email" ? [name, "email_verified"] : [name])));
      const attributes = Object.fromEntries(
        Object.entries(user.attributes).filter(([name]) => !gone.has(name)),
      );
      store.commit(users.change({ ...user, attributes }));
    },

    sendCode(user) {
      const pool = registry.pool(user.poolId);
      limiter.admit(`send email code ${user.sub}`);
      const address = user.emailCode?.address ?? user.attributes["email"];
      if (address === undefined) throw invalidParameter("User does not have an email address to verify.");
      return sendTo(pool, user, address);
    },

    verify(user, code) {
      const attempts = `email code ${user.sub}`;
      limiter.check(attempts);
      const emailCode = awaitedCode(user.emailCode, clock());
      if (!isSameCode(code, emailCode)) {
        limiter.wrong(attempts);
        throw codeMismatch();
      }
      limiter.right(attempts);
      const verified: UserRecord = {
        ...user,
        emailCode: undefined,
        attributes: { ...user.attributes, email: emailCode.address, email_verified: "true" },
      };
      users.checkAlias(registry.pool(user.poolId), verified);
      store.commit(users.change(verified));
    },
  };
}

function checkMutable(pool: Pool, names: readonly string[]): void {
  for (const name of names) {
    const definition = pool.attributes.get(name);
    if (definition === undefined) {
      throw attributesNotConforming(`${name}: Attribute does not exist in the schema.`);
    }
    if (!definition.mutable) throw invalidParameter(`user.${name}: Attribute cannot be updated.`);
  }
}
