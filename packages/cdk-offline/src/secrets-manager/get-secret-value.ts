// Reading a secret: the current version, or the one of a label or an id.

import * as v from "valibot";
import { AwsError } from "../aws/errors.ts";
import { parseInput, secretId, versionStage } from "./input.ts";
import { findSecret, type Owner } from "./secret-id.ts";
import type { Secret, SecretStore, SecretVersion } from "./secret-store.ts";
import { CURRENT, labelsOf } from "./staging-labels.ts";

export interface ReadContext {
  readonly store: SecretStore;
  readonly owner: Owner;
}

const getInput = v.strictObject({
  SecretId: secretId,
  VersionId: v.optional(v.pipe(v.string(), v.minLength(32), v.maxLength(64))),
  VersionStage: v.optional(versionStage),
});

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html */
export function getSecretValue({ store, owner }: ReadContext, input: unknown) {
  const { SecretId, VersionId, VersionStage } = parseInput("GetSecretValue", getInput, input);
  const secret = findSecret(store, owner, SecretId);
  const version = findVersion(secret, { id: VersionId, stage: VersionStage });
  const { value } = version;
  return {
    ARN: secret.arn,
    CreatedDate: version.createdAtMs / 1000,
    Name: secret.name,
    ...("text" in value ? { SecretString: value.text } : { SecretBinary: value.bytes }),
    VersionId: version.id,
    VersionStages: labelsOf(secret, version.id),
  };
}

/** Which version is meant; the current one when nothing is said. */
export interface VersionReference {
  readonly id: string | undefined;
  readonly stage: string | undefined;
}

/** Throws `ResourceNotFoundException`, and `InvalidRequestException` when id and label name different versions. */
export function findVersion(secret: Secret, { id, stage }: VersionReference): SecretVersion {
  if (id === undefined) return versionOfStage(secret, stage ?? CURRENT);
  const version = secret.versions.find((candidate) => candidate.id === id);
  if (version === undefined) {
    throw notFound(`Secrets Manager can't find the specified secret value for VersionId: ${id}`);
  }
  if (stage !== undefined && secret.stages[stage] !== id) {
    throw new AwsError(
      "InvalidRequestException",
      "You provided a VersionStage that is not associated to the provided VersionId.",
    );
  }
  return version;
}

function versionOfStage(secret: Secret, stage: string): SecretVersion {
  const id = Object.hasOwn(secret.stages, stage) ? secret.stages[stage] : undefined;
  const version = secret.versions.find((candidate) => candidate.id === id);
  if (version !== undefined) return version;
  throw notFound(`Secrets Manager can't find the specified secret value for staging label: ${stage}`);
}

function notFound(message: string): AwsError {
  return new AwsError("ResourceNotFoundException", message);
}
