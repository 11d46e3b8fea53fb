// Passwords as the service needs them for SRP: a salt and a verifier, from which no password can be read back.
//
// SRP-6a (RFC 5054) with Cognito's choices: the 3072-bit prime of RFC 3526 with generator 2, SHA-256, and an identity
// made of the pool's name and the user name.

import { createHash, getDiffieHellman, randomBytes, timingSafeEqual } from "node:crypto";
import type { PasswordRecord } from "../store/records.ts";

export const GENERATOR = 2;
export const SALT_BYTES = 16;

/** N, the modulus of all the arithmetic. */
export const prime = getDiffieHellman("modp15").getPrime();
const N = toNumber(prime);

/** Whose password it is. The user name is the one the user was created with, never an alias. */
export interface PasswordOwner {
  readonly poolId: string;
  readonly userName: string;
}

/** Makes what is kept of a new password. */
export function hidePassword(owner: PasswordOwner, password: string, nowMs: number): PasswordRecord {
  const salt = randomBytes(SALT_BYTES);
  return {
    salt: salt.toString("hex"),
    verifier: verifier(owner, password, salt).toString("hex"),
    setAtMs: nowMs,
  };
}

/**
 * Whether a password is the one that was kept. Without a record it takes the same time and answers no, so that the
 * answer's time does not tell who has an account.
 */
export function isPassword(
  owner: PasswordOwner,
  password: string,
  kept: PasswordRecord | undefined,
): boolean {
  const salt = kept === undefined ? randomBytes(SALT_BYTES) : Buffer.from(kept.salt, "hex");
  const found = verifier(owner, password, salt);
  const expected = kept === undefined ? randomBytes(prime.length) : Buffer.from(kept.verifier, "hex");
  return timingSafeEqual(found, expected);
}

/** g^x mod N. */
function verifier({ poolId, userName }: PasswordOwner, password: string, salt: Buffer): Buffer {
  const poolName = poolId.slice(poolId.indexOf("_") + 1);
  const identity = createHash("sha256").update(`${poolName}${userName}:${password}`).digest();
  const x = createHash("sha256").update(unsigned(salt)).update(identity).digest();
  return fullLength(power(BigInt(GENERATOR), x));
}

/**
 * `base` to the power of `exponent` modulo N, four bits of the exponent at a time. Not by `node:crypto`: since OpenSSL 3.5
 * it tests the prime anew for seconds, and it refuses bases that a client may send.
 */
export function power(base: bigint, exponent: Buffer): bigint {
  const powers = [1n];
  for (let last = 1n; powers.length < 16; powers.push(last)) last = (last * base) % N;
  let result = 1n;
  for (const digit of exponent.toString("hex")) {
    for (let bit = 0; bit < 4; bit += 1) result = (result * result) % N;
    result = (result * (powers[Number.parseInt(digit, 16)] ?? 1n)) % N;
  }
  return result;
}

export function toNumber(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString("hex")}`);
}

/** A number below N, in as many bytes as N has. */
export function fullLength(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(prime.length * 2, "0"), "hex");
}

/** The bytes of a positive number as SRP clients hash it: a zero byte in front where the first bit is set. */
export function unsigned(bytes: Buffer): Buffer {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start += 1;
  const minimal = bytes.subarray(start);
  return (minimal[0] ?? 0) > 0x7f ? Buffer.concat([Buffer.alloc(1), minimal]) : minimal;
}
