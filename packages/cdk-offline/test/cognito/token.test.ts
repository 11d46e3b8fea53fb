import { AdminDisableUserCommand, AdminDeleteUserCommand } from "@aws-sdk/client-cognito-identity-provider";
import { describe, expect, test } from "vitest";
import { startPool } from "./running-pool.ts";
import {
  basic,
  claimsOf,
  codeFor,
  exchange,
  formOf,
  pkcePair,
  postToken,
  refresh,
  tokensFor,
  type Query,
} from "./sign-in.ts";
import { CALLBACK } from "./template.ts";

const OTHER_CALLBACK = "http://localhost:4000/other";

test("an exchange answers tokens that nobody may store", async () => {
  const pool = await startPool();
  await pool.addUser("ada");
  const { status, headers, body } = await exchange(pool, await codeFor(pool, "ada"));
  expect(status).toBe(200);
  expect(headers.get("content-type")).toBe("application/json;charset=UTF-8");
  expect(headers.get("cache-control")).toBe("no-store");
  expect(body).toEqual({
    id_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/) as string,
    access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/) as string,
    refresh_token: expect.stringMatching(/^(?:[\w-]+\.){4}[\w-]+$/) as string,
    expires_in: 300,
    token_type: "Bearer",
  });
  // As long as AWS's, so that a cookie which must hold it is tried with the real size.
  expect(body.refresh_token.length).toBeGreaterThanOrEqual(1700);
  expect(body.refresh_token.length).toBeLessThanOrEqual(1850);
});

describe("an authorization code", () => {
  test("is good once, and nobody is signed out by a second use", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    const code = await codeFor(pool, "ada");
    const first = await exchange(pool, code);
    expect(await exchange(pool, code)).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
    expect((await refresh(pool, first.body.refresh_token)).status).toBe(200);
  });

  test("used by many at once has one winner", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    const code = await codeFor(pool, "ada");
    const answers = await Promise.all(Array.from({ length: 20 }, () => exchange(pool, code)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ body }) => body.error === "invalid_grant")).toHaveLength(19);
  });

  test("is good for five minutes", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    const [early, late] = [await codeFor(pool, "ada"), await codeFor(pool, "ada")];
    pool.wait(4 * 60_000 + 50_000);
    expect((await exchange(pool, early)).status).toBe(200);
    pool.wait(10_000);
    expect((await exchange(pool, late)).body.error).toBe("invalid_grant");
  });

  const { verifier, challenge } = pkcePair();
  const withPkce: Query = { code_challenge: challenge, code_challenge_method: "S256" };

  test.each<[string, Query, Query]>([
    ["another redirect_uri", {}, { redirect_uri: OTHER_CALLBACK }],
    ["another verifier", withPkce, { code_verifier: pkcePair().verifier }],
    ["no verifier", withPkce, {}],
    ["the challenge as verifier", withPkce, { code_verifier: challenge }],
    ["a verifier where no challenge was", {}, { code_verifier: verifier }],
  ])("is refused and spent by %s", async (_what, query, changes) => {
    const pool = await startPool({ web: { CallbackURLs: [CALLBACK, OTHER_CALLBACK] } });
    await pool.addUser("ada");
    const code = await codeFor(pool, "ada", { query });
    expect(await exchange(pool, code, changes)).toMatchObject({
      status: 400,
      body: { error: "invalid_grant" },
    });
    const right = query === withPkce ? { code_verifier: verifier } : {};
    expect((await exchange(pool, code, right)).body.error).toBe("invalid_grant");
  });

  test("with its verifier is exchanged", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    const code = await codeFor(pool, "ada", { query: withPkce });
    expect((await exchange(pool, code, { code_verifier: verifier })).status).toBe(200);
  });

  test("of one client is worth nothing to another, and then to nobody", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    const code = await codeFor(pool, "ada");
    const fields = { grant_type: "authorization_code", code, redirect_uri: CALLBACK };
    const stolen = await postToken(pool, { ...fields, client_id: pool.apiClientId }, {});
    expect(stolen).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
    expect((await exchange(pool, code)).body.error).toBe("invalid_grant");
  });

  test("is not spent by somebody who cannot show the client's secret", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    const code = await codeFor(pool, "ada");
    const wrong = { authorization: basic(pool.webClientId, "wrong") };
    const fields = { grant_type: "authorization_code", code, redirect_uri: CALLBACK };
    expect((await postToken(pool, fields, wrong)).body.error).toBe("invalid_client");
    expect((await exchange(pool, code)).status).toBe(200);
  });

  test.each(["disabled", "deleted"])("of a user who has been %s since is refused", async (how) => {
    const pool = await startPool();
    await pool.addUser("ada");
    const code = await codeFor(pool, "ada");
    const ada = { UserPoolId: pool.poolId, Username: "ada" };
    await pool.api.send(
      how === "disabled" ? new AdminDisableUserCommand(ada) : new AdminDeleteUserCommand(ada),
    );
    expect((await exchange(pool, code)).body.error).toBe("invalid_grant");
  });

  test("that never was is refused", async () => {
    const pool = await startPool();
    expect(await exchange(pool, "00000000-0000-4000-8000-000000000000")).toMatchObject({
      status: 400,
      body: { error: "invalid_grant" },
    });
  });
});

describe("the client authenticates itself", () => {
  test.each<[string, (id: string, secret: string) => [Query, Record<string, string>], string]>([
    ["a wrong secret", (id) => [{}, { authorization: basic(id, "wrong") }], "invalid_client"],
    [
      "an unknown client",
      (_id, secret) => [{}, { authorization: basic("nobody", secret) }],
      "invalid_client",
    ],
    ["no secret", (id) => [{ client_id: id }, {}], "invalid_client"],
    ["an empty secret", (id) => [{}, { authorization: basic(id, "") }], "invalid_client"],
    ["a wrong secret in the body", (id) => [{ client_id: id, client_secret: "x" }, {}], "invalid_client"],
    ["nothing at all", () => [{}, {}], "invalid_request"],
    ["another scheme", (id) => [{ client_id: id }, { authorization: "Bearer x" }], "invalid_client"],
    ["broken Basic", () => [{}, { authorization: "Basic !!!" }], "invalid_client"],
    [
      "the secret in both places",
      (id, secret) => [{ client_secret: secret }, { authorization: basic(id, secret) }],
      "invalid_request",
    ],
    [
      "another client in the body",
      (id, secret) => [{ client_id: "other" }, { authorization: basic(id, secret) }],
      "invalid_client",
    ],
  ])("%s is refused with 400", async (_what, credentials, error) => {
    const pool = await startPool();
    const [fields, headers] = credentials(pool.webClientId, pool.webClientSecret);
    const answer = await postToken(
      pool,
      { grant_type: "refresh_token", refresh_token: "x", ...fields },
      headers,
    );
    expect(answer).toMatchObject({ status: 400, body: { error } });
  });

  test("a public client must not show a secret", async () => {
    const pool = await startPool();
    const fields = { grant_type: "refresh_token", refresh_token: "x", client_id: pool.apiClientId };
    expect((await postToken(pool, fields, {})).body.error).toBe("invalid_grant");
    expect((await postToken(pool, { ...fields, client_secret: "x" }, {})).body.error).toBe("invalid_client");
  });

  test("the same client id may stand beside the Authorization header", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    const code = await codeFor(pool, "ada");
    expect((await exchange(pool, code, { client_id: pool.webClientId })).status).toBe(200);
  });
});

test.each<[string, Query, string]>([
  ["no grant_type", {}, "invalid_request"],
  ["an unknown grant_type", { grant_type: "password", username: "ada" }, "unsupported_grant_type"],
  ["client_credentials", { grant_type: "client_credentials" }, "unauthorized_client"],
  ["no code", { grant_type: "authorization_code", redirect_uri: CALLBACK }, "invalid_request"],
  ["no redirect_uri", { grant_type: "authorization_code", code: "x" }, "invalid_request"],
  ["no refresh_token", { grant_type: "refresh_token" }, "invalid_request"],
])("a token request with %s is refused", async (_what, fields, error) => {
  const pool = await startPool();
  expect(await postToken(pool, fields)).toMatchObject({ status: 400, body: { error } });
});

test("a token request in JSON, or with a parameter given twice, is refused", async () => {
  const pool = await startPool();
  const authorization = basic(pool.webClientId, pool.webClientSecret);
  const post = async (body: string, type: string) => {
    const response = await fetch(`${pool.origin}/oauth2/token`, {
      method: "POST",
      headers: { authorization, "content-type": type },
      body,
    });
    return await response.json();
  };
  const refused = { error: "invalid_request" };
  expect(await post('{"grant_type":"refresh_token"}', "application/json")).toEqual(refused);
  const form = "application/x-www-form-urlencoded";
  expect(await post("grant_type=refresh_token&refresh_token=a&refresh_token=b", form)).toEqual(refused);
});

describe("a refresh", () => {
  test("keeps origin_jti, auth_time and event_id; iat, exp and jti are new; no refresh token comes back", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    const first = await tokensFor(pool, "ada", { query: { nonce: "n" } });
    pool.wait(60_000);
    const { status, body } = await refresh(pool, first.refresh_token);
    expect(status).toBe(200);
    expect(Object.keys(body).sort()).toEqual(["access_token", "expires_in", "id_token", "token_type"]);
    for (const kind of ["access_token", "id_token"] as const) {
      const [before, after] = [claimsOf(first[kind]), claimsOf(body[kind])];
      for (const kept of ["origin_jti", "auth_time", "event_id", "sub", "scope", "cognito:username", "aud"]) {
        expect(after[kept]).toBe(before[kept]);
      }
      expect(after["jti"]).not.toBe(before["jti"]);
      expect(Number(after["iat"])).toBeGreaterThanOrEqual(Number(before["iat"]) + 60);
      expect(Number(after["exp"]) - Number(after["iat"])).toBe(300);
    }
    expect(claimsOf(body.id_token)["at_hash"]).not.toBe(claimsOf(first.id_token)["at_hash"]);
  });

  test("shows the user as the user is now", async () => {
    const pool = await startPool();
    const { AdminAddUserToGroupCommand } = await import("@aws-sdk/client-cognito-identity-provider");
    await pool.addUser("ada");
    const tokens = await tokensFor(pool, "ada");
    expect(claimsOf(tokens.access_token)["cognito:groups"]).toBeUndefined();
    await pool.api.send(
      new AdminAddUserToGroupCommand({ UserPoolId: pool.poolId, Username: "ada", GroupName: "editors" }),
    );
    const { body } = await refresh(pool, tokens.refresh_token);
    expect(claimsOf(body.access_token)["cognito:groups"]).toEqual(["editors"]);
  });

  test("is good as long as the template says, counted from the sign-in", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    const { refresh_token } = await tokensFor(pool, "ada");
    pool.wait(12 * 3_600_000 - 60_000);
    expect((await refresh(pool, refresh_token)).status).toBe(200);
    pool.wait(60_000);
    expect(await refresh(pool, refresh_token)).toMatchObject({
      status: 400,
      body: { error: "invalid_grant" },
    });
  });

  test("of another client, of a user who is gone, or with a made-up token is refused", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    const { refresh_token, access_token } = await tokensFor(pool, "ada");
    const asPublic = { grant_type: "refresh_token", refresh_token, client_id: pool.apiClientId };
    expect((await postToken(pool, asPublic, {})).body.error).toBe("invalid_grant");
    expect((await refresh(pool, access_token)).body.error).toBe("invalid_grant");
    expect((await refresh(pool, `${refresh_token}x`)).body.error).toBe("invalid_grant");
    await pool.api.send(new AdminDeleteUserCommand({ UserPoolId: pool.poolId, Username: "ada" }));
    expect((await refresh(pool, refresh_token)).body.error).toBe("invalid_grant");
  });

  test("with rotation replaces the token, and the old one works for the grace period only", async () => {
    const pool = await startPool({
      web: { RefreshTokenRotation: { Feature: "ENABLED", RetryGracePeriodSeconds: 10 } },
    });
    await pool.addUser("ada");
    const first = await tokensFor(pool, "ada");
    const second = await refresh(pool, first.refresh_token);
    expect(second.body.refresh_token).not.toBe(first.refresh_token);
    expect(claimsOf(second.body.access_token)["origin_jti"]).toBe(claimsOf(first.access_token)["origin_jti"]);
    pool.wait(9000);
    expect((await refresh(pool, first.refresh_token)).status).toBe(200);
    pool.wait(2000);
    expect((await refresh(pool, first.refresh_token)).body.error).toBe("invalid_grant");
    const third = await refresh(pool, second.body.refresh_token);
    expect(third.status).toBe(200);
    // Revoking any of them ends the sign-in they all continue.
    await fetch(`${pool.origin}/oauth2/revoke`, {
      method: "POST",
      headers: { authorization: basic(pool.webClientId, pool.webClientSecret) },
      body: formOf({ token: third.body.refresh_token }),
    });
    expect((await refresh(pool, second.body.refresh_token)).body.error).toBe("invalid_grant");
  });
});

test("a client of a pool without a domain, and one without the code grant, exchange nothing", async () => {
  const fields = { grant_type: "authorization_code", code: "x", redirect_uri: CALLBACK };
  const noDomain = await startPool({ withoutDomain: true });
  expect((await postToken(noDomain, fields)).body.error).toBe("invalid_client");
  const noCode = await startPool({
    web: { AllowedOAuthFlows: ["client_credentials"], AllowedOAuthScopes: ["notes/read"] },
  });
  expect((await postToken(noCode, fields)).body.error).toBe("unauthorized_client");
});
