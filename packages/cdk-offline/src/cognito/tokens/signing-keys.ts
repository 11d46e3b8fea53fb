// The two RSA keys of a pool: made once, on this machine, and kept with the pool's state.

import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  randomBytes,
  type KeyObject,
} from "node:crypto";
import { promisify } from "node:util";
import type { JWK } from "jose";
import type { StoredKey } from "../store/records.ts";
import type { Store } from "../store/store.ts";

const MODULUS_BITS = 2048;

export interface SigningKey {
  readonly keyId: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** As published (RFC 7517). */
  readonly jwk: JWK;
}

/** On AWS too a pool has one key for each kind of token. */
export interface PoolKeys {
  readonly idToken: SigningKey;
  readonly accessToken: SigningKey;
}

export interface PoolSecrets extends PoolKeys {
  /** What is told of users who do not exist is made from it, so that it stays the same. */
  readonly pretence: Buffer;
}

/** Makes both keys, off the main thread. */
export async function generateKeys(): Promise<[StoredKey, StoredKey]> {
  return Promise.all([generateKey(), generateKey()]);
}

async function generateKey(): Promise<StoredKey> {
  const { privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: MODULUS_BITS });
  return {
    keyId: randomBytes(32).toString("base64"),
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

/** The keys that a pool was given when it was created. */
export function loadKeys(store: Store, poolId: string): PoolSecrets {
  const record = store.table("pools").get(poolId);
  if (record === undefined) throw new Error(`the user pool ${poolId} has no signing keys`);
  const [idToken, accessToken] = record.signingKeys;
  return {
    idToken: loadKey(idToken),
    accessToken: loadKey(accessToken),
    pretence: createHash("sha256").update(idToken.privateKey).digest(),
  };
}

function loadKey({ keyId, privateKey: pem }: StoredKey): SigningKey {
  const privateKey = createPrivateKey(pem);
  const publicKey = createPublicKey(privateKey);
  const { e = "", n = "" } = publicKey.export({ format: "jwk" });
  return { keyId, privateKey, publicKey, jwk: { alg: "RS256", e, kid: keyId, kty: "RSA", n, use: "sig" } };
}
