// Signs the tokens of a sign-in or of its continuation.

import { SignJWT, type JWTPayload } from "jose";
import type { Clock } from "../../clock.ts";
import type { PoolClient } from "../model/client.ts";
import type { Pool } from "../model/pool.ts";
import type { Registry } from "../model/registry.ts";
import type { GrantRecord, UserRecord } from "../store/records.ts";
import type { Groups } from "../users/groups.ts";
import { accessTokenClaims, idTokenClaims, type TokenSubject } from "./claims.ts";
import type { PoolKeys, SigningKey } from "./signing-keys.ts";

interface TokenOrder {
  readonly client: PoolClient;
  readonly user: UserRecord;
  readonly grant: GrantRecord;
  readonly isOAuth: boolean;
  /** As in the authorization request; only the first ID token of a sign-in carries it. */
  readonly nonce?: string | undefined;
}

export interface IssuedTokens {
  readonly accessToken: string;
  /** `undefined` when the scope `openid` was not asked for. */
  readonly idToken: string | undefined;
  readonly expiresInSeconds: number;
}

export type IssueTokens = (order: TokenOrder) => Promise<IssuedTokens>;

export function createIssueTokens(
  registry: Registry,
  keysOf: (pool: Pool) => PoolKeys,
  groups: Groups,
  clock: Clock,
): IssueTokens {
  return async ({ client, user, grant, isOAuth, nonce }) => {
    const pool = registry.poolOf(client);
    const keys = keysOf(pool);
    const subject: TokenSubject = {
      pool,
      client,
      user,
      grant,
      groups: groups.ofUser(user).map(({ name }) => name),
      issuedAtSeconds: Math.floor(clock() / 1000),
      isOAuth,
    };
    const accessToken = await sign(accessTokenClaims(subject), keys.accessToken);
    const hasIdToken = !isOAuth || grant.scope.split(" ").includes("openid");
    return {
      accessToken,
      idToken: hasIdToken
        ? await sign(idTokenClaims(subject, { accessToken, nonce }), keys.idToken)
        : undefined,
      expiresInSeconds: client.lifetimes.accessTokenSeconds,
    };
  };
}

function sign(claims: JWTPayload, { keyId, privateKey }: SigningKey): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ kid: keyId, alg: "RS256" }).sign(privateKey);
}
