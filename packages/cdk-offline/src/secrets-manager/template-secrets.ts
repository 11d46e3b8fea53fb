// Brings the secrets of the template into the store, as a deployment by CloudFormation would.

import { isDeepStrictEqual } from "node:util";
import * as v from "valibot";
import { refusalsOf } from "../assembly/refusals.ts";
import type { Resource } from "../assembly/resource.ts";
import { AwsError } from "../aws/errors.ts";
import { NotServed } from "../errors.ts";
import { generateSecretString } from "./generate-string.ts";
import { addVersion, type WriteContext } from "./put-secret-value.ts";
import { secretResource, type SecretProperties } from "./resources.ts";
import { checkNewName, nameInArn } from "./secret-id.ts";
import type { Secret, SecretHead, SecretStore } from "./secret-store.ts";
import { CURRENT } from "./staging-labels.ts";

/**
 * Makes the secrets that are new, gives another version to those of which the template says another value or another way
 * to generate it, and removes those whose resource has gone, unless its deletion policy was Retain. The value of any other
 * stays as it is, whatever an operator has put there since. Throws `NotServed` for what the service would not accept.
 */
export function deploySecrets(context: WriteContext, resources: readonly Resource<SecretProperties>[]): void {
  const arns = new Set(resources.map(({ ref }) => ref));
  for (const { arn, isRetained } of context.store.list()) {
    if (!arns.has(arn) && !isRetained) context.store.remove(arn);
  }
  for (const resource of resources) {
    orNotServed(resource, () => {
      deploySecret(context, resource);
    });
  }
}

/** What `deploySecrets` refuses whatever is stored. */
export function checkSecrets(resources: readonly Resource<SecretProperties>[]): readonly NotServed[] {
  return refusalsOf(
    resources.map((resource) => () => {
      orNotServed(resource, () => {
        checkNewName(nameInArn(resource.ref));
        valueOf(resource.properties);
      });
    }),
  );
}

function orNotServed({ logicalId }: Resource<unknown>, work: () => void): void {
  try {
    work();
  } catch (cause) {
    if (!(cause instanceof AwsError)) throw cause;
    throw new NotServed({ code: "not-deployable", logicalId, reason: cause.message }, { cause });
  }
}

function deploySecret({ store, clock }: WriteContext, resource: Resource<SecretProperties>): void {
  const { ref: arn, properties, isRetained = false } = resource;
  const { Description: description, Tags: tags } = properties;
  const name = nameInArn(arn);
  const before = store.get(arn);
  if (before === undefined) requireFreeName(store, name);
  // A start that was broken off may have left a secret without its value.
  const valueIsNew = before === undefined || before.versions.length === 0 || hasChanged(resource);
  const text = valueIsNew ? valueOf(properties) : undefined;
  const head = { arn, name, description, tags, isRetained, createdAtMs: before?.createdAtMs ?? clock() };
  if (before === undefined || !isDeepStrictEqual(head, headOf(before))) store.describe(head, clock());
  if (text !== undefined) addVersion(store, arn, { value: { text }, labels: [CURRENT] }, clock);
}

function headOf({ arn, name, description, tags, isRetained, createdAtMs }: Secret): SecretHead {
  return { arn, name, description, tags, isRetained, createdAtMs };
}

function requireFreeName(store: SecretStore, name: string): void {
  checkNewName(name);
  if (!store.list().some((secret) => secret.name === name)) return;
  throw new AwsError(
    "ResourceExistsException",
    `The operation failed because the secret ${name} already exists.`,
  );
}

/** Whether the template says something else of the value than at the last deployment. */
function hasChanged({ properties, deployedProperties }: Resource<SecretProperties>): boolean {
  const before = v.safeParse(secretResource.properties, deployedProperties);
  // A start that was broken off before the deployment was recorded has made its value already.
  if (!before.success) return false;
  return !isDeepStrictEqual(valuePropertiesOf(before.output), valuePropertiesOf(properties));
}

function valuePropertiesOf({ SecretString, GenerateSecretString }: SecretProperties) {
  return { SecretString, GenerateSecretString };
}

/** A secret with neither property is empty until somebody puts a value there. */
function valueOf({ SecretString, GenerateSecretString }: SecretProperties): string | undefined {
  if (SecretString !== undefined && GenerateSecretString !== undefined) {
    throw new AwsError(
      "InvalidRequestException",
      "A secret has either SecretString or GenerateSecretString, not both.",
    );
  }
  return GenerateSecretString === undefined ? SecretString : generateSecretString(GenerateSecretString);
}
