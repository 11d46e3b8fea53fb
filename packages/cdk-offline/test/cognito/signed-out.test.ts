import {
  AdminDisableUserCommand,
  AdminUserGlobalSignOutCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { describe, expect, test } from "vitest";
import { openBrowser } from "./browser.ts";
import { startPool, type RunningPool } from "./running-pool.ts";
import { authorizeUrl, basic, formOf, refresh, signInOnPage, tokensFor, type Query } from "./sign-in.ts";
import { LOGOUT } from "./template.ts";

async function revoke(pool: RunningPool, fields: Query, headers?: Record<string, string>) {
  const response = await fetch(`${pool.origin}/oauth2/revoke`, {
    method: "POST",
    headers: headers ?? { authorization: basic(pool.webClientId, pool.webClientSecret) },
    body: formOf(fields),
  });
  return { status: response.status, text: await response.text() };
}

async function userInfo(pool: RunningPool, authorization?: string) {
  const response = await fetch(`${pool.origin}/oauth2/userInfo`, {
    headers: authorization === undefined ? {} : { authorization },
  });
  const body = (await response.json()) as Record<string, string>;
  return { status: response.status, body, challenge: response.headers.get("www-authenticate") };
}

describe("POST /oauth2/revoke", () => {
  test("ends the sign-in: no refresh, no user information; the JWT itself still verifies", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    const [ended, other] = [await tokensFor(pool, "ada"), await tokensFor(pool, "ada")];
    expect(await revoke(pool, { token: ended.refresh_token })).toEqual({ status: 200, text: "" });
    expect((await refresh(pool, ended.refresh_token)).body.error).toBe("invalid_grant");
    expect((await userInfo(pool, `Bearer ${ended.access_token}`)).status).toBe(401);
    await expect(pool.cognito.verifyToken(pool.poolId, ended.access_token)).resolves.toMatchObject({
      token_use: "access",
    });
    // Another sign-in of the same user is not touched.
    expect((await refresh(pool, other.refresh_token)).status).toBe(200);
    expect((await userInfo(pool, `Bearer ${other.access_token}`)).status).toBe(200);
  });

  test("a token that is unknown, spent, or another client's answers 200 and changes nothing", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    const { refresh_token } = await tokensFor(pool, "ada");
    expect((await revoke(pool, { token: "x.y.z.a.b" })).status).toBe(200);
    expect((await revoke(pool, { token: refresh_token, client_id: pool.apiClientId }, {})).status).toBe(200);
    expect((await refresh(pool, refresh_token)).status).toBe(200);
    expect((await revoke(pool, { token: refresh_token })).status).toBe(200);
    expect((await revoke(pool, { token: refresh_token })).status).toBe(200);
  });

  test("says what is wrong with the request", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    const { access_token } = await tokensFor(pool, "ada");
    expect(await revoke(pool, {})).toEqual({ status: 400, text: '{"error":"invalid_request"}' });
    expect(await revoke(pool, { token: access_token })).toEqual({
      status: 400,
      text: '{"error":"unsupported_token_type"}',
    });
    expect(await revoke(pool, { token: "x" }, { authorization: basic(pool.webClientId, "wrong") })).toEqual({
      status: 401,
      text: '{"error":"invalid_client"}',
    });
  });

  test("takes no parameter twice", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    const { refresh_token } = await tokensFor(pool, "ada");
    const body = formOf({ token: refresh_token });
    body.append("token", "x");
    const headers = { authorization: basic(pool.webClientId, pool.webClientSecret) };
    const response = await fetch(`${pool.origin}/oauth2/revoke`, { method: "POST", headers, body });
    expect([response.status, await response.json()]).toEqual([400, { error: "invalid_request" }]);
    expect((await refresh(pool, refresh_token)).status).toBe(200);
  });

  test("is refused for a client without token revocation", async () => {
    const pool = await startPool({ web: { EnableTokenRevocation: false } });
    await pool.addUser("ada");
    const { refresh_token } = await tokensFor(pool, "ada");
    expect((await revoke(pool, { token: refresh_token })).status).toBe(400);
  });
});

describe("GET /oauth2/userInfo", () => {
  test("answers the attributes as text", async () => {
    const pool = await startPool();
    const sub = await pool.addUser("Ada");
    const { access_token } = await tokensFor(pool, "ada");
    expect((await userInfo(pool, `Bearer ${access_token}`)).body).toEqual({
      sub,
      username: "Ada",
      email: "Ada@example.org",
      email_verified: "true",
    });
  });

  test("refuses the ID token, a token without openid, an expired, a forged and a missing one", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    const tokens = await tokensFor(pool, "ada");
    const { access_token: narrow } = await tokensFor(pool, "ada", { query: { scope: "notes/read" } });
    const [head = "", payload = ""] = tokens.access_token.split(".");
    const forged = `${head}.${payload}.${"A".repeat(342)}`;
    for (const token of [tokens.id_token, narrow, forged, "x", "a.b.c"]) {
      const { status, body, challenge } = await userInfo(pool, `Bearer ${token}`);
      expect(status).toBe(401);
      expect(body["error"]).toBe("invalid_token");
      expect(challenge).toContain('Bearer error="invalid_token"');
    }
    expect(await userInfo(pool)).toMatchObject({ status: 400, body: { error: "invalid_request" } });
    pool.wait(301_000);
    expect((await userInfo(pool, `Bearer ${tokens.access_token}`)).status).toBe(401);
  });

  test.each(["disabled", "signed out everywhere"])("refuses a user who has been %s", async (how) => {
    const pool = await startPool();
    await pool.addUser("ada");
    const { access_token, refresh_token } = await tokensFor(pool, "ada");
    const ada = { UserPoolId: pool.poolId, Username: "ada" };
    const Command = how === "disabled" ? AdminDisableUserCommand : AdminUserGlobalSignOutCommand;
    await pool.api.send(new Command(ada));
    expect((await userInfo(pool, `Bearer ${access_token}`)).status).toBe(401);
    expect((await refresh(pool, refresh_token)).body.error).toBe("invalid_grant");
  });
});

describe("GET /logout", () => {
  const logoutUrl = (pool: RunningPool, changes: Query = {}): string =>
    `${pool.origin}/logout?${formOf({ client_id: pool.webClientId, logout_uri: LOGOUT, ...changes }).toString()}`;

  test("forgets the browser and goes to the registered address", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    const browser = openBrowser();
    const { headers } = await signInOnPage(pool, "ada", { browser });
    const stolen = openBrowser(new Map(browser.cookies));
    expect(headers.getSetCookie()).toHaveLength(1);
    const answer = await browser.visit(logoutUrl(pool));
    expect(answer).toMatchObject({ status: 302, location: LOGOUT });
    expect(answer.headers.getSetCookie().join()).toContain("Max-Age=0");
    expect((await browser.visit(authorizeUrl(pool))).location).toContain("/login?");
    expect((await stolen.visit(authorizeUrl(pool))).location).toContain("/login?");
  });

  test("goes to no other address, and then forgets nobody", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    const browser = openBrowser();
    await signInOnPage(pool, "ada", { browser });
    for (const changes of [
      { logout_uri: "https://evil.example/" },
      { logout_uri: `${LOGOUT}evil` },
      { logout_uri: "//evil.example" },
      { client_id: "nobody" },
      { client_id: undefined },
      { logout_uri: undefined },
    ]) {
      expect(await browser.visit(logoutUrl(pool, changes))).toMatchObject({
        status: 400,
        location: undefined,
      });
    }
    expect((await browser.visit(`${logoutUrl(pool)}&logout_uri=https://evil.example`)).status).toBe(400);
    expect((await browser.visit(authorizeUrl(pool))).location).toContain("code=");
  });

  test("with an authorization request lets somebody else sign in", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    await pool.addUser("bob");
    const browser = openBrowser();
    await signInOnPage(pool, "ada", { browser });
    const page = await browser.follow(authorizeUrl(pool, {}, "/logout"));
    expect(page.url).toContain("/login?");
    expect((await browser.visit(authorizeUrl(pool))).location).toContain("/login?");
  });
});
