// The client credentials grant: an access token for an application itself, on behalf of no user.
// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html

import { randomUUID } from "node:crypto";
import { SignJWT } from "jose";
import type { HttpResponse } from "../../http/exchange.ts";
import type { Core } from "../core.ts";
import type { PoolClient } from "../model/client.ts";
import { OAuthError, oauthJson } from "./oauth-error.ts";
import type { Parameters } from "./parameters.ts";

/** RFC 6749 section 4.4. Nothing is kept of it: such a token cannot be refreshed or revoked. Throws `OAuthError`. */
export async function grantClientCredentials(
  core: Core,
  client: PoolClient,
  form: Parameters,
): Promise<HttpResponse> {
  if (!client.allowsClientCredentials) throw new OAuthError("unauthorized_client");
  const pool = core.registry.poolOf(client);
  const { keyId, privateKey } = core.keysOf(pool).accessToken;
  const nowSeconds = Math.floor(core.clock() / 1000);
  const { accessTokenSeconds } = client.lifetimes;
  const accessToken = await new SignJWT({
    sub: client.id,
    token_use: "access",
    scope: readScope(client, form),
    auth_time: nowSeconds,
    iss: pool.issuer,
    exp: nowSeconds + accessTokenSeconds,
    iat: nowSeconds,
    version: 2,
    jti: randomUUID(),
    client_id: client.id,
  })
    .setProtectedHeader({ kid: keyId, alg: "RS256" })
    .sign(privateKey);
  return oauthJson(200, { access_token: accessToken, expires_in: accessTokenSeconds, token_type: "Bearer" });
}

/** Only scopes of resource servers can be granted; asked-for ones that the client does not have are passed over. */
function readScope(client: PoolClient, form: Parameters): string {
  const available = client.scopes.filter((scope) => scope.includes("/"));
  const asked = form.get("scope")?.split(" ") ?? available;
  const granted = available.filter((scope) => asked.includes(scope));
  if (granted.length === 0) throw new OAuthError("invalid_scope");
  return granted.join(" ");
}
