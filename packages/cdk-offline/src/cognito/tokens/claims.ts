// What stands in access and ID tokens.
// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html

import { createHash, randomUUID } from "node:crypto";
import type { JWTPayload } from "jose";
import type { Attributes } from "../model/attributes.ts";
import type { PoolClient } from "../model/client.ts";
import type { Pool } from "../model/pool.ts";
import type { GrantRecord, UserRecord } from "../store/records.ts";

/** The scope of tokens bought with the user-pool API; it opens the API's calls for the user's own account. */
export const API_SCOPE = "aws.cognito.signin.user.admin";

export interface TokenSubject {
  readonly pool: Pool;
  readonly client: PoolClient;
  readonly user: UserRecord;
  readonly grant: GrantRecord;
  readonly groups: readonly string[];
  readonly issuedAtSeconds: number;
  /** Whether the token comes from the OAuth endpoints rather than from the user-pool API. */
  readonly isOAuth: boolean;
}

export function accessTokenClaims(subject: TokenSubject): JWTPayload {
  const { client, user, grant, isOAuth } = subject;
  return {
    ...commonClaims(subject, client.lifetimes.accessTokenSeconds),
    ...(isOAuth && { version: 2 }),
    client_id: client.id,
    token_use: "access",
    scope: grant.scope,
    jti: randomUUID(),
    username: user.userName,
  };
}

export interface IdTokenLinks {
  /** The access token issued with it, for `at_hash`. */
  readonly accessToken: string;
  readonly nonce: string | undefined;
}

export function idTokenClaims(subject: TokenSubject, { accessToken, nonce }: IdTokenLinks): JWTPayload {
  const { client, user, grant, isOAuth } = subject;
  const scope = isOAuth ? grant.scope : undefined;
  return {
    ...(isOAuth && { at_hash: accessTokenHash(accessToken) }),
    ...attributeClaims(visibleAttributes(user, client, scope)),
    ...commonClaims(subject, client.lifetimes.idTokenSeconds),
    "cognito:username": user.userName,
    ...(nonce !== undefined && { nonce }),
    aud: client.id,
    token_use: "id",
    ...(client.revocationEnabled && { jti: randomUUID() }),
  };
}

/**
 * The attributes that a client may read and the scope lets it see; without a scope all that it may read. `openid`
 * alone, and `profile`, show all.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html
 */
export function visibleAttributes(
  user: UserRecord,
  client: PoolClient,
  scope: string | undefined,
): Attributes {
  const scopes = new Set(scope?.split(" ") ?? ["profile"]);
  const narrowing = ["email", "phone", "profile"].filter((name) => scopes.has(name));
  const isVisible = (name: string): boolean =>
    narrowing.length === 0 ||
    scopes.has("profile") ||
    (scopes.has("email") && (name === "email" || name === "email_verified")) ||
    (scopes.has("phone") && (name === "phone_number" || name === "phone_number_verified"));
  const isReadable = (name: string): boolean => client.readableAttributes?.has(name) ?? true;
  return Object.fromEntries(
    Object.entries(user.attributes).filter(([name]) => isVisible(name) && isReadable(name)),
  );
}

function commonClaims(
  { pool, client, user, grant, groups, issuedAtSeconds }: TokenSubject,
  lifetimeSeconds: number,
): JWTPayload {
  return {
    sub: user.sub,
    ...(groups.length > 0 && { "cognito:groups": groups }),
    iss: pool.issuer,
    ...(client.revocationEnabled && { origin_jti: grant.id }),
    event_id: grant.eventId,
    auth_time: grant.authTimeSeconds,
    exp: issuedAtSeconds + lifetimeSeconds,
    iat: issuedAtSeconds,
  };
}

/** All attributes are text; these few are something else as claims (OpenID Connect Core section 5.1). */
function attributeClaims(attributes: Attributes): JWTPayload {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, attributeClaim(name, value)]),
  );
}

function attributeClaim(name: string, value: string): unknown {
  switch (name) {
    case "email_verified":
    case "phone_number_verified":
      return value === "true";
    case "updated_at":
      return Number(value);
    case "address":
      return { formatted: value };
    default:
      return value;
  }
}

/** The left half of the access token's SHA-256 (OpenID Connect Core section 3.1.3.6). */
function accessTokenHash(accessToken: string): string {
  return createHash("sha256").update(accessToken).digest().subarray(0, 16).toString("base64url");
}
