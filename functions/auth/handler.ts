// Entry of the function behind /auth: reads the environment, puts the parts together.

import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { SSMClient } from "@aws-sdk/client-ssm";
import { configSource } from "../shared/config.ts";
import { environmentChoice, environmentVariable } from "../shared/environment.ts";
import { createLedger, LEDGER_PATIENCE } from "../shared/ledger.ts";
import { LIMITS } from "../shared/limits.ts";
import { functionLog } from "../shared/log.ts";
import { post } from "../shared/post.ts";
import { poolKeys } from "../shared/token-verifier.ts";
import { createAuth } from "./endpoints.ts";
import { clientSecretReader } from "./provider/client-secret.ts";

const clock = Date.now;
const log = functionLog(clock);

export const handler = createAuth({
  config: configSource({
    ssm: new SSMClient({}),
    parameterName: environmentVariable("CONFIG_PARAMETER"),
    timeoutMs: LIMITS.configMs,
    clock,
    log,
  }),
  clientSecret: clientSecretReader({
    userPools: new CognitoIdentityProviderClient({ maxAttempts: 1 }),
    retries: { attempts: 8, firstPauseMs: 200, longestPauseMs: 1500 },
    timeoutMs: LIMITS.clientSecretMs,
  }),
  ledger: ({ graphqlUrl }) => createLedger({ graphqlUrl, post, ...LEDGER_PATIENCE }),
  fetch: (url, init) => fetch(url, init),
  keys: poolKeys(),
  originSecret: environmentVariable("ORIGIN_SECRET"),
  auditMode: environmentChoice("AUDIT_MODE", ["strict", "best-effort"]),
  limits: LIMITS,
  clock,
  log,
});
