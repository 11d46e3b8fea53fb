import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import {
  AdminGetUserCommand,
  GetTokensFromRefreshTokenCommand,
  InitiateAuthCommand,
  ListUsersCommand,
  RespondToAuthChallengeCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { expect, test } from "vitest";
import { hidePassword } from "../../src/cognito/passwords/srp-verifier.ts";
import { hashRefreshToken, makeRefreshToken } from "../../src/cognito/tokens/refresh-token.ts";
import { openJournal } from "../../src/state/journal.ts";
import { stateFolder } from "../serving.ts";
import { oneTimeCode } from "./one-time-code.ts";
import { PASSWORD, startPool, type RunningPool } from "./running-pool.ts";
import { claimsOf } from "./sign-in.ts";

const WITH_TOKENS = { MfaConfiguration: "OPTIONAL", EnabledMfas: ["SOFTWARE_TOKEN_MFA"] };

interface Acknowledged {
  readonly ClientId: string;
  readonly Username: string;
  readonly RefreshToken: string;
  readonly secret: string;
}

function signIn(pool: RunningPool, ClientId: string, USERNAME: string) {
  return pool.api.send(
    new InitiateAuthCommand({
      ClientId,
      AuthFlow: "USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME, PASSWORD },
    }),
  );
}

test("H11 clients, sign-ins and software tokens that were acknowledged before kill -9 are there afterwards", async () => {
  const pool = await startPool({ pool: WITH_TOKENS });
  pool.cognito.close();
  const program = fileURLToPath(new URL("./endless-signer.ts", import.meta.url));
  const child = spawn(
    process.execPath,
    ["--import", "tsx", program, pool.dir, JSON.stringify([...pool.kept])],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const acknowledged: Acknowledged[] = [];
  for await (const line of createInterface(child.stdout)) {
    acknowledged.push(JSON.parse(line) as Acknowledged);
    if (acknowledged.length === 15) child.kill("SIGKILL");
  }
  expect(acknowledged.length).toBeGreaterThanOrEqual(15);

  const again = await startPool({
    dir: pool.dir,
    kept: pool.kept,
    pool: WITH_TOKENS,
    startAfterMs: 60_000,
  });
  for (const { ClientId, Username, RefreshToken, secret } of acknowledged) {
    const refreshed = await again.api.send(new GetTokensFromRefreshTokenCommand({ ClientId, RefreshToken }));
    expect(claimsOf(refreshed.AuthenticationResult?.AccessToken ?? "")).toMatchObject({ username: Username });
    const { ChallengeName, Session } = await signIn(again, ClientId, Username);
    expect(ChallengeName).toBe("SOFTWARE_TOKEN_MFA");
    const signedIn = await again.api.send(
      new RespondToAuthChallengeCommand({
        ClientId,
        ChallengeName: "SOFTWARE_TOKEN_MFA",
        Session,
        ChallengeResponses: { USERNAME: Username, SOFTWARE_TOKEN_MFA_CODE: oneTimeCode(again, secret) },
      }),
    );
    expect(signedIn.AuthenticationResult).toBeDefined();
  }

  const UserPoolId = again.poolId;
  const told = JSON.stringify([
    await again.api.send(new ListUsersCommand({ UserPoolId })),
    await again.api.send(new AdminGetUserCommand({ UserPoolId, Username: acknowledged[0]?.Username })),
  ]);
  for (const { secret } of acknowledged) expect(told).not.toContain(secret);
});

test("a state folder from before second factors, domains and clients of the API is read as it was", async () => {
  const fresh = await startPool();
  fresh.cognito.close();
  const owner = { poolId: fresh.poolId, userName: "Ada" };
  const refreshToken = makeRefreshToken();
  const sub = "0d9a4f8e-6f0c-4f4e-9d7b-1c2d3e4f5a6b";
  const now = Date.now();
  const user = {
    poolId: fresh.poolId,
    sub,
    userName: "Ada",
    attributes: { email: "ada@example.org", email_verified: "true" },
    status: "CONFIRMED",
    isEnabled: true,
    groups: ["zebras"],
    password: hidePassword(owner, PASSWORD, now),
    createdAtMs: now,
    modifiedAtMs: now,
  };
  const grant = {
    id: "0d9a4f8e-0000-4f4e-9d7b-1c2d3e4f5a6b",
    eventId: "0d9a4f8e-1111-4f4e-9d7b-1c2d3e4f5a6b",
    poolId: fresh.poolId,
    clientId: fresh.apiClientId,
    sub,
    authTimeSeconds: Math.floor(now / 1000) - 60,
    scope: "aws.cognito.signin.user.admin",
    refreshTokens: [{ hash: hashRefreshToken(refreshToken) }],
    expiresAtMs: now + 3_600_000,
    isRevoked: false,
  };
  const group = { poolId: fresh.poolId, name: "zebras", createdAtMs: now };
  const dir = stateFolder();
  const journal = join(dir, "cognito.jsonl");
  writeFileSync(journal, readFileSync(join(fresh.dir, "cognito.jsonl")));
  const records = openJournal(journal, () => undefined);
  for (const [table, key, value] of [
    ["users", sub, user],
    ["groups", `${fresh.poolId} zebras`, group],
    ["grants", grant.id, grant],
  ]) {
    records.append([{ table, key, value }]);
  }
  records.close();

  const pool = await startPool({ dir, kept: fresh.kept });
  const refreshed = await pool.api.send(
    new GetTokensFromRefreshTokenCommand({ ClientId: pool.apiClientId, RefreshToken: refreshToken }),
  );
  expect(claimsOf(refreshed.AuthenticationResult?.AccessToken ?? "")).toMatchObject({
    sub,
    origin_jti: grant.id,
    event_id: grant.eventId,
    auth_time: grant.authTimeSeconds,
    "cognito:groups": ["zebras"],
  });
  expect((await signIn(pool, pool.apiClientId, "ada@example.org")).AuthenticationResult).toBeDefined();
});
