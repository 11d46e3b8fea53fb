// Entry of the function behind /auth: reads the environment, puts the parts together.

import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SSMClient } from "@aws-sdk/client-ssm";
import { configSource } from "../shared/config.ts";
import { environmentChoice, environmentVariable } from "../shared/environment.ts";
import { createLedger, LEDGER_PATIENCE } from "../shared/ledger.ts";
import { LIMITS } from "../shared/limits.ts";
import { functionLog } from "../shared/log.ts";
import { post } from "../shared/post.ts";
import { READ_RETRIES } from "../shared/patience.ts";
import { secretSource } from "../shared/secret.ts";
import { poolKeys } from "../shared/pool-keys.ts";
import { clientSecretSource } from "./client-secret.ts";
import { createAuth } from "./endpoints.ts";

const clock = Date.now;
const log = functionLog(clock);
const patience = { ...READ_RETRIES, timeoutMs: LIMITS.secretMs };
const secretsManager = new SecretsManagerClient({ maxAttempts: 1 });
const secret = (variable: string) =>
  secretSource({ secretsManager, secretId: environmentVariable(variable), patience, clock, log });

export const handler = createAuth({
  config: configSource({
    ssm: new SSMClient({ maxAttempts: 1 }),
    parameterName: environmentVariable("CONFIG_PARAMETER"),
    patience: { ...READ_RETRIES, timeoutMs: LIMITS.configMs },
    clock,
    log,
  }),
  clientSecret: clientSecretSource(secret("CLIENT_SECRET_ID")),
  originSecret: secret("ORIGIN_SECRET_ID"),
  ledger: ({ graphqlUrl }) => createLedger({ graphqlUrl, post, ...LEDGER_PATIENCE }),
  fetch: (url, init) => fetch(url, init),
  keys: poolKeys(),
  auditMode: environmentChoice("AUDIT_MODE", ["strict", "best-effort"]),
  limits: LIMITS,
  clock,
  log,
});
