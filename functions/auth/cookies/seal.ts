// Cookies nobody but this function can read or make: encrypted JWTs under a key for one purpose.

import { EncryptJWT, errors, jwtDecrypt } from "jose";
import * as v from "valibot";
import { SecretError } from "../../shared/secret.ts";
import type { KeyRing } from "./key-ring.ts";

/** What became of a sealed value: its content, or why there is none. */
type Opened<Content> =
  | { readonly status: "good"; readonly content: Content; readonly issuedAtEpochSeconds: number }
  | { readonly status: "expired" }
  | { readonly status: "invalid" };

export interface Seal<Content> {
  readonly lifetimeSeconds: number;
  /** Rejects with `SecretError`. */
  seal(content: Content): Promise<string>;
  /** Rejects with `SecretError` when the value may be good but the key that it names cannot be read. */
  open(sealed: string): Promise<Opened<Content>>;
}

export interface SealOptions<Content> {
  readonly keys: KeyRing;
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

/** Eight bytes. What names no key at all is not worth reading a secret for. */
const KEY_ID = /^[\w-]{11}$/;

const timesSchema = v.object({ iat: v.number() });

/** Whom a cookie is for: one purpose on one origin, so that a stack that shares the client with another takes none of its. */
export function audienceOf(purpose: string, { origin }: { readonly origin: string }): string {
  return `${origin}/auth ${purpose}`;
}

export function createSeal<Content extends Readonly<Record<string, unknown>>>(
  options: SealOptions<Content>,
): Seal<Content> {
  const { keys, audience, content: schema, lifetimeSeconds, clock } = options;
  const keyOf = async ({ kid = "" }: { readonly kid?: string }) => {
    const found = KEY_ID.test(kid) ? await keys.opening(kid) : undefined;
    if (found === undefined) throw new errors.JWEDecryptionFailed();
    return found.key;
  };
  return {
    lifetimeSeconds,
    seal: async (content) => {
      const { id, key, opensUntilMs } = await keys.sealing();
      const now = Math.floor(clock() / 1000);
      return new EncryptJWT({ ...content })
        .setProtectedHeader({ ...HEADER, kid: id })
        .setAudience(audience)
        .setIssuedAt(now)
        .setExpirationTime(Math.min(now + lifetimeSeconds, Math.floor(opensUntilMs / 1000)))
        .encrypt(key);
    },
    open: async (sealed) => {
      if (sealed.length > MAX_SEALED_LENGTH || !isCanonical(sealed)) return { status: "invalid" };
      try {
        const { payload } = await jwtDecrypt(sealed, keyOf, {
          audience,
          keyManagementAlgorithms: [HEADER.alg],
          contentEncryptionAlgorithms: [HEADER.enc],
          requiredClaims: ["exp"],
          currentDate: new Date(clock()),
        });
        const { iat } = v.parse(timesSchema, payload);
        return { status: "good", content: v.parse(schema, payload), issuedAtEpochSeconds: iat };
      } catch (error) {
        if (error instanceof SecretError) throw error;
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
