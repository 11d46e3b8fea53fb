// POST /oauth2/token: a code, a refresh token or the client's own credentials are exchanged for tokens.
// https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html

import { createHash } from "node:crypto";
import { AwsError } from "../../aws/errors.ts";
import type { HttpRequest, HttpResponse } from "../../http/exchange.ts";
import type { Core } from "../core.ts";
import type { PoolClient } from "../model/client.ts";
import type { UserRecord } from "../store/records.ts";
import type { IssuedTokens } from "../tokens/issue-tokens.ts";
import type { AuthorizationCodes, CodeGrant } from "./authorization-codes.ts";
import { authenticateClient } from "./client-authentication.ts";
import { grantClientCredentials } from "./client-credentials.ts";
import { OAuthError, oauthJson, withOAuthErrors } from "./oauth-error.ts";
import { readForm, type Parameters } from "./parameters.ts";

export function tokenEndpoint(
  core: Core,
  codes: AuthorizationCodes,
  request: HttpRequest,
): Promise<HttpResponse> {
  return withOAuthErrors(400, async () => {
    const form = readForm(request);
    if (form === undefined || form.hasRepeated) throw new OAuthError("invalid_request");
    const client = authenticateClient(core.registry, request, form);
    switch (form.get("grant_type")) {
      case "authorization_code":
        return exchangeCode(core, codes, client, form);
      case "refresh_token":
        return refresh(core, client, form);
      case "client_credentials":
        return grantClientCredentials(core, client, form);
      case undefined:
        throw new OAuthError("invalid_request");
      default:
        throw new OAuthError("unsupported_grant_type");
    }
  });
}

async function exchangeCode(
  core: Core,
  codes: AuthorizationCodes,
  client: PoolClient,
  form: Parameters,
): Promise<HttpResponse> {
  if (!client.allowsCodeGrant) throw new OAuthError("unauthorized_client");
  const code = form.get("code");
  const redirectUri = form.get("redirect_uri");
  if (code === undefined || redirectUri === undefined) throw new OAuthError("invalid_request");

  const codeGrant = codes.take(code);
  if (codeGrant?.clientId !== client.id) throw new OAuthError("invalid_grant");
  if (codeGrant.redirectUri !== redirectUri) throw new OAuthError("invalid_grant");
  checkCodeVerifier(codeGrant, form.get("code_verifier"));
  const user = enabledUser(core, codeGrant.sub);

  const { scope, authTimeSeconds, nonce } = codeGrant;
  const { grant, refreshToken } = core.grants.start({ client, user, scope, authTimeSeconds });
  const tokens = await orInvalidGrant(() =>
    core.issueTokens({ client, user, grant, isOAuth: true, source: "HostedAuth", nonce }),
  );
  return tokenResponse(tokens, refreshToken);
}

async function refresh(core: Core, client: PoolClient, form: Parameters): Promise<HttpResponse> {
  const token = form.get("refresh_token");
  if (token === undefined) throw new OAuthError("invalid_request");
  const refreshed = await orInvalidGrant(() =>
    core.refreshSignIn({ client, refreshToken: token, isOAuth: true }),
  );
  return tokenResponse(refreshed.tokens, refreshed.refreshToken);
}

/** The pool's own errors, those of triggers among them, are told to nobody here but as a grant that does not hold. */
async function orInvalidGrant<Result>(run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof AwsError) throw new OAuthError("invalid_grant");
    throw error;
  }
}

/**
 * RFC 7636 section 4.6. A verifier for a code that was asked for without a challenge is refused as well, or an attacker
 * could strip the challenge from the request (RFC 9700 section 4.8.2).
 */
function checkCodeVerifier({ codeChallenge }: CodeGrant, verifier: string | undefined): void {
  const found = verifier && createHash("sha256").update(verifier).digest("base64url");
  if (found !== codeChallenge) throw new OAuthError("invalid_grant");
}

function enabledUser(core: Core, sub: string): UserRecord {
  const user = core.users.withSub(sub);
  if (user?.isEnabled !== true) throw new OAuthError("invalid_grant");
  return user;
}

function tokenResponse(tokens: IssuedTokens, refreshToken: string | undefined): HttpResponse {
  return oauthJson(200, {
    id_token: tokens.idToken,
    access_token: tokens.accessToken,
    refresh_token: refreshToken,
    expires_in: tokens.expiresInSeconds,
    token_type: "Bearer",
  });
}
