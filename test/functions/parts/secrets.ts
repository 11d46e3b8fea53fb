// A loopback stand-in for Secrets Manager: secrets with the two versions that functions read.

import { AwsError, type JsonOperation } from "cdk-offline/testing";
import type { AwsEndpoint } from "./aws-endpoint.ts";
import type { KeyRing } from "../../../functions/auth/cookies/key-ring.ts";
import { sealKeyFor } from "../../../functions/auth/cookies/key-ring.ts";
import { secretSource, type SecretSource } from "../../../functions/shared/secret.ts";
import type { Log } from "../../../functions/shared/log.ts";

interface Version {
  readonly text: string;
  readonly createdAtMs: number;
}

export interface Secrets {
  /** Serves `GetSecretValue`. */
  readonly read: JsonOperation;
  /** Gives a secret another version; the one before stays as `AWSPREVIOUS`. */
  put(name: string, text: string): void;
}

export function secretsOf(clock: () => number): Secrets {
  const versions = new Map<string, Version[]>();
  return {
    read: ({ SecretId, VersionStage }: { SecretId: string; VersionStage: string }) => {
      const version = versions.get(SecretId)?.at(VersionStage === "AWSPREVIOUS" ? -2 : -1);
      if (version === undefined) throw new AwsError("ResourceNotFoundException", "cannot find it");
      return { SecretString: version.text, CreatedDate: version.createdAtMs / 1000 };
    },
    put: (name, text) => {
      versions.set(name, [...(versions.get(name) ?? []), { text, createdAtMs: clock() }]);
    },
  };
}

/** Tries again at once, as often as functions do. */
export const QUICK = { attempts: 3, firstPauseMs: 1, longestPauseMs: 2, timeoutMs: 5000 };

export interface SourceOptions {
  readonly aws: AwsEndpoint;
  readonly secretId: string;
  readonly clock: () => number;
  readonly log: Log;
}

export function sourceOf({ aws, ...options }: SourceOptions): SecretSource {
  return secretSource({ secretsManager: aws.secretsManager, patience: QUICK, ...options });
}

/** The keys of one purpose derived from one secret, for cookies that a test makes itself. */
export function keysFrom(purpose: string, sealKey: string, clientId: string): KeyRing {
  const key = sealKeyFor(purpose, sealKey, clientId);
  return {
    sealing: () => Promise.resolve({ ...key, opensUntilMs: Number.MAX_SAFE_INTEGER }),
    opening: (id) => Promise.resolve(id === key.id ? key : undefined),
  };
}
