// The parts of the user pool that its endpoints, pages and API operations are built from.

import type { Clock } from "../clock.ts";
import type { Pool } from "./model/pool.ts";
import type { Registry } from "./model/registry.ts";
import type { AttemptLimiter } from "./passwords/attempt-limiter.ts";
import type { Authenticate, FirstFactor } from "./passwords/first-factor.ts";
import type { NewPasswords } from "./passwords/new-passwords.ts";
import type { PasswordResets } from "./passwords/password-resets.ts";
import type { SoftwareTokens } from "./passwords/software-tokens.ts";
import type { Store } from "./store/store.ts";
import type { CheckAccessToken } from "./tokens/access-token.ts";
import type { Grants } from "./tokens/grants.ts";
import type { IssueTokens } from "./tokens/issue-tokens.ts";
import type { PoolSettings } from "./pool-settings.ts";
import type { RefreshSignIn } from "./tokens/refresh-sign-in.ts";
import type { PoolSecrets } from "./tokens/signing-keys.ts";
import type { Triggers } from "./triggers/triggers.ts";
import type { AttributeChanges } from "./users/attribute-changes.ts";
import type { Groups } from "./users/groups.ts";
import type { Outbox } from "./users/outbox.ts";
import type { SignUps } from "./users/sign-up.ts";
import type { Users } from "./users/users.ts";

export interface Core {
  readonly clock: Clock;
  readonly store: Store;
  readonly registry: Registry;
  readonly settings: PoolSettings;
  readonly users: Users;
  readonly groups: Groups;
  readonly outbox: Outbox;
  readonly signUps: SignUps;
  readonly attributeChanges: AttributeChanges;
  readonly limiter: AttemptLimiter;
  readonly triggers: Triggers;
  readonly firstFactor: FirstFactor;
  readonly authenticate: Authenticate;
  readonly newPasswords: NewPasswords;
  readonly passwordResets: PasswordResets;
  readonly softwareTokens: SoftwareTokens;
  readonly grants: Grants;
  readonly issueTokens: IssueTokens;
  readonly refreshSignIn: RefreshSignIn;
  readonly checkAccessToken: CheckAccessToken;
  readonly keysOf: (pool: Pool) => PoolSecrets;
}
