// Finds the users of the pools, by user name or alias, and says how a change to one is written down.

import { randomUUID } from "node:crypto";
import type { Clock } from "../../clock.ts";
import { emailAliasExists, invalidParameter, userNameExists, userNotFound } from "../errors.ts";
import type { Attributes } from "../model/attributes.ts";
import type { Pool } from "../model/pool.ts";
import type { Registry } from "../model/registry.ts";
import type { UserRecord, UserStatus } from "../store/records.ts";
import type { Change, Store } from "../store/store.ts";
import { foldCase, looksLikeAlias } from "./user-name.ts";

interface NewUser {
  readonly userName: string;
  readonly attributes: Attributes;
  readonly status: UserStatus;
}

export interface Users {
  /** By user name, else by verified e-mail address where that is an alias. */
  find(pool: Pool, name: string): UserRecord | undefined;
  /** As `find`; throws `UserNotFoundException`. */
  get(pool: Pool, name: string): UserRecord;
  withSub(sub: string): UserRecord | undefined;
  /** What attempts under a name are counted by, whether somebody has it or not. */
  attemptKey(pool: Pool, name: string): string;
  /** In the order of their user names. */
  inPool(pool: Pool): readonly UserRecord[];
  /**
   * A user with a fresh `sub`, not stored yet. Throws `UsernameExistsException` with the given text when the name is
   * taken.
   */
  make(pool: Pool, user: NewUser, nameTaken: string): UserRecord;
  /** Throws `AliasExistsException` when another user signs in with this user's verified address. */
  checkAlias(pool: Pool, user: UserRecord): void;
  /** The changes that take a verified address from the user who has it so far, for one who is about to get it. */
  aliasTakeover(pool: Pool, user: UserRecord): readonly Change[];
  /** The change that stores a user as modified now. */
  change(user: UserRecord): Change;
  removal(user: UserRecord): Change;
}

export function createUsers(store: Store, registry: Registry, clock: Clock): Users {
  const table = store.table("users");
  const folded = ({ poolId }: UserRecord, name: string): string[] => {
    const pool = registry.findPool(poolId);
    return pool === undefined ? [] : [`${poolId} ${foldCase(pool, name)}`];
  };
  const byName = table.index((user) => folded(user, user.userName));
  const byEmail = table.index((user) => folded(user, verifiedEmail(user) ?? ""));
  const byPool = table.index(({ poolId }) => [poolId]);

  const withEmail = (pool: Pool, email: string): UserRecord | undefined =>
    pool.emailIsAlias && email !== "" ? byEmail.find(`${pool.id} ${foldCase(pool, email)}`)[0] : undefined;

  const users: Users = {
    find: (pool, name) => byName.find(`${pool.id} ${foldCase(pool, name)}`)[0] ?? withEmail(pool, name),
    get(pool, name) {
      const user = users.find(pool, name);
      if (user === undefined) throw userNotFound();
      return user;
    },
    withSub: (sub) => table.get(sub),
    attemptKey: (pool, name) => users.find(pool, name)?.sub ?? `${pool.id} ${foldCase(pool, name)}`,
    inPool: (pool) => [...byPool.find(pool.id)].sort((a, b) => compare(a.userName, b.userName)),
    make(pool, { userName, attributes, status }, nameTaken) {
      if (looksLikeAlias(pool, userName)) {
        throw invalidParameter(
          "Username cannot be of email format, since user pool is configured for email alias.",
        );
      }
      if (users.find(pool, userName) !== undefined) throw userNameExists(nameTaken);
      const now = clock();
      return {
        poolId: pool.id,
        sub: randomUUID(),
        userName,
        attributes,
        status,
        isEnabled: true,
        groups: [],
        createdAtMs: now,
        modifiedAtMs: now,
      };
    },
    checkAlias(pool, user) {
      const owner = withEmail(pool, verifiedEmail(user) ?? "");
      if (owner !== undefined && owner.sub !== user.sub) throw emailAliasExists();
    },
    aliasTakeover(pool, user) {
      const owner = withEmail(pool, verifiedEmail(user) ?? "");
      if (owner === undefined || owner.sub === user.sub) return [];
      return [users.change({ ...owner, attributes: { ...owner.attributes, email_verified: "false" } })];
    },
    change: (user) => ({ table: "users", key: user.sub, value: { ...user, modifiedAtMs: clock() } }),
    removal: (user) => ({ table: "users", key: user.sub, value: null }),
  };
  return users;
}

/** The address that mail may go to, and that signs in where the pool has it as an alias. */
export function verifiedEmail({ attributes }: UserRecord): string | undefined {
  return attributes["email_verified"] === "true" ? attributes["email"] : undefined;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
