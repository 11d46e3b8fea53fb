// Verifies the tokens of a pool: signature, issuer and times. A revoked token still passes, as it does on AWS.

import { errors, jwtVerify, type CryptoKey, type JWTPayload, type KeyObject } from "jose";
import type { Clock } from "../../clock.ts";
import type { Pool } from "../model/pool.ts";
import { TokenError } from "../token-error.ts";
import type { PoolKeys } from "./signing-keys.ts";

const MOST_REMEMBERED = 2000;

export type Claims = Readonly<JWTPayload>;

/** Gives the claims of an access or ID token of this pool; rejects with `TokenError`. */
export type VerifyToken = (token: string) => Promise<Claims>;

/** A token that has passed is remembered until it expires: its claims are then found without verifying again. */
export function createVerifyToken(pool: Pool, keys: PoolKeys, clock: Clock): VerifyToken {
  const remembered = new Map<string, Claims>();

  const remember = (token: string, claims: Claims): void => {
    const [oldest] = remembered.keys();
    if (remembered.size >= MOST_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
    remembered.set(token, claims);
  };

  return async (token) => {
    const known = remembered.get(token);
    if (known !== undefined) {
      if ((known.exp ?? 0) * 1000 > clock()) return known;
      remembered.delete(token);
      throw expired();
    }
    const claims = deepFreeze(await verify(token, pool, keys, clock));
    remember(token, claims);
    return claims;
  };
}

async function verify(token: string, pool: Pool, keys: PoolKeys, clock: Clock): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, ({ kid }) => publicKey(keys, kid), {
      algorithms: ["RS256"],
      issuer: pool.issuer,
      requiredClaims: ["exp", "iat", "sub", "token_use"],
      currentDate: new Date(clock()),
    });
    return payload;
  } catch (error) {
    throw tokenError(error);
  }
}

function publicKey(keys: PoolKeys, keyId: string | undefined): KeyObject | CryptoKey {
  const key = [keys.idToken, keys.accessToken].find((candidate) => candidate.keyId === keyId);
  if (key === undefined) throw new TokenError("invalid", "the token names a key that the pool does not have");
  return key.publicKey;
}

function tokenError(error: unknown): unknown {
  if (error instanceof errors.JWTExpired) return expired(error);
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid) {
    return new TokenError("malformed", "the token is not a JWT", { cause: error });
  }
  if (error instanceof errors.JOSEError) {
    return new TokenError("invalid", `the token does not hold: ${error.code}`, { cause: error });
  }
  return error;
}

function expired(cause?: Error): TokenError {
  return new TokenError("expired", "the token has expired", { cause });
}

/** The claims are handed to several callers. */
function deepFreeze<Value>(value: Value): Value {
  if (typeof value === "object" && value !== null) {
    for (const member of Object.values(value)) deepFreeze(member);
    Object.freeze(value);
  }
  return value;
}
