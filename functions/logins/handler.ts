// Entry of the function behind POST /logins: reads the environment, puts the parts together.

import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SSMClient } from "@aws-sdk/client-ssm";
import { configSource } from "../shared/config.ts";
import { environmentVariable } from "../shared/environment.ts";
import { createLedger, LEDGER_PATIENCE } from "../shared/ledger.ts";
import { LIMITS } from "../shared/limits.ts";
import { functionLog } from "../shared/log.ts";
import { post } from "../shared/post.ts";
import { READ_RETRIES } from "../shared/patience.ts";
import { secretSource } from "../shared/secret.ts";
import { poolKeys } from "../shared/pool-keys.ts";
import { createLogins } from "./logins.ts";

const clock = Date.now;
const log = functionLog(clock);

export const handler = createLogins({
  config: configSource({
    ssm: new SSMClient({ maxAttempts: 1 }),
    parameterName: environmentVariable("CONFIG_PARAMETER"),
    patience: { ...READ_RETRIES, timeoutMs: LIMITS.configMs },
    clock,
    log,
  }),
  ledger: ({ graphqlUrl }) => createLedger({ graphqlUrl, post, ...LEDGER_PATIENCE }),
  keys: poolKeys(),
  originSecret: secretSource({
    secretsManager: new SecretsManagerClient({ maxAttempts: 1 }),
    secretId: environmentVariable("ORIGIN_SECRET_ID"),
    patience: { ...READ_RETRIES, timeoutMs: LIMITS.secretMs },
    clock,
    log,
  }),
  clock,
  log,
});
