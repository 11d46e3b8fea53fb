// Cookies nobody but this function can read or make: encrypted JWTs under a key for one purpose.

import { hkdfSync } from "node:crypto";
import { EncryptJWT, errors, jwtDecrypt } from "jose";
import * as v from "valibot";

/** What became of a sealed value: its content, or why there is none. */
type Opened<Content> =
  | { readonly status: "good"; readonly content: Content; readonly issuedAtEpochSeconds: number }
  | { readonly status: "expired" }
  | { readonly status: "invalid" };

export interface Seal<Content> {
  readonly lifetimeSeconds: number;
  seal(content: Content): Promise<string>;
  open(sealed: string): Promise<Opened<Content>>;
}

export interface SealOptions<Content> {
  /** 32 bytes, of which nobody else knows. */
  readonly key: Uint8Array;
  /** What the value is for: one made for another purpose does not open, even under the same key. */
  readonly audience: string;
  readonly content: v.GenericSchema<unknown, Content>;
  readonly lifetimeSeconds: number;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

/** Longest value that is looked at: a browser keeps no cookie larger than 4,096 bytes. */
const MAX_SEALED_LENGTH = 4096;

/** `dir` with A256GCM: https://www.rfc-editor.org/rfc/rfc7518#section-4.5 */
const HEADER = { alg: "dir", enc: "A256GCM" } as const;

const timesSchema = v.object({ iat: v.number() });

/**
 * Derives the key for one purpose from the client secret, by HKDF with SHA-256 (https://www.rfc-editor.org/rfc/rfc5869):
 * there is no further secret to keep, and a cookie of another stack does not open.
 */
export function keyFor(purpose: string, clientSecret: string, clientId: string): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", clientSecret, clientId, `login-ledger ${purpose}`, 32));
}

/** Whom a cookie is for: one purpose on one origin, so that a stack that shares the client with another takes none of its. */
export function audienceOf(purpose: string, { origin }: { readonly origin: string }): string {
  return `${origin}/auth ${purpose}`;
}

export function createSeal<Content extends Readonly<Record<string, unknown>>>(
  options: SealOptions<Content>,
): Seal<Content> {
  const { key, audience, content: schema, lifetimeSeconds, clock } = options;
  return {
    lifetimeSeconds,
    seal: (content) => {
      const now = Math.floor(clock() / 1000);
      return new EncryptJWT({ ...content })
        .setProtectedHeader(HEADER)
        .setAudience(audience)
        .setIssuedAt(now)
        .setExpirationTime(now + lifetimeSeconds)
        .encrypt(key);
    },
    open: async (sealed) => {
      if (sealed.length > MAX_SEALED_LENGTH || !isCanonical(sealed)) return { status: "invalid" };
      try {
        const { payload } = await jwtDecrypt(sealed, key, {
          audience,
          keyManagementAlgorithms: [HEADER.alg],
          contentEncryptionAlgorithms: [HEADER.enc],
          requiredClaims: ["exp"],
          currentDate: new Date(clock()),
        });
        const { iat } = v.parse(timesSchema, payload);
        return { status: "good", content: v.parse(schema, payload), issuedAtEpochSeconds: iat };
      } catch (error) {
        // Whatever else is wrong with it, the value came from outside: no kind of rubbish is a fault of ours.
        return { status: error instanceof errors.JWTExpired ? "expired" : "invalid" };
      }
    },
  };
}

/** Whether no other text decodes to the same bytes: base64url leaves bits unused at the end, decoders overlook them. */
function isCanonical(sealed: string): boolean {
  return sealed.split(".").every((part) => Buffer.from(part, "base64url").toString("base64url") === part);
}
