// Who calls: the token is what counts, and it is verified here as well, whatever stood before this function.

import type { AccessToken } from "../shared/access-token.ts";
import { onlyHeader, type HttpRequest } from "../shared/http-request.ts";
import { LoginsError } from "./errors.ts";

/**
 * The verified access token of a request that API Gateway's authorizer let through. Throws `invalid_token` when no
 * authorizer stood before this function, when there is not exactly one token, or when the authorizer's claims are not
 * this token's; rejects with `TokenError` when it does not verify.
 */
export async function requireBearer(
  request: HttpRequest,
  verify: (token: string) => Promise<AccessToken>,
): Promise<string> {
  const { authorizerClaims } = request;
  if (authorizerClaims === undefined) {
    throw new LoginsError("invalid_token", "there are no claims of an authorizer");
  }
  // API Gateway takes the token with or without the word.
  const token = onlyHeader(request, "authorization")?.replace(/^Bearer +/i, "");
  if (token === undefined) {
    throw new LoginsError("invalid_token", "there is not exactly one Authorization header");
  }
  const claims = await verify(token);
  if (authorizerClaims["sub"] !== claims.userId || authorizerClaims["origin_jti"] !== claims.loginId) {
    throw new LoginsError("invalid_token", "the authorizer's claims are of another token");
  }
  return token;
}
