import {
  AdminAddUserToGroupCommand,
  GetTokensFromRefreshTokenCommand,
  GetUserCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { describe, expect, test, vi } from "vitest";
import { arn, signIn, start } from "./pool-with-triggers.ts";
import { startPool, type RunningPool } from "./running-pool.ts";
import { claimsOf, codeFor, exchange, refresh, tokensFor } from "./sign-in.ts";

describe("PreTokenGeneration", () => {
  const idToken = async (pool: RunningPool) =>
    claimsOf((await signIn(pool)).AuthenticationResult?.IdToken ?? "");

  test("version one changes the ID token, and groups in both", async () => {
    const { pool, events } = await start({
      PreTokenGeneration: () => ({
        claimsOverrideDetails: {
          claimsToAddOrOverride: { department: "engines", email: "hidden@example.org", sub: "forged" },
          claimsToSuppress: ["email_verified", "auth_time"],
          groupOverrideDetails: {
            groupsToOverride: ["readers"],
            iamRolesToOverride: ["arn:aws:iam::000000000000:role/reader"],
            preferredRole: "arn:aws:iam::000000000000:role/reader",
          },
        },
      }),
    });
    const sub = await pool.addUser("ada");
    const GroupName = "editors";
    await pool.api.send(
      new AdminAddUserToGroupCommand({ UserPoolId: pool.poolId, Username: "ada", GroupName }),
    );
    const { AuthenticationResult } = await signIn(pool);
    const id = claimsOf(AuthenticationResult?.IdToken ?? "");
    expect(id).toMatchObject({
      sub,
      department: "engines",
      email: "hidden@example.org",
      "cognito:groups": ["readers"],
      "cognito:roles": ["arn:aws:iam::000000000000:role/reader"],
      "cognito:preferred_role": "arn:aws:iam::000000000000:role/reader",
      auth_time: expect.any(Number) as number,
    });
    expect(id).not.toHaveProperty("email_verified");
    const access = claimsOf(AuthenticationResult?.AccessToken ?? "");
    expect(access).toMatchObject({ sub, "cognito:groups": ["readers"] });
    expect(access).not.toHaveProperty("department");
    expect(events).toMatchObject([
      {
        version: "1",
        triggerSource: "TokenGeneration_Authentication",
        request: {
          userAttributes: { sub, "cognito:user_status": "CONFIRMED", email: "ada@example.org" },
          groupConfiguration: { groupsToOverride: ["editors"], iamRolesToOverride: [] },
        },
        response: { claimsOverrideDetails: null },
      },
    ]);
  });

  test("version two changes both tokens with values of any kind, and the scopes", async () => {
    const { pool, events } = await start({
      V2: (event) => ({
        claimsAndScopeOverrideDetails: {
          idTokenGeneration: { claimsToAddOrOverride: { floor: 3, tags: ["a", 1, true] } },
          accessTokenGeneration: {
            claimsToAddOrOverride: {
              plan: { name: "large" },
              aud: (event["callerContext"] as { clientId: string }).clientId,
              client_id: "forged",
            },
            claimsToSuppress: ["origin_jti", "username"],
            scopesToAdd: ["notes/read"],
            scopesToSuppress: ["aws.cognito.signin.user.admin"],
          },
        },
      }),
    });
    await pool.addUser("ada");
    const { AuthenticationResult } = await signIn(pool);
    expect(claimsOf(AuthenticationResult?.IdToken ?? "")).toMatchObject({ floor: 3, tags: ["a", 1, true] });
    expect(claimsOf(AuthenticationResult?.AccessToken ?? "")).toMatchObject({
      plan: { name: "large" },
      aud: pool.apiClientId,
      client_id: pool.apiClientId,
      scope: "notes/read",
      username: "ada",
      origin_jti: expect.any(String) as string,
    });
    expect(events).toMatchObject([
      {
        version: "2",
        request: { scopes: ["aws.cognito.signin.user.admin"] },
        response: { claimsAndScopeOverrideDetails: null },
      },
    ]);
  });

  test("the scopes it leaves in a token are those that count", async () => {
    const API_SCOPE = "aws.cognito.signin.user.admin";
    const { pool } = await start({
      V2: ({ userName }) => ({
        claimsAndScopeOverrideDetails: {
          accessTokenGeneration:
            userName === "ada" ? { scopesToSuppress: [API_SCOPE] } : { scopesToAdd: [API_SCOPE] },
        },
      }),
    });
    await pool.addUser("ada");
    await pool.addUser("bob");
    const { AuthenticationResult } = await signIn(pool);
    const getUser = new GetUserCommand({ AccessToken: AuthenticationResult?.AccessToken });
    await expect(pool.api.send(getUser)).rejects.toMatchObject({
      message: "Access Token does not have required scopes",
    });
    const { access_token: AccessToken } = await tokensFor(pool, "bob");
    expect(await pool.api.send(new GetUserCommand({ AccessToken }))).toMatchObject({ Username: "bob" });
  });

  test("an empty override of groups takes them away, none at all leaves them", async () => {
    let details: unknown = null;
    const { pool } = await start({ PreTokenGeneration: () => ({ claimsOverrideDetails: details }) });
    await pool.addUser("ada");
    const GroupName = "editors";
    await pool.api.send(
      new AdminAddUserToGroupCommand({ UserPoolId: pool.poolId, Username: "ada", GroupName }),
    );
    expect(await idToken(pool)).toMatchObject({ "cognito:groups": ["editors"] });
    details = { claimsToSuppress: ["email"] };
    expect(await idToken(pool)).toMatchObject({ "cognito:groups": ["editors"] });
    details = { groupOverrideDetails: {} };
    expect(await idToken(pool)).not.toHaveProperty("cognito:groups");
  });

  test("is told what the tokens are for; at_hash is that of the access token as changed", async () => {
    const { pool, events } = await start({
      V2: () => ({
        claimsAndScopeOverrideDetails: { accessTokenGeneration: { claimsToAddOrOverride: { more: "x" } } },
      }),
    });
    await pool.addUser("ada");
    const tokens = await tokensFor(pool, "ada");
    expect(claimsOf(tokens.access_token)).toMatchObject({ more: "x" });
    await refresh(pool, tokens.refresh_token);
    const RefreshToken = (await signIn(pool)).AuthenticationResult?.RefreshToken;
    await pool.api.send(
      new GetTokensFromRefreshTokenCommand({
        ClientId: pool.apiClientId,
        RefreshToken,
        ClientMetadata: { from: "refresh" },
      }),
    );
    expect(events.map(({ triggerSource }) => triggerSource)).toEqual([
      "TokenGeneration_HostedAuth",
      "TokenGeneration_RefreshTokens",
      "TokenGeneration_Authentication",
      "TokenGeneration_RefreshTokens",
    ]);
    expect(events.at(-1)).toMatchObject({ request: { clientMetadata: { from: "refresh" } } });
  });

  test("of two refreshes that wait for it with one token, one gets tokens", async () => {
    let waiting = 0;
    const pool = await startPool({
      api: { RefreshTokenRotation: { Feature: "ENABLED", RetryGracePeriodSeconds: 0 } },
      pool: { LambdaConfig: { PreTokenGeneration: arn("slow") } },
      lambda: {
        async invoke(_functionArn, payload) {
          if (payload.includes("TokenGeneration_RefreshTokens")) {
            waiting += 1;
            await vi.waitFor(() => {
              expect(waiting).toBe(2);
            });
          }
          return { payload };
        },
      },
    });
    await pool.addUser("ada");
    const RefreshToken = (await signIn(pool)).AuthenticationResult?.RefreshToken;
    const refreshed = new GetTokensFromRefreshTokenCommand({ ClientId: pool.apiClientId, RefreshToken });
    const outcomes = [1, 2].map(async () => {
      const answer = pool.api.send(refreshed).then(() => "tokens");
      return answer.catch((error: unknown) => (error as Error).name);
    });
    expect((await Promise.all(outcomes)).sort()).toEqual(["RefreshTokenReuseException", "tokens"]);
  });

  test("a refresh that it refuses costs the client with rotation nothing", async () => {
    let isOpen = true;
    const { pool } = await start(
      {
        PreTokenGeneration: () => {
          if (!isOpen) throw new Error("closed");
        },
      },
      { web: { RefreshTokenRotation: { Feature: "ENABLED", RetryGracePeriodSeconds: 0 } } },
    );
    await pool.addUser("ada");
    const { refresh_token } = await tokensFor(pool, "ada");
    isOpen = false;
    expect((await refresh(pool, refresh_token)).status).toBe(400);
    expect((await exchange(pool, await codeFor(pool, "ada"))).status).toBe(400);
    isOpen = true;
    expect((await refresh(pool, refresh_token)).status).toBe(200);
  });

  test.each([
    [
      "claims that are no text in version one",
      { claimsOverrideDetails: { claimsToAddOrOverride: { n: 1 } } },
    ],
    ["a list that is none", { claimsOverrideDetails: { claimsToSuppress: "email" } }],
  ])("an answer with %s is not recognized", async (_what, response) => {
    const { pool } = await start({ PreTokenGeneration: () => response });
    await pool.addUser("ada");
    await expect(signIn(pool)).rejects.toMatchObject({
      name: "InvalidLambdaResponseException",
      message: "Unrecognizable lambda output",
    });
  });
});
