// What secrets are called: their names, their ARNs, and what a request means by a SecretId.

import { AwsError } from "../aws/errors.ts";
import type { Secret, SecretStore } from "./secret-store.ts";

/** Region and account, from which ARNs are made. */
export interface Owner {
  readonly region: string;
  readonly account: string;
}

/** The ARN of a secret whose name comes with the hyphen and the six characters that the service adds. */
export function secretArn({ region, account }: Owner, nameWithSuffix: string): string {
  return `arn:aws:secretsmanager:${region}:${account}:secret:${nameWithSuffix}`;
}

/** The name in a secret's ARN. */
export function nameInArn(arn: string): string {
  return arn.slice(arn.indexOf(":secret:") + ":secret:".length).replace(/-[A-Za-z0-9]{6}$/, "");
}

/**
 * Finds a secret by its name, its ARN or the ARN without its last six characters and their hyphen. Throws
 * `ResourceNotFoundException`.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen
 */
export function findSecret(store: Pick<SecretStore, "get" | "list">, owner: Owner, id: string): Secret {
  const prefix = secretArn(owner, "");
  const name = id.startsWith(prefix) ? id.slice(prefix.length) : id;
  const secret = store.get(id) ?? store.list().find((candidate) => candidate.name === name);
  if (secret !== undefined) return secret;
  throw new AwsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
}

/** Checks the name of a secret that is to be made. Throws `ValidationException`. */
export function checkNewName(name: string): void {
  if (/^[A-Za-z0-9/_+=.@-]{1,512}$/.test(name)) return;
  throw new AwsError(
    "ValidationException",
    "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
  );
}
