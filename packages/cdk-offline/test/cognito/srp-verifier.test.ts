import { createHash, getDiffieHellman } from "node:crypto";
import { expect, test } from "vitest";
import { hidePassword, isPassword } from "../../src/cognito/passwords/srp-verifier.ts";

const OWNER = { poolId: "us-east-1_AbCdEfGhI", userName: "Ada" };

/** g^x mod N by the book, as a client computes it (RFC 5054), with the padding that Cognito's clients use. */
function verifierByTheBook(salt: string, password: string): bigint {
  const prime = BigInt(`0x${getDiffieHellman("modp15").getPrime("hex")}`);
  const identity = createHash("sha256").update(`AbCdEfGhIAda:${password}`).digest("hex");
  const trimmed = BigInt(`0x${salt}`).toString(16);
  const even = trimmed.length % 2 === 1 ? `0${trimmed}` : trimmed;
  const padded = /^[89a-f]/.test(even) ? `00${even}` : even;
  const x = BigInt(
    `0x${createHash("sha256")
      .update(Buffer.from(padded + identity, "hex"))
      .digest("hex")}`,
  );
  let [result, base] = [1n, 2n];
  for (let rest = x; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * base) % prime;
    base = (base * base) % prime;
  }
  return result;
}

test("the verifier is the one that an SRP client expects, for every kind of salt", () => {
  const firstBits = new Set<boolean>();
  for (let i = 0; i < 12 || firstBits.size < 2; i++) {
    const kept = hidePassword(OWNER, "pässword 7", 0);
    firstBits.add(/^[89a-f]/.test(kept.salt));
    expect(BigInt(`0x${kept.verifier}`)).toBe(verifierByTheBook(kept.salt, "pässword 7"));
    expect(kept.verifier).toHaveLength(768);
  }
});

test("a salt that begins with zeros is hashed as the number it is", () => {
  const salt = "0000000000000000000000000000a1b2";
  const verifier = verifierByTheBook(salt, "secret").toString(16).padStart(768, "0");
  expect(isPassword(OWNER, "secret", { salt, verifier, setAtMs: 0 })).toBe(true);
});

test("only the password of this user in this pool is right", () => {
  const kept = hidePassword(OWNER, "secret", 0);
  expect(isPassword(OWNER, "secret", kept)).toBe(true);
  expect(isPassword(OWNER, "Secret", kept)).toBe(false);
  expect(isPassword({ ...OWNER, userName: "Bob" }, "secret", kept)).toBe(false);
  expect(isPassword({ ...OWNER, poolId: "us-east-1_other" }, "secret", kept)).toBe(false);
  expect(isPassword(OWNER, "secret", undefined)).toBe(false);
});

test("the same password is kept differently each time", () => {
  const [first, second] = [1, 2].map(() => hidePassword(OWNER, "secret", 0));
  expect(first?.verifier).not.toBe(second?.verifier);
});
