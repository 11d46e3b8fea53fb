// The clauses of OpenID Connect Core 1.0 on authentication requests.

import { expect } from "vitest";
import { openBrowser } from "../browser.ts";
import { startPool } from "../running-pool.ts";
import { authorizeUrl, signInOnPage } from "../sign-in.ts";
import type { Clause } from "./clause.ts";
import { answerTo, callEndpoint, poolWithAda } from "./requests.ts";

export const OIDC_AUTHENTICATION: readonly Clause[] = [
  {
    id: "OIDC-3.1.2.1-a",
    level: "MUST",
    asks: "serve GET and POST at the authorization endpoint",
    cognito: "GET only",
    async check() {
      const pool = await startPool();
      const query = Object.fromEntries(new URL(authorizeUrl(pool)).searchParams);
      expect((await callEndpoint(pool, "/oauth2/authorize", { method: "GET", query })).status).toBe(302);
      expect((await callEndpoint(pool, "/oauth2/authorize", { body: query })).status).toBe(405);
    },
  },
  {
    id: "OIDC-3.1.2.1-b",
    level: "SHOULD",
    asks: "pass over scopes that it does not know",
    cognito: "invalid_scope",
    async check() {
      const pool = await startPool();
      expect(await answerTo(pool, { scope: "openid offline_access" })).toMatchObject({
        error: "invalid_scope",
      });
    },
  },
  {
    id: "OIDC-3.1.2.1-c",
    level: "MUST NOT",
    asks: "show any page with prompt=none: login_required, or a code",
    async check() {
      const pool = await poolWithAda();
      expect(await answerTo(pool, { prompt: "none" })).toEqual({
        error: "login_required",
        state: "the-state",
      });
      const browser = openBrowser();
      await signInOnPage(pool, "ada", { browser });
      expect((await browser.visit(authorizeUrl(pool, { prompt: "none" }))).location).toContain("code=");
    },
  },
  {
    id: "OIDC-3.1.2.1-d",
    level: "MUST",
    asks: "answer an error to prompt=none together with another value",
    async check() {
      const pool = await startPool();
      for (const prompt of ["none login", "login none", "consent none"]) {
        expect(await answerTo(pool, { prompt })).toMatchObject({ error: "invalid_request" });
      }
    },
  },
  {
    id: "OIDC-3.1.2.1-e",
    level: "SHOULD",
    asks: "ask for the credentials again with prompt=login, alone or with others",
    async check() {
      const pool = await poolWithAda();
      const browser = openBrowser();
      await signInOnPage(pool, "ada", { browser });
      for (const prompt of ["login", "login consent", "select_account login"]) {
        expect((await browser.visit(authorizeUrl(pool, { prompt }))).location).toContain("/login?");
      }
      for (const prompt of ["consent", "select_account"]) {
        expect((await browser.visit(authorizeUrl(pool, { prompt }))).location).toContain("code=");
      }
    },
  },
  {
    id: "OIDC-3.1.2.1-f",
    level: "MUST",
    asks: "ask for the credentials again where the last time is longer ago than max_age",
    cognito: "unverified: max_age is passed over; the application checks auth_time",
    async check() {
      const pool = await poolWithAda();
      const browser = openBrowser();
      await signInOnPage(pool, "ada", { browser });
      pool.wait(60_000);
      expect((await browser.visit(authorizeUrl(pool, { max_age: "1" }))).location).toContain("code=");
    },
  },
  {
    id: "OIDC-3.1.2.1-g",
    level: "MAY",
    asks: "fill in the user name that login_hint gives",
    async check() {
      const pool = await startPool();
      const page = await openBrowser().follow(authorizeUrl(pool, { login_hint: "ada" }));
      expect(page.text).toMatch(/id="username"[^>]*value="ada"/);
    },
  },
  {
    id: "OIDC-3.1.2.1-h",
    level: "MUST NOT",
    asks: "fail because of display, ui_locales, claims_locales or acr_values",
    async check() {
      const pool = await startPool();
      const query = { display: "popup", ui_locales: "xx", claims_locales: "xx", acr_values: "urn:x" };
      const page = await openBrowser().follow(authorizeUrl(pool, query));
      expect([page.status, new URL(page.url).pathname]).toEqual([200, "/login"]);
    },
  },
  {
    id: "OIDC-3.1.2.1-i",
    level: "SHOULD",
    asks: "answer login_required to prompt=none where id_token_hint names somebody else",
    cognito: "unverified: id_token_hint is passed over",
    async check() {
      const pool = await poolWithAda();
      const browser = openBrowser();
      await signInOnPage(pool, "ada", { browser });
      const query = { prompt: "none", id_token_hint: "somebody else's" };
      expect((await browser.visit(authorizeUrl(pool, query))).location).toContain("code=");
    },
  },
  {
    id: "OIDC-3.1.2.6-a",
    level: "MUST",
    asks: "tell the application of an error with the state it sent",
    async check() {
      const pool = await startPool();
      expect(await answerTo(pool, { scope: "nothing" })).toEqual({
        error: "invalid_scope",
        state: "the-state",
      });
    },
  },
  {
    id: "OIDC-6.1-a",
    level: "SHOULD",
    asks: "answer request_not_supported to request and request_uri",
    cognito: "unverified: refused with invalid_request, and by name",
    async check() {
      const pool = await startPool();
      for (const name of ["request", "request_uri"]) {
        expect(await answerTo(pool, { [name]: "x" })).toMatchObject({
          error: "invalid_request",
          error_description: `${name} is not served by the local runtime`,
        });
      }
    },
  },
];
