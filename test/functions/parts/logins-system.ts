// The function behind POST /logins with everything around it on loopback.

import { createLogins } from "../../../functions/logins/logins.ts";
import { configSource } from "../../../functions/shared/config.ts";
import { createLedger } from "../../../functions/shared/ledger.ts";
import { post } from "../../../functions/shared/post.ts";
import { startAwsEndpoint } from "./aws-endpoint.ts";
import { startGraphqlEndpoint } from "./graphql-endpoint.ts";
import { logLines } from "./log-lines.ts";
import { QUICK, secretsOf, sourceOf } from "./secrets.ts";
import { restEvent, type EventParts } from "./rest-event.ts";
import { AUTHORIZATION_SERVER, CLIENT_ID, startUserPool, USER_POOL_ID } from "./user-pool.ts";

export const ORIGIN_SECRET = "5d1ad0a0-0000-4000-8000-aabbccddeeff";
/** Of the token that is sent unless a test says otherwise, and of the authorizer that stood before the function. */
export const claims = { sub: "s", origin_jti: "o" };

/** @param create the function's code: another build of it, from which something was taken out. */
export async function startLogins(create = createLogins) {
  const pool = await startUserPool(Date.now);
  const ledger = await startGraphqlEndpoint();
  const log = logLines();
  const config = {
    origin: "https://ledger.example",
    userPoolId: USER_POOL_ID,
    clientId: CLIENT_ID,
    graphqlUrl: ledger.url,
    realtimeUrl: "wss://api.example",
    authorizationServer: AUTHORIZATION_SERVER,
  };
  const secrets = secretsOf(Date.now);
  secrets.put("origin", ORIGIN_SECRET);
  const aws = await startAwsEndpoint({
    GetSecretValue: secrets.read,
    GetParameter: () => ({ Parameter: { Value: JSON.stringify(config) } }),
  });
  const logins = create({
    config: configSource({
      ssm: aws.ssm,
      parameterName: "/c",
      clock: Date.now,
      log: log.log,
      patience: QUICK,
    }),
    ledger: ({ graphqlUrl }) =>
      createLedger({
        graphqlUrl,
        post,
        timeoutMs: 5000,
        retries: { attempts: 2, firstPauseMs: 1, longestPauseMs: 1 },
      }),
    keys: pool.newKeys(),
    originSecret: sourceOf({ aws, secretId: "origin", clock: Date.now, log: log.log }),
    clock: Date.now,
    log: log.log,
  });
  const token = pool.accessToken(claims);
  const send = async (parts: EventParts = {}) => {
    const headers = { Authorization: token, ...parts.headers };
    const answer = await logins(restEvent({ method: "POST", target: "/logins", claims, ...parts, headers }));
    return { ...answer, json: JSON.parse(answer.body) as Record<string, unknown> };
  };
  return { pool, ledger, log, aws, token, send };
}
