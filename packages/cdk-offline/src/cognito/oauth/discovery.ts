// What clients look up about a pool: its OpenID configuration and its public keys.
// https://docs.aws.amazon.com/cognito/latest/developerguide/federation-endpoints.html

import { json, type HttpResponse } from "../../http/exchange.ts";
import type { Core } from "../core.ts";
import type { Pool } from "../model/pool.ts";

const CACHED = { "cache-control": "public, max-age=86400" };

/**
 * The document of a pool as AWS writes it, with the endpoints where they are here; the issuer stays AWS's, since it is
 * what stands in the tokens. `origin` is that of the local AWS endpoint.
 */
export function openIdConfiguration(core: Core, poolId: string, origin: string): HttpResponse {
  const pool = core.registry.findPool(poolId);
  if (pool === undefined) return unknownPool(poolId);
  return json(200, {
    ...(pool.domain !== undefined && domainEndpoints(origin)),
    id_token_signing_alg_values_supported: ["RS256"],
    issuer: pool.issuer,
    jwks_uri: `${origin}/${pool.id}/.well-known/jwks.json`,
    response_types_supported: ["code", "token"],
    scopes_supported: ["openid", "email", "phone", "profile"],
    subject_types_supported: ["public"],
    token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
  });
}

export function publicKeys(core: Core, poolId: string): HttpResponse {
  const pool: Pool | undefined = core.registry.findPool(poolId);
  if (pool === undefined) return unknownPool(poolId);
  const { idToken, accessToken } = core.keysOf(pool);
  return json(200, { keys: [idToken.jwk, accessToken.jwk] }, CACHED);
}

function domainEndpoints(origin: string): Record<string, string> {
  return {
    authorization_endpoint: `${origin}/oauth2/authorize`,
    end_session_endpoint: `${origin}/logout`,
    revocation_endpoint: `${origin}/oauth2/revoke`,
    token_endpoint: `${origin}/oauth2/token`,
    userinfo_endpoint: `${origin}/oauth2/userInfo`,
  };
}

function unknownPool(poolId: string): HttpResponse {
  return json(404, { message: `User pool ${poolId} does not exist.` });
}
