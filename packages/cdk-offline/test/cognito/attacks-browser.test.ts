// Somebody who has a page of another site, or a cookie, in the victim's browser.

import {
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  CreateUserPoolDomainCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { describe, expect, test } from "vitest";
import { openBrowser, type Browser, type Visit } from "./browser.ts";
import { PASSWORD, startPool } from "./running-pool.ts";
import { authorizeUrl, formOf, signInOnPage, type Query } from "./sign-in.ts";
import { CALLBACK, LOGOUT } from "./template.ts";
import { FORM_PAGES } from "./form-pages.ts";

describe("forged requests", () => {
  /** What another site's page, in the victim's browser, would send. */
  const foreignRequests: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    ["Sec-Fetch-Site: cross-site", { "sec-fetch-site": "cross-site" }],
    ["Sec-Fetch-Site: same-site, as from another port", { "sec-fetch-site": "same-site" }],
    ["another origin", { origin: "http://127.0.0.1:1" }],
    ["the origin null", { origin: "null" }],
  ];

  function send(browser: Browser, page: Visit, fields: Query, headers: Readonly<Record<string, string>>) {
    const action = /<form method="post" action="([^"]*)"/.exec(page.text)?.[1]?.replaceAll("&amp;", "&");
    const proof = /name="_csrf" value="([^"]*)"/.exec(page.text)?.[1];
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    return fetch(new URL(action ?? "", page.url), {
      method: "POST",
      redirect: "manual",
      headers: { cookie, ...headers },
      body: formOf({ _csrf: proof, ...fields }),
    });
  }

  test.each(foreignRequests)("with both halves of the proof, planted, but %s", async (_what, headers) => {
    const pool = await startPool();
    await pool.addUser("ada");
    const browser = openBrowser();
    const page = await browser.follow(authorizeUrl(pool));
    const credentials = { username: "ada", password: PASSWORD };
    expect((await send(browser, page, credentials, headers)).status).toBe(403);
    // Our own page, as browsers send it.
    for (const own of [{ "sec-fetch-site": "same-origin", origin: pool.origin }, { origin: pool.origin }]) {
      expect((await send(browser, page, credentials, own)).status).toBe(302);
    }
  });

  test.each(FORM_PAGES)(
    "%s obeys no form without a proof of this browser, whatever it asks for",
    async (path) => {
      const pool = await startPool();
      await pool.addUser("ada");
      const browser = openBrowser();
      const page = await browser.visit(authorizeUrl(pool, { username: "ada" }, path));
      const theirs = await openBrowser().visit(authorizeUrl(pool, { username: "ada" }, path));
      const fields = { username: "eve", email: "eve@example.org", password: PASSWORD, code: "1" };
      for (const attempt of [
        browser.submit(page, { ...fields, _csrf: "" }),
        browser.submit(theirs, fields),
        browser.submit(theirs, { ...fields, action: "resend" }),
        openBrowser().submit(page, fields),
      ]) {
        const answer = await attempt;
        expect([400, 403]).toContain(answer.status);
        expect(answer.location).toBeUndefined();
        expect(answer.headers.getSetCookie().join()).not.toContain("cognito_");
      }
      expect(pool.mail).toEqual([]);
    },
  );
});

describe("session fixation", () => {
  test("a planted session cookie is worth nothing, before and after the victim signs in", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    await pool.addUser("eve");
    const name = `cognito_${pool.poolId}`;
    // A cookie that is good, of somebody else.
    const attacker = openBrowser();
    await signInOnPage(pool, "eve", { browser: attacker });
    const planted = attacker.cookies.get(name) ?? "";

    const victim = openBrowser(new Map([[name, planted]]));
    await signInOnPage(pool, "ada", { browser: victim, query: { prompt: "login" } });
    expect(victim.cookies.get(name)).not.toBe(planted);
    // What was planted has ended with it.
    expect((await attacker.visit(authorizeUrl(pool))).location).toContain("/login?");
  });

  test("a planted browser cookie lets nobody take over a sign-in that waits for its next step", async () => {
    const pool = await startPool({ pool: { MfaConfiguration: "ON", EnabledMfas: ["SOFTWARE_TOKEN_MFA"] } });
    await pool.addUser("ada");
    const attacker = openBrowser();
    await attacker.follow(authorizeUrl(pool));
    const victim = openBrowser(new Map(attacker.cookies));
    const { location = "" } = await signInOnPage(pool, "ada", { browser: victim });
    const session = new URL(location).searchParams.get("session") ?? "";
    expect(session).toMatch(/^[\w-]{22}$/);
    // Its address, which the attacker does not have, is what opens it.
    const guess = location.replace(
      session,
      session.replace(/^./, (first) => (first === "A" ? "B" : "A")),
    );
    expect((await attacker.visit(guess)).text).toContain("left for too long");
  });

  test("the session of one pool opens no other, under whatever name the cookie is sent", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    const browser = openBrowser();
    await signInOnPage(pool, "ada", { browser });
    const session = browser.cookies.get(`cognito_${pool.poolId}`) ?? "";

    const { UserPool } = await pool.api.send(new CreateUserPoolCommand({ PoolName: "other" }));
    const UserPoolId = UserPool?.Id ?? "";
    await pool.api.send(new CreateUserPoolDomainCommand({ UserPoolId, Domain: "other" }));
    const { UserPoolClient } = await pool.api.send(
      new CreateUserPoolClientCommand({
        UserPoolId,
        ClientName: "other",
        AllowedOAuthFlowsUserPoolClient: true,
        AllowedOAuthFlows: ["code"],
        AllowedOAuthScopes: ["openid"],
        SupportedIdentityProviders: ["COGNITO"],
        CallbackURLs: [CALLBACK],
      }),
    );
    const there = { client_id: UserPoolClient?.ClientId ?? "", scope: "openid" };
    const renamed = openBrowser(new Map([[`cognito_${UserPoolId}`, session]]));
    expect((await renamed.visit(authorizeUrl(pool, there))).location).toContain("/login?");
    expect((await browser.visit(authorizeUrl(pool))).location).toContain("code=");
  });

  test("cookies are HttpOnly and SameSite, and the session's ends after an hour", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    const browser = openBrowser();
    const page = await browser.follow(authorizeUrl(pool, { lang: "de" }));
    const signedIn = await browser.submit(page, { username: "ada", password: PASSWORD });
    const lines = [...page.headers.getSetCookie(), ...signedIn.headers.getSetCookie()];
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(line).toContain("; Path=/; HttpOnly; SameSite=Lax");
    expect(lines.find((line) => line.startsWith("cognito_"))).toContain("Max-Age=3600");
  });

  test("after a sign-out a copy of the cookie is worth nothing", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    const browser = openBrowser();
    await signInOnPage(pool, "ada", { browser });
    const copy = openBrowser(new Map(browser.cookies));
    const query = formOf({ client_id: pool.webClientId, logout_uri: LOGOUT });
    await browser.visit(`${pool.origin}/logout?${query.toString()}`);
    expect((await copy.visit(authorizeUrl(pool))).location).toContain("/login?");
  });
});
