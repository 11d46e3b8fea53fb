// Secrets Manager behind a loopback server, with the secrets a test deploys.

import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  type GetSecretValueCommandInput,
  type PutSecretValueCommandInput,
} from "@aws-sdk/client-secrets-manager";
import { onTestFinished } from "vitest";
import type { Resource } from "../../src/assembly/resource.ts";
import { secretResource, type SecretProperties } from "../../src/secrets-manager/resources.ts";
import { openSecretsManager } from "../../src/secrets-manager/service.ts";
import { deployed } from "../deployed.ts";
import { clientConfig, serveJsonService } from "../serving.ts";

export const NAME = "app/one";
/** What `deployed` keeps from one deployment to the next, so that the ARN stays. */
const kept = new Map<string, string>();

/** A secret of the template whose name is NAME. */
export function secret(
  properties: Readonly<Record<string, unknown>> = { SecretString: "first" },
  rest: Partial<Resource<SecretProperties>> = {},
): Resource<SecretProperties> {
  return { ...deployed(secretResource, { Name: NAME, ...properties }, { kept }), ...rest };
}

/** Opens the service on a folder; it is closed when the test has ended. */
export async function start(
  dir: string,
  secrets: readonly Resource<SecretProperties>[] = [secret()],
  clock: () => number = Date.now,
) {
  const service = openSecretsManager({ dir, clock, region: "us-east-1", account: "000000000000", secrets });
  const errors: unknown[] = [];
  const endpoint = await serveJsonService(service.json, (error) => errors.push(error));
  const client = new SecretsManagerClient(clientConfig(endpoint));
  onTestFinished(() => {
    client.destroy();
    service.close();
  });
  return {
    service,
    errors,
    client,
    get: (input: Partial<GetSecretValueCommandInput> = {}) =>
      client.send(new GetSecretValueCommand({ SecretId: NAME, ...input })),
    put: (input: Partial<PutSecretValueCommandInput>) =>
      client.send(new PutSecretValueCommand({ SecretId: NAME, ...input })),
    stages: async () =>
      (await client.send(new DescribeSecretCommand({ SecretId: NAME }))).VersionIdsToStages ?? {},
  };
}

/** A version id of the length that the service asks for. */
export const token = (letter: string) => letter.repeat(32);
