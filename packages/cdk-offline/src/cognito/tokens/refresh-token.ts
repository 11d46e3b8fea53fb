// Refresh tokens: random, of the form and length that the service's have, so that what must hold one is big enough.

import { createHash, randomBytes } from "node:crypto";

const HEADER = Buffer.from(JSON.stringify({ cty: "JWT", enc: "A256GCM", alg: "RSA-OAEP" })).toString(
  "base64url",
);

// The parts of a JWE (RFC 7516 section 3.1): encrypted key, initialization vector, ciphertext, authentication tag.
const PART_BYTES = [256, 12, 990, 16];
const ALL_BYTES = PART_BYTES.reduce((sum, bytes) => sum + bytes, 0);

export function makeRefreshToken(): string {
  const random = randomBytes(ALL_BYTES);
  let start = 0;
  const parts = PART_BYTES.map((bytes) => random.toString("base64url", start, (start += bytes)));
  return [HEADER, ...parts].join(".");
}

/** What is kept of a refresh token; the token itself is kept nowhere. */
export function hashRefreshToken(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}

/** Whether it is another kind of token: access and ID tokens have three parts. */
export function isSignedToken(token: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token);
}
