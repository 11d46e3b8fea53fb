// Whether ID token and access token are a pair.

import { createHash } from "node:crypto";
import * as v from "valibot";
import type { AccessToken } from "../../shared/access-token.ts";
import { TokenError, type TokenVerifier } from "../../shared/token-verifier.ts";

const claimsSchema = v.object({
  sub: v.string(),
  at_hash: v.optional(v.string()),
  origin_jti: v.optional(v.string()),
});

/**
 * Verifies the ID token that came with an access token. Rejects with `TokenError` when its signature, issuer, audience
 * or times do not hold, or when it belongs to another access token, user or sign-in.
 * https://openid.net/specs/openid-connect-core-1_0.html#CodeIDToken; `at_hash` may be left out there.
 */
export async function requireMatchingIdToken(
  idToken: string,
  { token, claims }: { readonly token: string; readonly claims: AccessToken },
  verify: TokenVerifier,
): Promise<void> {
  const parsed = v.safeParse(claimsSchema, await verify(idToken));
  if (!parsed.success) throw new TokenError("invalid", "the ID token's claims are not of the agreed kind");
  const { sub, at_hash: accessTokenHash, origin_jti: loginId } = parsed.output;
  if (accessTokenHash !== undefined && accessTokenHash !== hashOf(token)) {
    throw new TokenError("invalid", "the ID token belongs to another access token");
  }
  if (sub !== claims.userId) throw new TokenError("invalid", "the ID token is another user's");
  if (loginId !== undefined && loginId !== claims.loginId) {
    throw new TokenError("invalid", "the ID token is of another sign-in");
  }
}

/** The left half of the SHA-256 of the token, as RS256 has it. */
function hashOf(accessToken: string): string {
  return createHash("sha256").update(accessToken, "ascii").digest().subarray(0, 16).toString("base64url");
}
