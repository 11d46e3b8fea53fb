// A hundred functions that start in the same moment, within the quotas that AWS holds their account to.

import { AwsError } from "cdk-offline/testing";
import { expect, test } from "vitest";
import { configSource } from "../../../functions/shared/config.ts";
import { LIMITS } from "../../../functions/shared/limits.ts";
import { READ_RETRIES } from "../../../functions/shared/patience.ts";
import { secretSource } from "../../../functions/shared/secret.ts";
import { startAwsEndpoint } from "../parts/aws-endpoint.ts";
import { logLines } from "../parts/log-lines.ts";
import { secretsOf } from "../parts/secrets.ts";
import { AUTHORIZATION_SERVER, CLIENT_ID, USER_POOL_ID } from "../parts/user-pool.ts";

const FUNCTIONS = 100;

/** Requests a second: https://docs.aws.amazon.com/general/latest/gr/ssm.html and …/gr/asm.html */
const GET_PARAMETER_QUOTA = 40;
const GET_SECRET_VALUE_QUOTA = 10_000;

const CONFIG = {
  ...{ origin: "https://ledger.example", userPoolId: USER_POOL_ID, clientId: CLIENT_ID },
  ...{ graphqlUrl: "https://api.example/graphql", realtimeUrl: "wss://api.example/graphql" },
  authorizationServer: AUTHORIZATION_SERVER,
};

/** Time that passes only while every one of `parties` waits, up to when the first of them is to go on. */
class WaitingTime {
  nowMs = 0;
  readonly #waiting: { readonly untilMs: number; readonly goOn: () => void }[] = [];
  #parties: number;

  constructor(parties: number) {
    this.#parties = parties;
  }

  pause(ms: number): Promise<void> {
    return new Promise((goOn) => {
      this.#waiting.push({ untilMs: this.nowMs + ms, goOn });
      this.#passWhenAllWait();
    });
  }

  leave(): void {
    this.#parties -= 1;
    this.#passWhenAllWait();
  }

  #passWhenAllWait(): void {
    if (this.#parties === 0 || this.#waiting.length < this.#parties) return;
    this.#waiting.sort((one, other) => one.untilMs - other.untilMs);
    const first = this.#waiting.shift();
    this.nowMs = first?.untilMs ?? this.nowMs;
    first?.goOn();
  }
}

/** A token bucket that holds what one second refills; throws AWS's error when it is empty. */
function quota(perSecond: number, clock: () => number): () => void {
  let [tokens, filledAtMs] = [perSecond, clock()];
  return () => {
    tokens = Math.min(perSecond, tokens + ((clock() - filledAtMs) * perSecond) / 1000);
    filledAtMs = clock();
    if (tokens < 1) throw new AwsError("ThrottlingException", "Rate exceeded");
    tokens -= 1;
  };
}

async function start(parties: number) {
  const time = new WaitingTime(parties);
  const clock = () => time.nowMs;
  const [takeParameter, takeSecret] = [
    quota(GET_PARAMETER_QUOTA, clock),
    quota(GET_SECRET_VALUE_QUOTA, clock),
  ];
  const secrets = secretsOf(clock);
  secrets.put("s", "text");
  const aws = await startAwsEndpoint({
    GetParameter: () => {
      takeParameter();
      return { Parameter: { Value: JSON.stringify(CONFIG) } };
    },
    GetSecretValue: (input, ...rest) => {
      takeSecret();
      return secrets.read(input, ...rest);
    },
  });
  const { log } = logLines(clock);
  // The time limit is one of real time, which a slow machine may need: what is measured here is the time waited.
  const patience = { ...READ_RETRIES, timeoutMs: 600_000, pause: (ms: number) => time.pause(ms) };
  return { time, aws, clock, log, patience };
}

test("a hundred functions that start at once all read their config within its time limit", async () => {
  const { time, aws, clock, log, patience } = await start(FUNCTIONS);
  const endedAtMs = await Promise.all(
    Array.from({ length: FUNCTIONS }, async () => {
      await configSource({ ssm: aws.ssm, parameterName: "/c", patience, clock, log })();
      const at = clock();
      time.leave();
      return at;
    }),
  );
  expect(aws.calls.length).toBeGreaterThan(FUNCTIONS); // the quota was met
  expect(Math.max(...endedAtMs)).toBeLessThan(LIMITS.configMs);
});

test("a hundred functions that start at once all read both secrets, none of them asking twice", async () => {
  const { aws, clock, log, patience } = await start(2 * FUNCTIONS);
  const { secretsManager } = aws;
  await Promise.all(
    Array.from({ length: 2 * FUNCTIONS }, () =>
      secretSource({ secretsManager, secretId: "s", patience, clock, log }).get(),
    ),
  );
  expect(aws.calls).toHaveLength(2 * 2 * FUNCTIONS);
});
