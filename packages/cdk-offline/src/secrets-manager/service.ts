// AWS Secrets Manager on one machine.

import type { Resource } from "../assembly/resource.ts";
import type { JsonService } from "../aws/json-protocol.ts";
import type { Clock } from "../clock.ts";
import { describeSecret } from "./describe-secret.ts";
import { findVersion, getSecretValue, type VersionReference } from "./get-secret-value.ts";
import { putSecretValue } from "./put-secret-value.ts";
import type { SecretProperties } from "./resources.ts";
import { findSecret } from "./secret-id.ts";
import { openSecretStore } from "./secret-store.ts";
import { deploySecrets } from "./template-secrets.ts";
import type { Tell } from "../state/write-guard.ts";

export interface SecretsManagerOptions {
  /** The service's own folder; made when it does not exist. */
  readonly dir: string;
  readonly clock: Clock;
  readonly region: string;
  readonly account: string;
  readonly secrets: readonly Resource<SecretProperties>[];
  /** Takes a line about storage that fails or has lost something. Default is standard error. */
  readonly tell?: Tell | undefined;
}

export interface SecretsManager {
  readonly json: JsonService;
  /** The text of a secret's version; `undefined` for bytes. Throws `AwsError` when there is none. */
  textOf(secretId: string, version: VersionReference): string | undefined;
  close(): void;
}

/** Opens the store and brings it up to the template. Throws `NotServed` for a secret that AWS would not accept. */
export function openSecretsManager(options: SecretsManagerOptions): SecretsManager {
  const { dir, clock, region, account, secrets } = options;
  const store = openSecretStore(dir, options.tell);
  const context = { store, clock, owner: { region, account } };
  try {
    deploySecrets(context, secrets);
  } catch (error) {
    store.close();
    throw error;
  }
  return {
    json: {
      target: "secretsmanager",
      version: "1.1",
      internalError: "InternalServiceError",
      operations: {
        GetSecretValue: (input: unknown) => getSecretValue(context, input),
        PutSecretValue: (input: unknown) => putSecretValue(context, input),
        DescribeSecret: (input: unknown) => describeSecret(context, input),
      },
    },
    textOf(secretId, version) {
      const { value } = findVersion(findSecret(store, context.owner, secretId), version);
      return "text" in value ? value.text : undefined;
    },
    close: () => {
      store.close();
    },
  };
}
