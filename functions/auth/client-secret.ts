// What signing in needs to know: the web client's own secret, and the one from which the keys of the cookies are derived.

import * as v from "valibot";
import { SecretError, type SecretSource, type SecretVersion, type SecretVersions } from "../shared/secret.ts";

const contentSchema = v.object({
  clientSecret: v.pipe(v.string(), v.nonEmpty()),
  /** Some 256 bits, made by Secrets Manager or by `npm run rotate`. */
  sealKey: v.pipe(v.string(), v.minLength(32)),
});

export interface ClientSecret {
  /** The user pool knows one value only: that of the current version. */
  readonly clientSecret: string;
  readonly sealKey: string;
  /** Milliseconds since the epoch. */
  readonly createdAtMs: number;
  readonly previousSealKey: string | undefined;
  /** When it was asked for, in milliseconds since the epoch. */
  readonly readAtMs: number;
}

export interface ClientSecretSource {
  /** Resolves to the very same object until the secret is read again. */
  get(): Promise<ClientSecret>;
  /** For a caller who has met a key that is not among these; reads again, unless that was done a moment ago. */
  renew(): Promise<ClientSecret>;
}

/** Both methods reject with `SecretError`. */
export function clientSecretSource(secret: SecretSource): ClientSecretSource {
  let last: { readonly versions: SecretVersions; readonly parsed: ClientSecret } | undefined;
  const parse = (versions: SecretVersions): ClientSecret => {
    if (last?.versions !== versions) last = { versions, parsed: parseVersions(versions) };
    return last.parsed;
  };
  return {
    get: async () => parse(await secret.get()),
    renew: async () => parse(await secret.renew()),
  };
}

function parseVersions({ current, previous, readAtMs }: SecretVersions): ClientSecret {
  const content = contentOf(current);
  if (content === undefined) {
    throw new SecretError(
      "secret_invalid",
      "the client's secret is not of the form { clientSecret, sealKey }; run npm run rotate or deploy the stack again",
    );
  }
  // A former version that says something else opens no cookie; there is nothing else it could do.
  const previousSealKey = previous === undefined ? undefined : contentOf(previous)?.sealKey;
  return { ...content, createdAtMs: current.createdAtMs, previousSealKey, readAtMs };
}

function contentOf({ text }: SecretVersion) {
  try {
    return v.parse(contentSchema, JSON.parse(text));
  } catch {
    return undefined;
  }
}
