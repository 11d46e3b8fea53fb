// A secret of Secrets Manager in its two versions: what was put there last, and what was there before.

import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { renewableValue, type RenewableValue } from "./cached-value.ts";
import { KnownError } from "./known-error.ts";
import { describeError, type Log } from "./log.ts";
import { askPatiently, type Patience } from "./patience.ts";

/** A secret cannot be read (`secret_unavailable`) or holds something that makes no sense (`secret_invalid`). */
export class SecretError extends KnownError<"secret_unavailable" | "secret_invalid"> {}

export interface SecretVersion {
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly createdAtMs: number;
}

export interface SecretVersions {
  readonly current: SecretVersion;
  /** Undefined until there has been a second version. */
  readonly previous: SecretVersion | undefined;
  /** When they were asked for, in milliseconds since the epoch: what was put there later is not among them. */
  readonly readAtMs: number;
}

export interface SecretOptions {
  /** A client that does not try again by itself. */
  readonly secretsManager: SecretsManagerClient;
  /** Name or ARN. */
  readonly secretId: string;
  readonly patience: Patience;
  readonly clock: () => number;
  readonly log: Log;
}

/** A version put there by an operator is noticed within this time, and within the other one by whoever meets it. */
const LIFETIME_MS = 60_000;
const PAUSE_AFTER_FAILURE_MS = 10_000;

/**
 * A secret is read ahead of time once in so many milliseconds at most, whatever keys callers make up. What is new is used
 * only when it is older than this, so that every function that meets it may read it.
 */
export const REREAD_AFTER_MS = 10_000;

export type SecretSource = RenewableValue<SecretVersions>;

/** Both methods reject with `SecretError`. */
export function secretSource(options: SecretOptions): SecretSource {
  const { clock, log, secretId } = options;
  return renewableValue({
    load: () => readVersions(options),
    lifetimeMs: LIFETIME_MS,
    pauseAfterFailureMs: PAUSE_AFTER_FAILURE_MS,
    renewAfterMs: REREAD_AFTER_MS,
    clock,
    onStale: (error) => {
      log.warn("secret_stale", { secretId, cause: describeError(error) });
    },
  });
}

async function readVersions(options: SecretOptions): Promise<SecretVersions> {
  const readAtMs = options.clock();
  const signal = AbortSignal.timeout(options.patience.timeoutMs);
  // One after the other: a version put there in between is missing then, and none that is still good is.
  const current = await readVersion(options, "AWSCURRENT", signal);
  const previous = await readVersion(options, "AWSPREVIOUS", signal);
  if (current !== undefined) return { current, previous, readAtMs };
  throw new SecretError("secret_unavailable", `there is no secret ${options.secretId}`);
}

/** Undefined when there is no such secret, or no version of it with this label. */
async function readVersion(
  { secretsManager, secretId, patience }: SecretOptions,
  VersionStage: string,
  signal: AbortSignal,
): Promise<SecretVersion | undefined> {
  try {
    const command = new GetSecretValueCommand({ SecretId: secretId, VersionStage });
    const answer = await askPatiently(
      (abortSignal) => secretsManager.send(command, { abortSignal }),
      signal,
      patience,
    );
    return { text: answer.SecretString ?? "", createdAtMs: answer.CreatedDate?.getTime() ?? 0 };
  } catch (cause) {
    if (cause instanceof ResourceNotFoundException) return undefined;
    throw new SecretError("secret_unavailable", `the secret ${secretId} cannot be read`, { cause });
  }
}
