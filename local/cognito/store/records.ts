// What the user pool keeps on disk, one type a table. No password and no token stands in any of it.

import type { Attributes } from "../model/attributes.ts";

/** By pool id. */
export interface PoolRecord {
  readonly name: string;
  readonly createdAtMs: number;
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
  readonly signUpCode?: SignUpCode | undefined;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
}

export type UserStatus = "UNCONFIRMED" | "CONFIRMED" | "FORCE_CHANGE_PASSWORD";

/** Enough to check a password, not to find it. Both numbers in hexadecimal. */
export interface PasswordRecord {
  readonly salt: string;
  /** The SRP-6a verifier (RFC 5054 section 2.5.3, in Cognito's 3072-bit group). */
  readonly verifier: string;
  readonly setAtMs: number;
}

interface SignUpCode {
  readonly code: string;
  readonly expiresAtMs: number;
}

/** A group made by the API, by pool id and name. Those of a template are not stored. */
export interface GroupRecord {
  readonly poolId: string;
  readonly name: string;
  readonly description?: string;
  readonly precedence?: number;
  readonly createdAtMs: number;
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
  /** With `{####}` where the code belongs. */
  readonly text: string;
  /** Left out where it is a password. */
  readonly code?: string;
}

export interface Tables {
  readonly pools: PoolRecord;
  readonly clients: ClientRecord;
  readonly users: UserRecord;
  readonly groups: GroupRecord;
  readonly grants: GrantRecord;
  readonly messages: MessageRecord;
}
