// What the endpoints work with, put together once for each config that the function comes to see.

import type { JwksCache } from "aws-jwt-verify/jwk";
import { accessTokenVerifier, type AccessToken } from "../shared/access-token.ts";
import type { Config } from "../shared/config.ts";
import type { Ledger } from "../shared/ledger.ts";
import type { Log } from "../shared/log.ts";
import { tokenVerifier, type TokenVerifier } from "../shared/token-verifier.ts";
import type { AuditMode } from "./checks/recorded.ts";
import { audienceOf, createSeal, keyFor, type Seal } from "./cookies/seal.ts";
import { SESSION_SECONDS, sessionSchema, type Session } from "./cookies/session.ts";
import { TRANSACTION_SECONDS, transactionSchema, type Transaction } from "./cookies/transaction.ts";
import type { ProviderFetch } from "./provider/bounded-fetch.ts";
import { createProvider, type Provider, type ProviderLimits } from "./provider/provider.ts";

/** What the function is given from outside. */
export interface AuthDependencies {
  /** Rejects with `ConfigError`. */
  readonly config: () => Promise<Config>;
  /** Rejects with `ClientSecretError`. */
  readonly clientSecret: (config: Config) => Promise<string>;
  readonly ledger: (config: Config) => Ledger;
  readonly fetch: ProviderFetch;
  /** The user pool's public keys. */
  readonly keys: JwksCache;
  /** What the distribution sends in `x-ll-origin`. */
  readonly originSecret: string;
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
  readonly originSecret: string;
  readonly auditMode: AuditMode;
  readonly clock: () => number;
  readonly log: Log;
}

/** Returns a function that resolves to the services; what goes wrong in making them is tried anew on the next call. */
export function serviceSource(dependencies: AuthDependencies): () => Promise<Services> {
  const kept = new WeakMap<Config, Promise<Services>>();
  return async () => {
    const config = await dependencies.config();
    const services = kept.get(config) ?? createServices(config, dependencies);
    kept.set(config, services);
    try {
      return await services;
    } catch (error) {
      kept.delete(config);
      throw error;
    }
  };
}

async function createServices(config: Config, dependencies: AuthDependencies): Promise<Services> {
  const { fetch, limits, keys, clock, log, originSecret, auditMode } = dependencies;
  const { userPoolId, clientId } = config;
  const clientSecret = await dependencies.clientSecret(config);
  return {
    config,
    provider: createProvider({ config, clientSecret, fetch, limits }),
    transactions: createSeal({
      key: keyFor("transaction", clientSecret, clientId),
      audience: audienceOf("transaction", config),
      content: transactionSchema,
      lifetimeSeconds: TRANSACTION_SECONDS,
      clock,
    }),
    sessions: createSeal({
      key: keyFor("session", clientSecret, clientId),
      audience: audienceOf("session", config),
      content: sessionSchema,
      lifetimeSeconds: SESSION_SECONDS,
      clock,
    }),
    verifyAccessToken: accessTokenVerifier({ userPoolId, clientId, keys, clock }),
    verifyIdToken: tokenVerifier({ userPoolId, clientId, tokenUse: "id", keys, clock }),
    ledger: dependencies.ledger(config),
    originSecret,
    auditMode,
    clock,
    log,
  };
}
