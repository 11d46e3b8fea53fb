// Reading the config parameter.

import { describe, expect, test } from "vitest";
import { configSource } from "../../../functions/shared/config.ts";
import { AwsError } from "cdk-offline/testing";
import { startAwsEndpoint } from "../parts/aws-endpoint.ts";
import { logLines } from "../parts/log-lines.ts";
import { AUTHORIZATION_SERVER, CLIENT_ID, USER_POOL_ID } from "../parts/user-pool.ts";

const GOOD = {
  origin: "http://localhost:4000",
  userPoolId: USER_POOL_ID,
  clientId: CLIENT_ID,
  graphqlUrl: "http://127.0.0.1:4001/graphql",
  realtimeUrl: "ws://127.0.0.1:4001/graphql/realtime",
  authorizationServer: AUTHORIZATION_SERVER,
};

async function source(value: unknown, timeoutMs = 5000) {
  const state = { text: typeof value === "string" ? value : JSON.stringify(value), now: 0 };
  const aws = await startAwsEndpoint({
    GetParameter: ({ Name }: { Name: string }) => ({ Parameter: { Name, Value: state.text } }),
  });
  const { log, entries } = logLines();
  const options = {
    ssm: aws.ssm,
    parameterName: "/ledger/config",
    clock: () => state.now,
    log,
    patience: { attempts: 3, firstPauseMs: 1, longestPauseMs: 2, timeoutMs },
  };
  return { state, aws, entries, read: configSource(options) };
}

describe("the config", () => {
  test("is read once and kept; members it does not know are left out", async () => {
    const { read, aws } = await source({ ...GOOD, later: true });
    expect(await read()).toEqual(GOOD);
    await read();
    expect(aws.calls).toEqual(["GetParameter"]);
  });

  test("is looked at again after five minutes: the same object while it says the same, a new one when not", async () => {
    const { read, state } = await source(GOOD);
    const first = await read();
    state.now += 300_000;
    expect(await read()).toBe(first);
    state.now += 300_000;
    state.text = JSON.stringify({ ...GOOD, clientId: "another" });
    expect(await read()).toMatchObject({ clientId: "another" });
  });

  test("stays good when Parameter Store fails later, with a warning", async () => {
    const { read, state, aws, entries } = await source(GOOD);
    await read();
    state.now += 300_000;
    aws.operations["GetParameter"] = () => {
      throw new AwsError("ThrottlingException", "Rate exceeded");
    };
    expect(await read()).toEqual(GOOD);
    expect(entries()).toMatchObject([
      {
        level: "WARN",
        event: "config_stale",
        cause: { code: "config_unavailable", cause: { name: "ThrottlingException" } },
      },
    ]);
  });

  test.each([
    ["is not JSON", "{"],
    ["is empty", ""],
    ["lacks a member", { ...GOOD, clientId: undefined }],
    ["has a path in its origin", { ...GOOD, origin: "https://ledger.example/" }],
    ["has no address where one is wanted", { ...GOOD, graphqlUrl: "graphql" }],
    ["is a list", []],
    ["is a number", 5],
    ["names no user pool", { ...GOOD, userPoolId: "../x" }],
  ])("one that %s is refused, saying where", async (_, value) => {
    const { read } = await source(value);
    await expect(read()).rejects.toMatchObject({
      code: "config_invalid",
      message: expect.stringContaining("/ledger/config") as unknown,
    });
  });

  test("that has no value is refused", async () => {
    const { read, aws } = await source(GOOD);
    aws.operations["GetParameter"] = () => ({});
    await expect(read()).rejects.toMatchObject({ code: "config_invalid" });
  });

  test("that cannot be read in time is a passing fault, and the next call asks again", async () => {
    const { read, aws } = await source(GOOD, 700);
    aws.delayMs = 10_000;
    await expect(read()).rejects.toMatchObject({ code: "config_unavailable" });
    aws.delayMs = 0;
    expect(await read()).toEqual(GOOD);
  });
});
