// Giving a secret another version.

import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import * as v from "valibot";
import type { Clock } from "../clock.ts";
import { AwsError } from "../aws/errors.ts";
import type { ReadContext } from "./get-secret-value.ts";
import { parseInput, secretId, versionStage } from "./input.ts";
import { findSecret } from "./secret-id.ts";
import type { SecretStore, SecretValue } from "./secret-store.ts";
import { CURRENT, labelsOf, labelsWith } from "./staging-labels.ts";

export interface WriteContext extends ReadContext {
  readonly clock: Clock;
}

// https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
const MAX_BYTES = 65_536;
const MAX_LABELS = 20;

const putInput = v.strictObject({
  SecretId: secretId,
  ClientRequestToken: v.optional(v.string()),
  SecretBinary: v.optional(v.string()),
  SecretString: v.optional(v.string()),
  VersionStages: v.optional(v.pipe(v.array(versionStage), v.minLength(1), v.maxLength(20)), [CURRENT]),
});

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html */
export function putSecretValue({ store, owner, clock }: WriteContext, input: unknown) {
  const { SecretId, ClientRequestToken, VersionStages, ...rest } = parseInput(
    "PutSecretValue",
    putInput,
    input,
  );
  const value = valueOf(rest.SecretString, rest.SecretBinary);
  if (ClientRequestToken !== undefined && !/^.{32,64}$/s.test(ClientRequestToken)) {
    throw new AwsError("InvalidParameterException", "ClientRequestToken must be 32-64 characters long.");
  }
  const { arn } = findSecret(store, owner, SecretId);
  const versionId = addVersion(store, arn, { value, labels: VersionStages, id: ClientRequestToken }, clock);
  const secret = findSecret(store, owner, arn);
  return {
    ARN: arn,
    Name: secret.name,
    VersionId: versionId,
    VersionStages: labelsOf(secret, versionId),
  };
}

export interface VersionDraft {
  readonly value: SecretValue;
  readonly labels: readonly string[];
  /** Default is a random one. */
  readonly id?: string | undefined;
}

/**
 * Adds a version to a secret that is there; answers its id. A repeat with the same id and value changes nothing, one with
 * another value throws `ResourceExistsException`.
 */
export function addVersion(store: SecretStore, arn: string, draft: VersionDraft, clock: Clock): string {
  const secret = store.get(arn);
  if (secret === undefined) throw new Error(`there is no secret ${arn}`);
  const { value, labels, id = randomUUID() } = draft;
  const existing = secret.versions.find((version) => version.id === id);
  if (existing === undefined) {
    const stages = labelsWith(secret, id, labels);
    if (Object.keys(stages).length > MAX_LABELS) {
      throw new AwsError(
        "LimitExceededException",
        `A secret can have at most ${MAX_LABELS} staging labels attached to its versions.`,
      );
    }
    store.addVersion(arn, { id, value, createdAtMs: clock() }, stages);
  } else if (!isDeepStrictEqual(existing.value, value)) {
    throw new AwsError(
      "ResourceExistsException",
      `You can't use ClientRequestToken ${id} because that value is already in use for a version of secret ${arn}.`,
    );
  }
  return id;
}

function valueOf(text: string | undefined, bytes: string | undefined): SecretValue {
  if (text === undefined && bytes === undefined) {
    throw new AwsError("InvalidRequestException", "You must provide either SecretString or SecretBinary.");
  }
  if (text !== undefined && bytes !== undefined) {
    throw new AwsError(
      "InvalidParameterException",
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    );
  }
  const value = text === undefined ? { bytes: bytes ?? "" } : { text };
  const size = "text" in value ? Buffer.byteLength(value.text) : Buffer.byteLength(value.bytes, "base64");
  if (size < 1 || size > MAX_BYTES) {
    throw new AwsError(
      "ValidationException",
      `A secret value must have at least one byte and at most ${MAX_BYTES}.`,
    );
  }
  return value;
}
