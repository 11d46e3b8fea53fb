// util.autoId, autoUlid and autoKsuid.

import { currentInvocation } from "./invocation.ts";

const CROCKFORD_BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** KSUIDs count seconds from here (https://github.com/segmentio/ksuid). */
const KSUID_EPOCH_SECONDS = 1_400_000_000;

function randomBytes(count: number): number[] {
  const { nextRandom } = currentInvocation();
  return Array.from({ length: count }, () => nextRandom() & 0xff);
}

function hex(bytes: readonly number[]): string {
  return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A random UUID, version 4 (RFC 9562 section 5.4). */
export function autoId(): string {
  const bytes = randomBytes(16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return [bytes.slice(0, 4), bytes.slice(4, 6), bytes.slice(6, 8), bytes.slice(8, 10), bytes.slice(10)]
    .map(hex)
    .join("-");
}

/** A ULID: 48 bits of milliseconds and 80 random ones, in Crockford's base 32 (https://github.com/ulid/spec). */
export function autoUlid(): string {
  const timeHex = currentInvocation().nowMs.toString(16).padStart(12, "0");
  return inBase(`${timeHex}${hex(randomBytes(10))}`, CROCKFORD_BASE32, 26);
}

/** A KSUID: 32 bits of seconds and 128 random ones, in base 62. */
export function autoKsuid(): string {
  const seconds = Math.floor(currentInvocation().nowMs / 1000) - KSUID_EPOCH_SECONDS;
  const timeHex = Math.max(0, seconds).toString(16).padStart(8, "0");
  return inBase(`${timeHex}${hex(randomBytes(16))}`, BASE62, 27);
}

function inBase(hexDigits: string, alphabet: string, length: number): string {
  let rest = BigInt(`0x${hexDigits}`);
  const base = BigInt(alphabet.length);
  let digits = "";
  while (digits.length < length) {
    digits = alphabet.charAt(Number(rest % base)) + digits;
    rest /= base;
  }
  return digits;
}
