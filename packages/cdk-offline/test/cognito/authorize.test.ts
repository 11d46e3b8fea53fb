import { describe, expect, test } from "vitest";
import { openBrowser } from "./browser.ts";
import { startPool } from "./running-pool.ts";
import { authorizeUrl, claimsOf, codeIn, exchange, pkcePair, signInOnPage, type Query } from "./sign-in.ts";
import { CALLBACK } from "./template.ts";

const S256 = pkcePair().challenge;

describe("a request whose redirect_uri cannot be trusted is shown on a page and redirects nowhere", () => {
  test.each<[string, Query]>([
    ["no client", { client_id: undefined }],
    ["an unknown client", { client_id: "nobody" }],
    ["no redirect_uri", { redirect_uri: undefined }],
    ["another redirect_uri", { redirect_uri: "https://evil.example/auth/callback" }],
    ["a registered redirect_uri with a path added", { redirect_uri: `${CALLBACK}/x` }],
    ["a registered redirect_uri with a query added", { redirect_uri: `${CALLBACK}?next=//evil.example` }],
    ["a registered redirect_uri in capitals", { redirect_uri: CALLBACK.toUpperCase() }],
    [
      "a host glued to the registered one",
      { redirect_uri: "http://localhost:4000@evil.example/auth/callback" },
    ],
    ["a script", { redirect_uri: "javascript:alert(1)" }],
  ])("%s", async (_what, changes) => {
    const pool = await startPool();
    for (const path of ["/oauth2/authorize", "/login", "/signup", "/confirm", "/mfa"]) {
      const page = await openBrowser().visit(authorizeUrl(pool, changes, path));
      expect(page.status).toBe(400);
      expect(page.location).toBeUndefined();
      expect(page.text).not.toContain("evil");
    }
  });

  test.each(["client_id", "redirect_uri"])("%s given twice", async (name) => {
    const pool = await startPool();
    const address = new URL(authorizeUrl(pool));
    address.searchParams.append(name, "https://evil.example");
    expect(await openBrowser().visit(address.href)).toMatchObject({ status: 400, location: undefined });
  });

  test("a client that may not use these pages, or a pool without a domain", async () => {
    const noFlow = await startPool({ web: { AllowedOAuthFlowsUserPoolClient: false } });
    expect((await openBrowser().visit(authorizeUrl(noFlow))).status).toBe(400);
    const noDomain = await startPool({ withoutDomain: true });
    expect((await openBrowser().visit(authorizeUrl(noDomain))).status).toBe(400);
  });
});

describe("a request that cannot be followed is sent back with error and state", () => {
  test.each<[string, Query, string]>([
    ["no response_type", { response_type: undefined }, "invalid_request"],
    ["the implicit grant", { response_type: "token" }, "unauthorized_client"],
    ["a hybrid response_type", { response_type: "code id_token" }, "invalid_request"],
    ["a scope the client may not ask for", { scope: "openid phone" }, "invalid_scope"],
    ["a scope nobody knows", { scope: "openid everything" }, "invalid_scope"],
    ["email without openid", { scope: "email" }, "invalid_scope"],
    ["only spaces as scope", { scope: " " }, "invalid_scope"],
    ["PKCE plain", { code_challenge: S256, code_challenge_method: "plain" }, "invalid_request"],
    ["a challenge without method", { code_challenge: S256 }, "invalid_request"],
    ["a method without challenge", { code_challenge_method: "S256" }, "invalid_request"],
    ["a challenge too short", { code_challenge: "abc", code_challenge_method: "S256" }, "invalid_request"],
    ["an unknown prompt", { prompt: "create" }, "invalid_request"],
    ["prompt none with another", { prompt: "none login" }, "invalid_request"],
    ["another identity provider", { identity_provider: "Google" }, "invalid_request"],
    ["resource binding", { resource: "https://api.example" }, "invalid_request"],
  ])("%s", async (_what, changes, error) => {
    const pool = await startPool();
    const { status, location = "" } = await openBrowser().visit(
      authorizeUrl(pool, { ...changes, state: "a b&c" }),
    );
    expect(status).toBe(302);
    const address = new URL(location);
    expect(address.origin + address.pathname).toBe(CALLBACK);
    expect(address.searchParams.get("error")).toBe(error);
    expect(address.searchParams.get("state")).toBe("a b&c");
  });

  test("any other parameter given twice", async () => {
    const pool = await startPool();
    const { location = "" } = await openBrowser().visit(`${authorizeUrl(pool)}&scope=openid`);
    expect(new URL(location).searchParams.get("error")).toBe("invalid_request");
  });

  test("without state none is made up", async () => {
    const pool = await startPool();
    const { location = "" } = await openBrowser().visit(authorizeUrl(pool, { state: undefined, scope: "x" }));
    expect([...new URL(location).searchParams.keys()]).toEqual(["error"]);
  });
});

test("a registered address that has a query keeps it", async () => {
  const callback = "https://app.example/cb?tenant=1";
  const pool = await startPool({ web: { CallbackURLs: [callback] } });
  await pool.addUser("ada");
  const { location = "" } = await signInOnPage(pool, "ada", { query: { redirect_uri: callback } });
  expect(location).toMatch(/^https:\/\/app\.example\/cb\?tenant=1&code=[\w-]+&state=the-state$/);
});

test("without a scope the client gets all that it may ask for", async () => {
  const pool = await startPool();
  await pool.addUser("ada");
  const code = codeIn(await signInOnPage(pool, "ada", { query: { scope: undefined } }));
  const { body } = await exchange(pool, code);
  expect(claimsOf(body.access_token)["scope"]).toBe("openid email profile notes/read");
});

describe("the remembered browser", () => {
  const HOUR = 3_600_000;

  test("gets a code without credentials, under a new origin_jti and event_id, with the first auth_time", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    const browser = openBrowser();
    const first = await exchange(pool, codeIn(await signInOnPage(pool, "ada", { browser })));
    pool.wait(30_000);
    const second = await exchange(pool, codeIn(await browser.visit(authorizeUrl(pool))));
    const [before, after] = [first, second].map(({ body }) => claimsOf(body.access_token));
    expect(after?.["origin_jti"]).not.toBe(before?.["origin_jti"]);
    expect(after?.["event_id"]).not.toBe(before?.["event_id"]);
    expect(after?.["auth_time"]).toBe(before?.["auth_time"]);
    expect(Number(after?.["iat"])).toBeGreaterThanOrEqual(Number(before?.["iat"]) + 30);
  });

  test("is asked again after an hour", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    const browser = openBrowser();
    await signInOnPage(pool, "ada", { browser });
    pool.wait(HOUR - 5000);
    expect((await browser.visit(authorizeUrl(pool))).location).toContain(CALLBACK);
    pool.wait(10_000);
    expect((await browser.visit(authorizeUrl(pool))).location).toContain("/login?");
  });

  test("is asked again with prompt=login, and never with prompt=none", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    const browser = openBrowser();
    const silently = authorizeUrl(pool, { prompt: "none" });
    const { location = "" } = await browser.visit(silently);
    expect(Object.fromEntries(new URL(location).searchParams)).toEqual({
      error: "login_required",
      state: "the-state",
    });
    await signInOnPage(pool, "ada", { browser });
    expect(codeIn(await browser.visit(silently))).toMatch(/^[\w-]{36}$/);
    expect((await browser.visit(authorizeUrl(pool, { prompt: "login" }))).location).toContain("/login?");
  });

  test("is known to the pool's other clients as well", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    const browser = openBrowser();
    await signInOnPage(pool, "ada", { browser });
    const other = authorizeUrl(pool, { client_id: pool.apiClientId, scope: "openid" });
    expect((await browser.visit(other)).location).toContain("code=");
  });

  test("is forgotten when the user is disabled or deleted", async () => {
    const pool = await startPool();
    const { AdminDisableUserCommand, AdminEnableUserCommand, AdminDeleteUserCommand } =
      await import("@aws-sdk/client-cognito-identity-provider");
    await pool.addUser("ada");
    const browser = openBrowser();
    await signInOnPage(pool, "ada", { browser });
    const ada = { UserPoolId: pool.poolId, Username: "ada" };
    await pool.api.send(new AdminDisableUserCommand(ada));
    expect((await browser.visit(authorizeUrl(pool))).location).toContain("/login?");
    await pool.api.send(new AdminEnableUserCommand(ada));
    expect((await browser.visit(authorizeUrl(pool))).location).toContain("code=");
    await pool.api.send(new AdminDeleteUserCommand(ada));
    expect((await browser.visit(authorizeUrl(pool))).location).toContain("/login?");
  });

  test("cannot be planted: a sign-in always begins a session of its own", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    const name = `cognito_${pool.poolId}`;
    const victim = openBrowser(new Map([[name, "planted"]]));
    const answer = await signInOnPage(pool, "ada", { browser: victim });
    expect(answer.headers.getSetCookie().join()).toContain("HttpOnly; SameSite=Lax; Max-Age=3600");
    const attacker = openBrowser(new Map([[name, "planted"]]));
    expect((await attacker.visit(authorizeUrl(pool))).location).toContain("/login?");

    // And the session from before the second sign-in ends with it.
    const old = openBrowser(new Map(victim.cookies));
    await signInOnPage(pool, "ada", { browser: victim, query: { prompt: "login" } });
    expect((await old.visit(authorizeUrl(pool))).location).toContain("/login?");
    expect((await victim.visit(authorizeUrl(pool))).location).toContain("code=");
  });
});

test("login_hint fills in the user name", async () => {
  const pool = await startPool();
  const page = await openBrowser().follow(authorizeUrl(pool, { login_hint: 'ada"><script>' }));
  expect(page.text).toContain('value="ada&quot;&gt;&lt;script&gt;"');
});
