// Reading the client secret within the narrow quota of the user-pool API.

import { describe, expect, test } from "vitest";
import { clientSecretReader } from "../../../functions/auth/provider/client-secret.ts";
import type { Config } from "../../../functions/shared/config.ts";
import { AwsError } from "cdk-offline/testing";
import { startAwsEndpoint } from "../parts/aws-endpoint.ts";
import { AUTHORIZATION_SERVER, CLIENT_ID, USER_POOL_ID } from "../parts/user-pool.ts";

const config: Config = {
  ...{ origin: "https://ledger.example", userPoolId: USER_POOL_ID, clientId: CLIENT_ID },
  ...{ graphqlUrl: "https://api.example/graphql", realtimeUrl: "wss://api.example/graphql" },
  authorizationServer: AUTHORIZATION_SERVER,
};

async function start(fail: (call: number) => AwsError | undefined, timeoutMs = 5000) {
  const aws = await startAwsEndpoint({
    DescribeUserPoolClient: (input: { UserPoolId: string; ClientId: string }) => {
      const error = fail(aws.calls.length);
      if (error !== undefined) throw error;
      return { UserPoolClient: { ...input, ClientSecret: `secret of ${input.ClientId}` } };
    },
  });
  const retries = { attempts: 5, firstPauseMs: 1, longestPauseMs: 2 };
  return { aws, read: clientSecretReader({ userPools: aws.userPools, retries, timeoutMs }) };
}

const tooMany = new AwsError("TooManyRequestsException", "Too many requests");

describe("the client secret", () => {
  test("is that of the client the config names", async () => {
    const { read } = await start(() => undefined);
    expect(await read(config)).toBe(`secret of ${CLIENT_ID}`);
  });

  test("is asked for again when there were too many requests", async () => {
    const { aws, read } = await start((call) => (call < 4 ? tooMany : undefined));
    expect(await read(config)).toBe(`secret of ${CLIENT_ID}`);
    expect(aws.calls).toHaveLength(4);
  });

  test("is given up after a number of tries", async () => {
    const { aws, read } = await start(() => tooMany);
    await expect(read(config)).rejects.toMatchObject({
      code: "client_secret_unavailable",
      cause: { name: "TooManyRequestsException" },
    });
    expect(aws.calls).toHaveLength(5);
  });

  test("is given up at once when the client is not there", async () => {
    const { aws, read } = await start(
      () => new AwsError("ResourceNotFoundException", "User pool client does not exist."),
    );
    await expect(read(config)).rejects.toMatchObject({ code: "client_secret_unavailable" });
    expect(aws.calls).toHaveLength(1);
  });

  test("is given up when the time is up, though each try would be worth another", async () => {
    const { aws, read } = await start(() => undefined, 200);
    aws.delayMs = 10_000;
    await expect(read(config)).rejects.toMatchObject({ code: "client_secret_unavailable" });
  });

  test("must exist: a public client is no client for this function", async () => {
    const { aws, read } = await start(() => undefined);
    aws.operations["DescribeUserPoolClient"] = () => ({ UserPoolClient: {} });
    await expect(read(config)).rejects.toMatchObject({ message: "the user pool's client has no secret" });
  });
});
