// Whether a request came through the distribution, while what it sends along is changed.

import { expect, test } from "vitest";
import { originCheck } from "../../../functions/shared/origin.ts";
import { startAwsEndpoint } from "../parts/aws-endpoint.ts";
import { logLines } from "../parts/log-lines.ts";
import { secretsOf, sourceOf } from "../parts/secrets.ts";

async function start() {
  const state = { nowMs: 1_700_000_000_000 };
  const clock = () => state.nowMs;
  const secrets = secretsOf(clock);
  secrets.put("origin", "first");
  const aws = await startAwsEndpoint({ GetSecretValue: secrets.read });
  const { log } = logLines(clock);
  return {
    state,
    secrets,
    aws,
    isFromDistribution: originCheck(sourceOf({ aws, secretId: "origin", clock, log })),
  };
}

test("the distribution is known by the current value and by the one before, and by no other", async () => {
  const { secrets, isFromDistribution } = await start();
  secrets.put("origin", "second");
  expect(await isFromDistribution("second")).toBe(true);
  expect(await isFromDistribution("first")).toBe(true);
  expect(await isFromDistribution("third")).toBe(false);
  expect(await isFromDistribution("")).toBe(false);
});

test("a value that was put there ten seconds ago is known by all who meet it", async () => {
  const { state, secrets, aws, isFromDistribution } = await start();
  expect(await isFromDistribution("first")).toBe(true);
  secrets.put("origin", "second");
  state.nowMs += 10_000;
  expect(await Promise.all([isFromDistribution("second"), isFromDistribution("second")])).toEqual([
    true,
    true,
  ]);
  expect(aws.calls).toHaveLength(4);
});

test("values that somebody makes up have the secret read once in ten seconds", async () => {
  const { state, aws, isFromDistribution } = await start();
  await isFromDistribution("first");
  state.nowMs += 10_000;
  for (let n = 0; n < 20; n += 1) expect(await isFromDistribution(`guess ${n}`)).toBe(false);
  expect(aws.calls).toHaveLength(4);
});
