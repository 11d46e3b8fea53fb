// What the endpoints work with, put together once for each config that the function comes to see.

import type { JwksCache } from "aws-jwt-verify/jwk";
import { accessTokenVerifier, type AccessToken } from "../shared/access-token.ts";
import type { Config } from "../shared/config.ts";
import type { Ledger } from "../shared/ledger.ts";
import type { Log } from "../shared/log.ts";
import { originCheck, type OriginCheck } from "../shared/origin.ts";
import type { SecretSource } from "../shared/secret.ts";
import { tokenVerifier, type TokenVerifier } from "../shared/token-verifier.ts";
import type { AuditMode } from "./checks/recorded.ts";
import type { ClientSecretSource } from "./client-secret.ts";
import { keyRing } from "./cookies/key-ring.ts";
import { audienceOf, createSeal, type Seal } from "./cookies/seal.ts";
import { SESSION_SECONDS, sessionSchema, type Session } from "./cookies/session.ts";
import { TRANSACTION_SECONDS, transactionSchema, type Transaction } from "./cookies/transaction.ts";
import type { ProviderFetch } from "./provider/bounded-fetch.ts";
import { createProvider, type Provider, type ProviderLimits } from "./provider/provider.ts";

/** What the function is given from outside. */
export interface AuthDependencies {
  /** Rejects with `ConfigError`. */
  readonly config: () => Promise<Config>;
  readonly clientSecret: ClientSecretSource;
  /** What the distribution sends in `x-ll-origin`. */
  readonly originSecret: SecretSource;
  readonly ledger: (config: Config) => Ledger;
  readonly fetch: ProviderFetch;
  /** The user pool's public keys. */
  readonly keys: JwksCache;
  readonly auditMode: AuditMode;
  readonly limits: ProviderLimits;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly log: Log;
}

export interface Services {
  readonly config: Config;
  readonly provider: Provider;
  readonly transactions: Seal<Transaction>;
  readonly sessions: Seal<Session>;
  readonly verifyAccessToken: (token: string) => Promise<AccessToken>;
  readonly verifyIdToken: TokenVerifier;
  readonly ledger: Ledger;
  readonly isFromDistribution: OriginCheck;
  readonly auditMode: AuditMode;
  readonly clock: () => number;
  readonly log: Log;
}

/**
 * Returns a function that resolves to the services. All that they need is read at once; what goes wrong in reading it is
 * tried anew on the next call.
 */
export function serviceSource(dependencies: AuthDependencies): () => Promise<Services> {
  const { config: readConfig, clientSecret: client, originSecret } = dependencies;
  let last:
    { readonly config: Config; readonly clientSecret: string; readonly services: Services } | undefined;
  return async () => {
    const reads = [readConfig(), client.get(), originSecret.get()] as const;
    // To the end, so that a reading that fails for this request is not the one that the next request waits for.
    await Promise.allSettled(reads);
    const [config, { clientSecret }] = await Promise.all(reads);
    if (last?.config !== config || last.clientSecret !== clientSecret) {
      last = { config, clientSecret, services: createServices(config, clientSecret, dependencies) };
    }
    return last.services;
  };
}

function createServices(config: Config, clientSecret: string, dependencies: AuthDependencies): Services {
  const { fetch, limits, keys, clock, log, auditMode } = dependencies;
  const { userPoolId, clientId } = config;
  const sealed = (purpose: string) => ({
    keys: keyRing({ secret: dependencies.clientSecret, purpose, clientId, clock }),
    audience: audienceOf(purpose, config),
    clock,
  });
  return {
    config,
    provider: createProvider({ config, clientSecret, fetch, limits }),
    transactions: createSeal({
      ...sealed("transaction"),
      content: transactionSchema,
      lifetimeSeconds: TRANSACTION_SECONDS,
    }),
    sessions: createSeal({
      ...sealed("session"),
      content: sessionSchema,
      lifetimeSeconds: SESSION_SECONDS,
    }),
    verifyAccessToken: accessTokenVerifier({ userPoolId, clientId, keys, clock }),
    verifyIdToken: tokenVerifier({ userPoolId, clientId, tokenUse: "id", keys, clock }),
    ledger: dependencies.ledger(config),
    isFromDistribution: originCheck(dependencies.originSecret),
    auditMode,
    clock,
    log,
  };
}
