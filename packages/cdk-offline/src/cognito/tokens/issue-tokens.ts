// Signs the tokens of a sign-in or of its continuation.

import { sign } from "node:crypto";
import type { JWTPayload } from "jose";
import type { Clock } from "../../clock.ts";
import type { PoolClient } from "../model/client.ts";
import type { Pool } from "../model/pool.ts";
import type { Registry } from "../model/registry.ts";
import type { GrantRecord, UserRecord } from "../store/records.ts";
import {
  changeClaims,
  changeScope,
  type CustomizeTokens,
  type TokenCustomization,
  type TokenSource,
} from "../triggers/token-customization.ts";
import type { Metadata } from "../triggers/triggers.ts";
import type { Groups } from "../users/groups.ts";
import { accessTokenClaims, idTokenClaims, type TokenSubject } from "./claims.ts";
import type { PoolKeys, SigningKey } from "./signing-keys.ts";

interface TokenOrder {
  readonly client: PoolClient;
  readonly user: UserRecord;
  readonly grant: GrantRecord;
  readonly isOAuth: boolean;
  /** What the pre-token-generation trigger is told of the occasion. */
  readonly source: TokenSource;
  readonly clientMetadata?: Metadata | undefined;
  /** As in the authorization request; only the first ID token of a sign-in carries it. */
  readonly nonce?: string | undefined;
}

export interface IssuedTokens {
  readonly accessToken: string;
  /** `undefined` when the scope `openid` was not asked for. */
  readonly idToken: string | undefined;
  readonly expiresInSeconds: number;
}

/** Rejects with the errors of the pre-token-generation trigger; nothing has been signed then. */
export type IssueTokens = (order: TokenOrder) => Promise<IssuedTokens>;

export interface IssueTokensParts {
  readonly registry: Registry;
  readonly keysOf: (pool: Pool) => PoolKeys;
  readonly groups: Groups;
  readonly customize: CustomizeTokens;
  readonly clock: Clock;
}

export function createIssueTokens({
  registry,
  keysOf,
  groups,
  customize,
  clock,
}: IssueTokensParts): IssueTokens {
  return async ({ client, user, grant, isOAuth, source, clientMetadata, nonce }) => {
    const pool = registry.poolOf(client);
    const keys = keysOf(pool);
    const memberships = groups.ofUser(user).map(({ name }) => name);
    const scopes = grant.scope.split(" ");
    const changes = await customize({
      pool,
      client,
      user,
      source,
      groups: memberships,
      scopes,
      clientMetadata,
    });
    const subject: TokenSubject = {
      pool,
      client,
      user,
      grant,
      groups: changes?.groups ?? memberships,
      issuedAtSeconds: Math.floor(clock() / 1000),
      isOAuth,
    };
    const accessToken = signToken(customAccessToken(subject, changes), keys.accessToken);
    const idToken =
      isOAuth && !scopes.includes("openid")
        ? undefined
        : signToken(customIdToken(idTokenClaims(subject, { accessToken, nonce }), changes), keys.idToken);
    return { accessToken, idToken, expiresInSeconds: client.lifetimes.accessTokenSeconds };
  };
}

function customAccessToken(subject: TokenSubject, changes: TokenCustomization | undefined): JWTPayload {
  const claims = accessTokenClaims(subject);
  if (changes === undefined) return claims;
  // An audience can be added, but no other one than the client itself.
  const { aud } = changes.accessToken.claimsToAddOrOverride;
  return changeClaims(
    {
      ...claims,
      scope: changeScope(subject.grant.scope, changes),
      ...(aud === subject.client.id && { aud }),
    },
    changes.accessToken,
  );
}

function customIdToken(claims: JWTPayload, changes: TokenCustomization | undefined): JWTPayload {
  if (changes === undefined) return claims;
  const { roles, preferredRole, idToken } = changes;
  return changeClaims(
    {
      ...claims,
      ...(roles !== undefined && { "cognito:roles": roles }),
      ...(preferredRole !== undefined && { "cognito:preferred_role": preferredRole }),
    },
    idToken,
  );
}

/** A JWS in compact form (RFC 7515 section 7.1), signed with RS256. */
function signToken(claims: JWTPayload, { keyId, privateKey }: SigningKey): string {
  const [header, payload] = [{ kid: keyId, alg: "RS256" }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString("base64url"),
  );
  const input = `${header ?? ""}.${payload ?? ""}`;
  return `${input}.${sign("sha256", Buffer.from(input), privateKey).toString("base64url")}`;
}
