// Replacing a temporary password by one of the user's own, together with required attributes that are still missing.

import type { Clock } from "../../clock.ts";
import { invalidParameter, notAuthorized } from "../errors.ts";
import { checkAttributes, checkWritable, requiredAttributes, type Attributes } from "../model/attributes.ts";
import type { PoolClient } from "../model/client.ts";
import type { Registry } from "../model/registry.ts";
import type { UserRecord } from "../store/records.ts";
import type { Store } from "../store/store.ts";
import type { Users } from "../users/users.ts";
import { checkPasswordPolicy } from "./password-policy.ts";
import { hidePassword } from "./srp-verifier.ts";

export interface NewPasswords {
  /** The names of the attributes that the pool requires and that the user does not have yet. */
  missingAttributes(user: UserRecord): readonly string[];
  /**
   * Gives the user with the password, stored and `CONFIRMED`. Throws `InvalidPasswordException`,
   * `InvalidParameterException` for a required attribute that is missing, and `NotAuthorizedException` for one that
   * the user has already.
   */
  complete(client: PoolClient, user: UserRecord, password: string, attributes: Attributes): UserRecord;
}

export function createNewPasswords(
  store: Store,
  registry: Registry,
  users: Users,
  clock: Clock,
): NewPasswords {
  const newPasswords: NewPasswords = {
    missingAttributes: (user) =>
      requiredAttributes(registry.pool(user.poolId).attributes).filter(
        (name) => (user.attributes[name] ?? "") === "",
      ),

    complete(client, user, password, attributes) {
      const pool = registry.pool(user.poolId);
      checkPasswordPolicy(pool.passwordPolicy, password);
      checkWritable(client.writableAttributes, attributes);
      checkAttributes(pool.attributes, attributes);
      const missing = newPasswords.missingAttributes(user).find((name) => (attributes[name] ?? "") === "");
      if (missing !== undefined) throw invalidParameter(`Invalid attributes given, ${missing} is missing`);
      const required = requiredAttributes(pool.attributes);
      const given = Object.keys(attributes).find(
        (name) => required.includes(name) && (user.attributes[name] ?? "") !== "",
      );
      if (given !== undefined) throw notAuthorized(`Cannot modify an already provided ${given}`);
      const changed: UserRecord = {
        ...user,
        attributes: { ...user.attributes, ...attributes },
        status: "CONFIRMED",
        password: hidePassword(user, password, clock()),
      };
      users.checkAlias(pool, changed);
      store.commit(users.change(changed));
      return changed;
    },
  };
  return newPasswords;
}
