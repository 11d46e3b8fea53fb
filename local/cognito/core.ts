// The parts of the user pool that its endpoints, pages and API operations are built from.

import type { Clock } from "../clock.ts";
import type { Pool } from "./model/pool.ts";
import type { Registry } from "./model/registry.ts";
import type { Authenticate } from "./passwords/authenticate.ts";
import type { Store } from "./store/store.ts";
import type { CheckAccessToken } from "./tokens/access-token.ts";
import type { Grants } from "./tokens/grants.ts";
import type { IssueTokens } from "./tokens/issue-tokens.ts";
import type { PoolKeys } from "./tokens/signing-keys.ts";
import type { Groups } from "./users/groups.ts";
import type { Outbox } from "./users/outbox.ts";
import type { SignUps } from "./users/sign-up.ts";
import type { Users } from "./users/users.ts";

export interface Core {
  readonly clock: Clock;
  readonly store: Store;
  readonly registry: Registry;
  readonly users: Users;
  readonly groups: Groups;
  readonly outbox: Outbox;
  readonly signUps: SignUps;
  readonly authenticate: Authenticate;
  readonly grants: Grants;
  readonly issueTokens: IssueTokens;
  readonly checkAccessToken: CheckAccessToken;
  readonly keysOf: (pool: Pool) => PoolKeys;
}
