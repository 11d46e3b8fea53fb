// POST /oauth2/revoke: ends the sign-in that a refresh token continues.
// https://docs.aws.amazon.com/cognito/latest/developerguide/revocation-endpoint.html

import type { HttpRequest, HttpResponse } from "../../http/exchange.ts";
import type { Core } from "../core.ts";
import { isSignedToken } from "../tokens/refresh-token.ts";
import { authenticateClient } from "./client-authentication.ts";
import { OAuthError, withOAuthErrors } from "./oauth-error.ts";
import { readForm } from "./parameters.ts";

export function revokeEndpoint(core: Core, request: HttpRequest): Promise<HttpResponse> {
  return withOAuthErrors(401, () => {
    const form = readForm(request);
    if (form === undefined || form.hasRepeated) throw new OAuthError("invalid_request");
    const client = authenticateClient(core.registry, request, form);
    const token = form.get("token");
    if (token === undefined || !client.revocationEnabled) throw new OAuthError("invalid_request");
    if (isSignedToken(token)) throw new OAuthError("unsupported_token_type");
    core.grants.revoke(client, token);
    return { status: 200, headers: { "cache-control": "no-store", pragma: "no-cache" } };
  });
}
