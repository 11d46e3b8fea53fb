// The server's side of a sign-in by SRP: proves that the client knows the password without ever seeing it.
//
// SRP-6a (RFC 5054) as Cognito's clients speak it: the key is derived by HKDF (RFC 5869) from the shared secret and the
// scrambling parameter, and the proof is an HMAC over the pool, the user, a block of the server's and a time.

import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";
import { invalidParameter } from "../errors.ts";
import type { PasswordRecord } from "../store/records.ts";
import {
  fullLength,
  GENERATOR,
  power,
  prime,
  SALT_BYTES,
  toNumber,
  unsigned,
  type PasswordOwner,
} from "./srp-verifier.ts";

const SECRET_EXPONENT_BYTES = 32;
const KEY_BYTES = 16;
const KEY_INFO = "Caldera Derived Key";

const N = toNumber(prime);
/** The multiplier k (RFC 5054 section 2.5.3), over the numbers as Cognito writes them. */
const K = toNumber(hash(unsigned(prime), Buffer.from([GENERATOR])));

export type Verifier = Pick<PasswordRecord, "salt" | "verifier">;

interface SrpProof {
  /** The block that the server gave, in base64. */
  readonly secretBlock: string;
  readonly timestamp: string;
  /** In base64. */
  readonly signature: string;
}

export interface SrpExchange {
  /** In hexadecimal. */
  readonly salt: string;
  /** The server's public value B, in hexadecimal. */
  readonly publicValue: string;
  isProof(proof: SrpProof): boolean;
}

/**
 * Answers a client's public value A, in hexadecimal. Throws `InvalidParameterException` for one that is not a number or
 * that is a multiple of the prime, which would make the secret known to everybody (RFC 5054 section 2.5.4).
 */
export function beginSrpExchange(owner: PasswordOwner, kept: Verifier, clientValue: string): SrpExchange {
  const A = readClientValue(clientValue);
  const secret = randomBytes(SECRET_EXPONENT_BYTES);
  const v = toNumber(Buffer.from(kept.verifier, "hex"));
  const B = (K * v + power(BigInt(GENERATOR), secret)) % N;

  return {
    salt: kept.salt,
    publicValue: B.toString(16),
    isProof({ secretBlock, timestamp, signature }) {
      const u = hash(toBytes(A), toBytes(B));
      const base = (A * power(v, u)) % N;
      const shared = toBytes(power(base, secret));
      const key = Buffer.from(hkdfSync("sha256", shared, unsigned(u), KEY_INFO, KEY_BYTES));
      const expected = createHmac("sha256", key)
        .update(owner.poolId.slice(owner.poolId.indexOf("_") + 1))
        .update(owner.userName)
        .update(Buffer.from(secretBlock, "base64"))
        .update(timestamp)
        .digest();
      const given = Buffer.from(signature, "base64");
      return given.length === expected.length && timingSafeEqual(given, expected);
    },
  };
}

/**
 * Stands in for the verifier of a user who does not exist: the salt is always the same for a seed, so that asking twice
 * tells nothing (RFC 5054 section 2.5.1.3), and no password fits. `seed` belongs to a name and is known to nobody
 * outside; it is at least as long as a salt.
 */
export function pretendVerifier(seed: Buffer): Verifier {
  return {
    salt: seed.toString("hex", 0, SALT_BYTES),
    // Not a power of the generator, which would cost time; what is sent of it is hidden by a random number anyway.
    verifier: randomBytes(prime.length - 1).toString("hex"),
  };
}

function readClientValue(text: string): bigint {
  // A few letters more than the prime has: clients may write zeros in front.
  if (!/^[0-9a-f]{1,800}$/i.test(text)) throw invalidParameter("SRP_A is not a number in hexadecimal.");
  const value = BigInt(`0x${text}`);
  if (value % N === 0n) throw invalidParameter("SRP_A must not be a multiple of the prime.");
  return value % N;
}

function hash(...parts: readonly Buffer[]): Buffer {
  const digest = createHash("sha256");
  for (const part of parts) digest.update(part);
  return digest.digest();
}

function toBytes(value: bigint): Buffer {
  return unsigned(fullLength(value));
}
