// Giving a secret its next version, so that of two runs at once only one does.

import {
  PutSecretValueCommand,
  ResourceExistsException,
  type GetSecretValueResponse,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { createHash } from "node:crypto";
import { OperateError } from "./errors.ts";

/**
 * Puts a text where the version that was read is the current one. The new version's identifier follows from that one's:
 * AWS refuses a second text under it. Rejects with `OperateError` then.
 */
export async function putNextVersion(
  secretsManager: SecretsManagerClient,
  { ARN, VersionId }: GetSecretValueResponse,
  text: string,
): Promise<void> {
  const ClientRequestToken = createHash("sha256").update(`after ${VersionId}`).digest("hex");
  try {
    await secretsManager.send(
      new PutSecretValueCommand({ SecretId: ARN, SecretString: text, ClientRequestToken }),
    );
  } catch (cause) {
    if (!(cause instanceof ResourceExistsException)) throw cause;
    throw new OperateError("somebody else has just changed the secret; this run has changed nothing", {
      cause,
    });
  }
}
