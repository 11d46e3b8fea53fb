// The keys of the cookies for one purpose: one to seal with, and every one that still opens.

import { hkdfSync } from "node:crypto";
import { REREAD_AFTER_MS } from "../../shared/secret.ts";
import type { ClientSecret, ClientSecretSource } from "../client-secret.ts";

/**
 * How long a key opens at least after it was last the current one, in seconds: as long as the longest cookie lives.
 * `npm run rotate` changes the key no more often than this.
 */
export const KEY_OPENS_SECONDS = 12 * 60 * 60;

export interface SealKey {
  /** Tells the keys apart, and nothing about them. */
  readonly id: string;
  /** 32 random bytes, known only to functions that may read the secret. */
  readonly key: Uint8Array;
}

export interface SealingKey extends SealKey {
  /** Until when it is sure to open what it seals now, in milliseconds since the epoch. */
  readonly opensUntilMs: number;
}

export interface KeyRing {
  /** The key to seal with. Rejects with `SecretError`. */
  sealing(): Promise<SealingKey>;
  /**
   * The key of this identifier; undefined when there is none. One that is not known has the secret read again. Rejects
   * with `SecretError` when that fails: the key may be one that has come in the meantime.
   */
  opening(id: string): Promise<SealKey | undefined>;
}

export interface KeyRingOptions {
  readonly secret: ClientSecretSource;
  readonly purpose: string;
  readonly clientId: string;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

export function keyRing({ secret, purpose, clientId, clock }: KeyRingOptions): KeyRing {
  const keysOf = ({ sealKey, previousSealKey }: ClientSecret) =>
    [sealKey, previousSealKey]
      .filter((text) => text !== undefined)
      .map((text) => sealKeyFor(purpose, text, clientId));
  return {
    sealing: async () => {
      const { sealKey, previousSealKey, createdAtMs, readAtMs } = await secret.get();
      // A new key seals once every function that has not met it may read the secret again for it.
      const isTooNew = clock() - createdAtMs < REREAD_AFTER_MS;
      const [text, wasCurrentAtMs] =
        isTooNew && previousSealKey !== undefined ? [previousSealKey, createdAtMs] : [sealKey, readAtMs];
      return {
        ...sealKeyFor(purpose, text, clientId),
        opensUntilMs: wasCurrentAtMs + KEY_OPENS_SECONDS * 1000,
      };
    },
    opening: async (id) => {
      const known = keysOf(await secret.get()).find((key) => key.id === id);
      return known ?? keysOf(await secret.renew()).find((key) => key.id === id);
    },
  };
}

/**
 * Derives the key for one purpose, and its identifier, by HKDF with SHA-256 (https://www.rfc-editor.org/rfc/rfc5869): a
 * cookie made for another purpose, or for another client, does not open.
 */
export function sealKeyFor(purpose: string, sealKey: string, clientId: string): SealKey {
  const derive = (info: string, bytes: number) =>
    new Uint8Array(hkdfSync("sha256", sealKey, clientId, `login-ledger ${info}`, bytes));
  return {
    id: Buffer.from(derive("key id", 8)).toString("base64url"),
    key: derive(purpose, 32),
  };
}
