import { createHash } from "node:crypto";
import {
  AdminAddUserToGroupCommand,
  CreateGroupCommand,
  InitiateAuthCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { describe, expect, test } from "vitest";
import { PASSWORD, startPool, type RunningPool } from "./running-pool.ts";
import { claimsOf, tokensFor, type Query } from "./sign-in.ts";

const UUID = expect.stringMatching(
  /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/,
) as string;

test("the tokens of one sign-in carry exactly the service's claims, and the same origin_jti and event_id", async () => {
  const pool = await startPool();
  const sub = await pool.addUser("Ada");
  const tokens = await tokensFor(pool, "ada", { query: { nonce: "a-nonce" } });
  const [access, id] = [claimsOf(tokens.access_token), claimsOf(tokens.id_token)];
  const now = Date.now() / 1000;

  expect(access).toEqual({
    sub,
    iss: pool.issuer,
    version: 2,
    client_id: pool.webClientId,
    origin_jti: UUID,
    event_id: UUID,
    token_use: "access",
    scope: "openid email profile notes/read",
    auth_time: expect.closeTo(now, -1) as number,
    iat: expect.closeTo(now, -1) as number,
    exp: Number(access["iat"]) + 300,
    jti: UUID,
    username: "Ada",
  });
  const hash = createHash("sha256").update(tokens.access_token).digest().subarray(0, 16);
  expect(id).toEqual({
    sub,
    iss: pool.issuer,
    aud: pool.webClientId,
    origin_jti: access["origin_jti"],
    event_id: access["event_id"],
    token_use: "id",
    auth_time: access["auth_time"],
    iat: access["iat"],
    exp: access["exp"],
    jti: UUID,
    nonce: "a-nonce",
    at_hash: hash.toString("base64url"),
    "cognito:username": "Ada",
    email: "Ada@example.org",
    email_verified: true,
  });
  expect(new Set([sub, access["jti"], id["jti"], access["origin_jti"], access["event_id"]]).size).toBe(5);
  for (const time of ["auth_time", "iat", "exp"]) expect(Number.isInteger(access[time])).toBe(true);
});

test("two sign-ins have nothing in common but the user", async () => {
  const pool = await startPool();
  await pool.addUser("ada");
  const [first, second] = await Promise.all([tokensFor(pool, "ada"), tokensFor(pool, "ada")]);
  for (const claim of ["origin_jti", "event_id", "jti"]) {
    expect(claimsOf(first.access_token)[claim]).not.toBe(claimsOf(second.access_token)[claim]);
  }
});

test("groups stand in both tokens, the most important first, and only if there are any", async () => {
  const pool = await startPool();
  await pool.addUser("ada");
  expect(claimsOf((await tokensFor(pool, "ada")).access_token)).not.toHaveProperty("cognito:groups");
  const UserPoolId = pool.poolId;
  await pool.api.send(new CreateGroupCommand({ UserPoolId, GroupName: "zebras", Precedence: 1 }));
  for (const GroupName of ["editors", "zebras"]) {
    await pool.api.send(new AdminAddUserToGroupCommand({ UserPoolId, Username: "ada", GroupName }));
  }
  const tokens = await tokensFor(pool, "ada");
  expect(claimsOf(tokens.access_token)["cognito:groups"]).toEqual(["zebras", "editors"]);
  expect(claimsOf(tokens.id_token)["cognito:groups"]).toEqual(["zebras", "editors"]);
});

describe("what an ID token shows of the user depends on the scope", () => {
  const attributes = { email: "a@example.org", email_verified: "true", name: "Ada", phone_number: "+441234" };

  async function shown(pool: RunningPool, query: Query): Promise<string[]> {
    const claims = claimsOf((await tokensFor(pool, "ada", { query })).id_token);
    return Object.keys(attributes).filter((name) => name in claims);
  }

  test.each([
    ["openid", ["email", "email_verified", "name", "phone_number"]],
    ["openid email", ["email", "email_verified"]],
    ["openid phone", ["phone_number"]],
    ["openid profile", ["email", "email_verified", "name", "phone_number"]],
  ])("%s", async (scope, names) => {
    const pool = await startPool({ web: { AllowedOAuthScopes: ["openid", "email", "phone", "profile"] } });
    await pool.addUser("ada", attributes);
    expect(await shown(pool, { scope })).toEqual(names);
  });

  test("and on what the client may read", async () => {
    const pool = await startPool({ web: { ReadAttributes: ["name"] } });
    await pool.addUser("ada", attributes);
    expect(await shown(pool, {})).toEqual(["name"]);
  });

  test("without openid there is no ID token at all", async () => {
    const pool = await startPool();
    await pool.addUser("ada", attributes);
    const tokens = await tokensFor(pool, "ada", { query: { scope: "notes/read" } });
    expect(tokens.id_token).toBeUndefined();
    expect(claimsOf(tokens.access_token)["scope"]).toBe("notes/read");
  });
});

test("attributes become claims of their own type", async () => {
  const pool = await startPool({ pool: { Schema: [{ Name: "team", Mutable: true }] } });
  await pool.addUser("ada", {
    email_verified: "false",
    updated_at: "1700000000",
    address: "St James's Square",
    "custom:team": "engines",
  });
  expect(claimsOf((await tokensFor(pool, "ada")).id_token)).toMatchObject({
    email_verified: false,
    updated_at: 1_700_000_000,
    address: { formatted: "St James's Square" },
    "custom:team": "engines",
  });
});

test("tokens bought with the API carry the API's scope, no version, no at_hash and no nonce", async () => {
  const pool = await startPool();
  await pool.addUser("ada");
  const { AuthenticationResult } = await pool.api.send(
    new InitiateAuthCommand({
      ClientId: pool.apiClientId,
      AuthFlow: "USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME: "ada", PASSWORD },
    }),
  );
  const access = claimsOf(AuthenticationResult?.AccessToken ?? "");
  const id = claimsOf(AuthenticationResult?.IdToken ?? "");
  expect(access).toMatchObject({
    scope: "aws.cognito.signin.user.admin",
    token_use: "access",
    origin_jti: UUID,
  });
  expect(access).not.toHaveProperty("version");
  expect(id).toMatchObject({ origin_jti: access["origin_jti"], event_id: access["event_id"] });
  expect(id).not.toHaveProperty("at_hash");
  expect(id).not.toHaveProperty("nonce");
});

test("a client without token revocation gets no origin_jti", async () => {
  const pool = await startPool({ web: { EnableTokenRevocation: false } });
  await pool.addUser("ada");
  const tokens = await tokensFor(pool, "ada");
  expect(claimsOf(tokens.access_token)).not.toHaveProperty("origin_jti");
  expect(claimsOf(tokens.id_token)).not.toHaveProperty("origin_jti");
  expect(claimsOf(tokens.id_token)).not.toHaveProperty("jti");
});

test("lifetimes are the template's", async () => {
  const pool = await startPool({
    web: {
      AccessTokenValidity: 600,
      IdTokenValidity: 2,
      TokenValidityUnits: { AccessToken: "seconds", IdToken: "hours", RefreshToken: "days" },
      RefreshTokenValidity: 1,
    },
  });
  await pool.addUser("ada");
  const tokens = await tokensFor(pool, "ada");
  const lifetime = (token: string): number => Number(claimsOf(token)["exp"]) - Number(claimsOf(token)["iat"]);
  expect([lifetime(tokens.access_token), lifetime(tokens.id_token), tokens.expires_in]).toEqual([
    600, 7200, 600,
  ]);
});
