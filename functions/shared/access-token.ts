// What a verified access token says about the sign-in it stems from.

import * as v from "valibot";
import { TokenError, tokenVerifier, type TokenVerifierOptions } from "./token-verifier.ts";

export interface AccessToken {
  /** The user's subject identifier (`sub`). */
  readonly userId: string;
  readonly username: string;
  /** The identifier of the authentication event (`origin_jti`), which is also the ledger item's. */
  readonly loginId: string;
  readonly groups: readonly string[];
  readonly expiresAtEpochSeconds: number;
}

const text = v.pipe(v.string(), v.nonEmpty());

/** Of these Cognito promises none but `sub` and `exp`; the ledger cannot do without the others. */
const claimsSchema = v.object({
  sub: text,
  username: text,
  origin_jti: text,
  auth_time: v.number(),
  exp: v.number(),
  "cognito:groups": v.optional(v.array(v.string()), []),
});

/** Returns a function that verifies an access token of one client and reads it. It rejects with `TokenError`. */
export function accessTokenVerifier(
  options: Omit<TokenVerifierOptions, "tokenUse">,
): (token: string) => Promise<AccessToken> {
  const verify = tokenVerifier({ ...options, tokenUse: "access" });
  return async (token) => {
    const parsed = v.safeParse(claimsSchema, await verify(token));
    if (!parsed.success) {
      throw new TokenError("invalid", "the access token lacks sub, username, origin_jti or auth_time");
    }
    const { sub, username, origin_jti: loginId, exp, "cognito:groups": groups } = parsed.output;
    return { userId: sub, username, loginId, groups, expiresAtEpochSeconds: exp };
  };
}
