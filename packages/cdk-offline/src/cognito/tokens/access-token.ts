// Who stands behind an access token that is shown to the pool itself, which, unlike other services, asks whether the
// sign-in has been ended.

import { decodeJwt } from "jose";
import { notAuthorized } from "../errors.ts";
import type { PoolClient } from "../model/client.ts";
import type { Pool } from "../model/pool.ts";
import type { Registry } from "../model/registry.ts";
import type { UserRecord } from "../store/records.ts";
import { TokenError } from "../token-error.ts";
import type { Users } from "../users/users.ts";
import type { Grants } from "./grants.ts";
import type { Claims, VerifyToken } from "./verify-token.ts";

export interface Bearer {
  readonly pool: Pool;
  readonly client: PoolClient;
  readonly user: UserRecord;
  readonly scopes: readonly string[];
}

/** Rejects with `NotAuthorizedException` and the service's text. */
export type CheckAccessToken = (accessToken: string) => Promise<Bearer>;

export function createCheckAccessToken(
  registry: Registry,
  verifierOf: (pool: Pool) => VerifyToken,
  grants: Grants,
  users: Users,
): CheckAccessToken {
  return async (accessToken) => {
    const pool = registry.findPoolByIssuer(claimedIssuer(accessToken));
    if (pool === undefined) throw invalid();
    const claims = await verified(verifierOf(pool), accessToken);
    const client = registry.findClient(String(claims["client_id"]));
    if (claims["token_use"] !== "access" || client === undefined) throw invalid();
    // A user who is disabled has no active sign-in any more.
    const grant = grants.findActive(String(claims["event_id"]));
    const user = users.withSub(String(claims.sub));
    if (grant === undefined || user === undefined) throw notAuthorized("Access Token has been revoked");
    // The token's own, since a trigger may have changed what the sign-in asked for.
    const { scope } = claims;
    return { pool, client, user, scopes: typeof scope === "string" ? scope.split(" ") : [] };
  };
}

/** Only chooses the pool whose keys must then confirm it. */
function claimedIssuer(token: string): string {
  try {
    return decodeJwt(token).iss ?? "";
  } catch {
    return "";
  }
}

async function verified(verify: VerifyToken, token: string): Promise<Claims> {
  try {
    return await verify(token);
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    throw error.code === "expired" ? notAuthorized("Access Token has expired") : invalid();
  }
}

function invalid(): Error {
  return notAuthorized("Invalid Access Token");
}
