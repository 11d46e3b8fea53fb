// Verifies tokens of the user pool: signature, issuer, client and use by aws-jwt-verify, and the header fields and times
// that it lets pass.

import { CognitoJwtVerifier } from "aws-jwt-verify/cognito-verifier";
import {
  CognitoJwtInvalidClientIdError,
  CognitoJwtInvalidTokenUseError,
  FetchError,
  JwtExpiredError,
  JwtInvalidSignatureAlgorithmError,
  JwtInvalidSignatureError,
  JwtNotBeforeError,
  JwtParseError,
  JwtWithoutValidKidError,
  KidNotFoundInJwksError,
  ParameterValidationError,
  JwksValidationError,
  JwkValidationError,
  WaitPeriodNotYetEndedJwkError,
} from "aws-jwt-verify/error";
import type { JwksCache } from "aws-jwt-verify/jwk";
import * as v from "valibot";
import { KnownError } from "./known-error.ts";

/**
 * `invalid`: the token is not one of this pool and client, or not good any more. `keys_unavailable`: the pool's keys
 * cannot be read just now, so that nothing can be said of the token.
 */
export class TokenError extends KnownError<"invalid" | "keys_unavailable"> {}

export interface TokenVerifierOptions {
  readonly userPoolId: string;
  readonly clientId: string;
  readonly tokenUse: "access" | "id";
  /** Where the pool's public keys come from. */
  readonly keys: JwksCache;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

/** Resolves to the claims of a good token. Rejects with `TokenError`; with what is none of the token's faults as it is. */
export type TokenVerifier = (token: string) => Promise<Readonly<Record<string, unknown>>>;

/** How far clocks may be apart, in seconds. */
export const CLOCK_SKEW_SECONDS = 60;

/** Cognito's longest lifetime of access and ID tokens, in seconds: one day. */
const MAX_LIFETIME_SECONDS = 24 * 60 * 60;

const seconds = v.pipe(v.number(), v.integer(), v.minValue(0));
const timesSchema = v.object({ exp: seconds, iat: seconds, auth_time: v.optional(seconds) });

export function tokenVerifier(options: TokenVerifierOptions): TokenVerifier {
  const { userPoolId, clientId, tokenUse, keys, clock } = options;
  const verifier = CognitoJwtVerifier.create(
    {
      userPoolId,
      clientId,
      tokenUse,
      graceSeconds: CLOCK_SKEW_SECONDS,
      customJwtCheck: ({ header }) => {
        requireKnownHeader(header);
      },
    },
    { jwksCache: keys },
  );
  return async (token) => {
    let claims;
    try {
      claims = await verifier.verify(token);
    } catch (cause) {
      throw toTokenError(cause);
    }
    requireSaneTimes(claims, clock());
    return claims;
  };
}

/** https://www.rfc-editor.org/rfc/rfc7515#section-4.1.11: a critical extension that is not understood is refused. */
function requireKnownHeader(header: { readonly alg?: unknown; readonly crit?: unknown }): void {
  if (header.alg !== "RS256") throw new TokenError("invalid", "the token is not signed with RS256");
  if (header.crit !== undefined) throw new TokenError("invalid", "the token has critical header parameters");
}

function requireSaneTimes(claims: unknown, nowMs: number): void {
  const parsed = v.safeParse(timesSchema, claims);
  if (!parsed.success) throw new TokenError("invalid", "the token lacks exp or iat");
  const { exp, iat, auth_time: authTime } = parsed.output;
  const now = nowMs / 1000;
  if (exp <= now - CLOCK_SKEW_SECONDS) throw new TokenError("invalid", "the token has expired");
  if (iat > now + CLOCK_SKEW_SECONDS) throw new TokenError("invalid", "the token was issued in the future");
  if (authTime !== undefined && authTime > now + CLOCK_SKEW_SECONDS)
    throw new TokenError("invalid", "auth_time lies in the future");
  if (exp - iat > MAX_LIFETIME_SECONDS) throw new TokenError("invalid", "the token lives longer than a day");
}

/** What each of the library's errors means, said without its message, which quotes from the token. */
const REASONS: readonly (readonly [new (...details: never[]) => Error, string])[] = [
  [JwtParseError, "it is not a JWT"],
  [JwtInvalidSignatureAlgorithmError, "its algorithm is not that of the key"],
  [JwtInvalidSignatureError, "its signature is wrong"],
  [JwtExpiredError, "it has expired"],
  [JwtNotBeforeError, "it is not good yet"],
  [CognitoJwtInvalidClientIdError, "it was made for another client"],
  [CognitoJwtInvalidTokenUseError, "it is of another use"],
  [ParameterValidationError, "its issuer is another one"],
  [JwtWithoutValidKidError, "it names no key"],
  [KidNotFoundInJwksError, "its key is not one of the pool's"],
];

/** What is not known is no judgement of the token: it goes up as what it is. */
function toTokenError(cause: unknown): unknown {
  if (cause instanceof TokenError) return cause;
  const keysAreMissing =
    cause instanceof FetchError ||
    cause instanceof JwksValidationError ||
    cause instanceof JwkValidationError ||
    // Within ten seconds of a token with an unknown key nothing is fetched: this one may well be signed with a new key.
    cause instanceof WaitPeriodNotYetEndedJwkError;
  if (keysAreMissing)
    return new TokenError("keys_unavailable", "the keys of the user pool cannot be read", { cause });
  const reason = REASONS.find(([kind]) => cause instanceof kind)?.[1];
  if (reason === undefined) return cause;
  return new TokenError("invalid", `the token does not verify: ${reason}`);
}
