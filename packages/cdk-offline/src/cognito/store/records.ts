// What the user pool keeps on disk, one type a table. No password and no token stands in any of it.

import type { Attributes } from "../model/attributes.ts";
import type { UserPoolClientProperties } from "../resources/user-pool-client.ts";
import type { UserPoolProperties } from "../resources/user-pool.ts";

/** By pool id. */
export interface PoolRecord {
  readonly name: string;
  readonly createdAtMs: number;
  /** Set once the API has changed it. */
  readonly modifiedAtMs?: number;
  /** What the API has set, in place of the template's; for a pool that the API made there is nothing else. */
  readonly settings?: UserPoolProperties;
  readonly isMadeByApi?: true;
  /** Made for this pool, on this machine; the first signs ID tokens, the second access tokens. */
  readonly signingKeys: readonly [StoredKey, StoredKey];
}

export interface StoredKey {
  readonly keyId: string;
  /** PKCS #8 in PEM. */
  readonly privateKey: string;
}

/** By client id. */
export interface ClientRecord {
  readonly createdAtMs: number;
  readonly modifiedAtMs?: number;
  /** As for a pool. */
  readonly settings?: UserPoolClientProperties;
  readonly isMadeByApi?: true;
  readonly secret?: string;
}

/** By `sub`. */
export interface UserRecord {
  readonly poolId: string;
  readonly sub: string;
  /** In the letters it was created with. */
  readonly userName: string;
  readonly attributes: Attributes;
  readonly status: UserStatus;
  readonly isEnabled: boolean;
  readonly groups: readonly string[];
  readonly password?: PasswordRecord;
  readonly signUpCode?: SentCode | undefined;
  /** For a password that has been forgotten. */
  readonly resetCode?: SentCode | undefined;
  /** For an e-mail address that is to be verified, whether it is the user's already or only to become so. */
  readonly emailCode?: (SentCode & { readonly address: string }) | undefined;
  readonly softwareToken?: SoftwareTokenRecord | undefined;
  /** A software token's secret that no code has been shown for yet. */
  readonly pendingSoftwareToken?: string | undefined;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
}

export type UserStatus = "UNCONFIRMED" | "CONFIRMED" | "FORCE_CHANGE_PASSWORD" | "RESET_REQUIRED";

/** Enough to check a password, not to find it. Both numbers in hexadecimal. */
export interface PasswordRecord {
  readonly salt: string;
  /** The SRP-6a verifier (RFC 5054 section 2.5.3, in Cognito's 3072-bit group). */
  readonly verifier: string;
  readonly setAtMs: number;
}

/** A code that stands in the outbox as well. */
export interface SentCode {
  readonly code: string;
  readonly expiresAtMs: number;
}

/**
 * A time-based one-time password generator (RFC 6238). Both sides of it need the secret itself, so it cannot be kept as
 * a hash: what guards it is that only the owner of the state folder can read it.
 */
export interface SoftwareTokenRecord {
  /** In base32. */
  readonly secret: string;
  readonly friendlyName?: string | undefined;
  /** The time step of the last code that was taken; no code of it or of an earlier one is taken again. */
  readonly lastStep: number;
  /** Whether the user asked to be asked for codes; where the pool requires them it makes no difference. */
  readonly isEnabled: boolean;
  readonly isPreferred: boolean;
}

/** A group made by the API, by pool id and name. Those of a template are not stored. */
export interface GroupRecord {
  readonly poolId: string;
  readonly name: string;
  readonly description?: string;
  readonly precedence?: number;
  readonly createdAtMs: number;
  readonly modifiedAtMs?: number;
}

/** A domain made by the API, by its prefix. */
interface DomainRecord {
  readonly poolId: string;
  readonly domain: string;
}

/** A resource server made by the API, by pool id and identifier. */
export interface ResourceServerRecord {
  readonly poolId: string;
  readonly identifier: string;
  readonly name: string;
  readonly scopes: readonly { readonly ScopeName: string; readonly ScopeDescription: string }[];
}

/** One sign-in and the refresh tokens that continue it, by id. */
export interface GrantRecord {
  /** The `origin_jti` of its tokens. */
  readonly id: string;
  /** The `event_id` of its tokens. */
  readonly eventId: string;
  readonly poolId: string;
  readonly clientId: string;
  readonly sub: string;
  /** When the user showed the credentials: the `auth_time` of its tokens. */
  readonly authTimeSeconds: number;
  readonly scope: string;
  readonly refreshTokens: readonly RefreshTokenRecord[];
  readonly expiresAtMs: number;
  readonly isRevoked: boolean;
}

interface RefreshTokenRecord {
  /** SHA-256 in base64url. */
  readonly hash: string;
  /** Set once another one has replaced it. */
  readonly validUntilMs?: number;
}

/** A mail that AWS would have sent, by id. */
export interface MessageRecord {
  readonly id: string;
  readonly sentAtMs: number;
  readonly to: string;
  readonly subject: string;
  /** With `{####}` where the code belongs, and `{username}` where `userName` does. */
  readonly text: string;
  readonly userName: string;
  /** Left out where it is a password. */
  readonly code?: string;
}

export interface Tables {
  readonly pools: PoolRecord;
  readonly clients: ClientRecord;
  readonly users: UserRecord;
  readonly groups: GroupRecord;
  readonly domains: DomainRecord;
  readonly resourceServers: ResourceServerRecord;
  readonly grants: GrantRecord;
  readonly messages: MessageRecord;
}
