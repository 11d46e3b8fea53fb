// An SRP client by the book (RFC 5054) with Cognito's choices, quick enough to be run many times.

import { createHash, createHmac, getDiffieHellman, hkdfSync, randomBytes } from "node:crypto";

const prime = getDiffieHellman("modp15").getPrime();
const N = BigInt(`0x${prime.toString("hex")}`);
const k = number(sha256(Buffer.concat([Buffer.from([0]), prime, Buffer.from([2])])));

export interface SrpClient {
  /** SRP_A. */
  readonly publicValue: string;
  /** What PASSWORD_VERIFIER is answered with. */
  prove(
    challenge: Readonly<Record<string, string>>,
    poolName: string,
    password: string,
  ): Record<string, string>;
}

export function srpClient(): SrpClient {
  const a = number(randomBytes(32));
  const A = power(2n, a);
  return {
    publicValue: A.toString(16),
    prove(challenge, poolName, password) {
      const { SALT = "", SRP_B = "", SECRET_BLOCK = "", USER_ID_FOR_SRP: userName = "" } = challenge;
      const B = BigInt(`0x${SRP_B}`);
      const u = number(sha256(signed(A), signed(B)));
      const identity = sha256(Buffer.from(`${poolName}${userName}:${password}`));
      const x = number(sha256(signed(BigInt(`0x${SALT}`)), identity));
      const base = (((B - k * power(2n, x)) % N) + N) % N;
      const S = power(base, a + u * x);
      const key = Buffer.from(hkdfSync("sha256", signed(S), signed(u), "Caldera Derived Key", 16));
      const timestamp = "Sun Nov 1 20:00:00 UTC 2026";
      const signature = createHmac("sha256", key)
        .update(`${poolName}${userName}`)
        .update(Buffer.from(SECRET_BLOCK, "base64"))
        .update(timestamp)
        .digest("base64");
      return {
        USERNAME: userName,
        PASSWORD_CLAIM_SECRET_BLOCK: SECRET_BLOCK,
        PASSWORD_CLAIM_SIGNATURE: signature,
        TIMESTAMP: timestamp,
      };
    },
  };
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % N;
    if (bit === "1") result = (result * base) % N;
  }
  return result;
}

function sha256(...parts: readonly Buffer[]): Buffer {
  return createHash("sha256").update(Buffer.concat(parts)).digest();
}

function number(value: Buffer): bigint {
  return BigInt(`0x${value.toString("hex")}`);
}

function bytes(value: bigint): Buffer {
  const text = value.toString(16);
  return Buffer.from(text.length % 2 === 1 ? `0${text}` : text, "hex");
}

/** As Java writes a positive number: a zero byte in front where the first bit is set. */
function signed(value: bigint): Buffer {
  const minimal = bytes(value);
  return (minimal[0] ?? 0) > 0x7f ? Buffer.concat([Buffer.from([0]), minimal]) : minimal;
}
