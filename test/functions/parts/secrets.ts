// A loopback stand-in for Secrets Manager: secrets with the two versions that functions read.

import { randomUUID } from "node:crypto";
import { AwsError, type JsonOperation } from "cdk-offline/testing";
import type { AwsEndpoint } from "./aws-endpoint.ts";
import type { KeyRing } from "../../../functions/auth/cookies/key-ring.ts";
import { sealKeyFor } from "../../../functions/auth/cookies/key-ring.ts";
import { secretSource, type SecretSource } from "../../../functions/shared/secret.ts";
import type { Log } from "../../../functions/shared/log.ts";

interface Version {
  readonly id: string;
  readonly text: string;
  readonly createdAtMs: number;
}

export interface Secrets {
  /** Serves `GetSecretValue`. */
  readonly read: JsonOperation;
  /** What operators call beside it. */
  readonly operations: Readonly<Record<"DescribeSecret" | "PutSecretValue", JsonOperation>>;
  /** Gives a secret another version; the one before stays as `AWSPREVIOUS`. */
  put(name: string, text: string): void;
}

export function secretsOf(clock: () => number): Secrets {
  const versions = new Map<string, Version[]>();
  const put = (name: string, text: string, id: string = randomUUID()) => {
    versions.set(name, [...(versions.get(name) ?? []), { id, text, createdAtMs: clock() }]);
  };
  return {
    read: ({ SecretId, VersionStage }: { SecretId: string; VersionStage: string }) => {
      const version = versions.get(SecretId)?.at(VersionStage === "AWSPREVIOUS" ? -2 : -1);
      if (version === undefined) throw new AwsError("ResourceNotFoundException", "cannot find it");
      const { id, text, createdAtMs } = version;
      return { ARN: SecretId, SecretString: text, VersionId: id, CreatedDate: createdAtMs / 1000 };
    },
    put: (name, text) => {
      put(name, text);
    },
    operations: {
      DescribeSecret: ({ SecretId }: { SecretId: string }) => {
        const [current, previous] = (versions.get(SecretId) ?? []).toReversed();
        const labels = { ...(current && { [current.id]: ["AWSCURRENT"] }) };
        return { VersionIdsToStages: { ...labels, ...(previous && { [previous.id]: ["AWSPREVIOUS"] }) } };
      },
      PutSecretValue: (input: { SecretId: string; SecretString: string; ClientRequestToken: string }) => {
        put(input.SecretId, input.SecretString, input.ClientRequestToken);
        return {};
      },
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
