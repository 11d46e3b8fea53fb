// The clauses of OpenID Connect RP-Initiated Logout 1.0. Cognito's /logout is a way of its own to the same end.

import { expect } from "vitest";
import { openBrowser, type Browser, type Visit } from "../browser.ts";
import { startPool, type RunningPool } from "../running-pool.ts";
import { authorizeUrl, formOf, signInOnPage, tokensFor, type Query } from "../sign-in.ts";
import { LOGOUT } from "../template.ts";
import type { Clause } from "./clause.ts";
import { callEndpoint, poolWithAda } from "./requests.ts";

function logOut(pool: RunningPool, browser: Browser, changes: Query = {}): Promise<Visit> {
  const query = formOf({ client_id: pool.webClientId, logout_uri: LOGOUT, ...changes });
  return browser.visit(`${pool.origin}/logout?${query.toString()}`);
}

async function signedInBrowser(pool: RunningPool): Promise<Browser> {
  const browser = openBrowser();
  await signInOnPage(pool, "ada", { browser });
  return browser;
}

async function isSignedIn(pool: RunningPool, browser: Browser): Promise<boolean> {
  const { location = "" } = await browser.visit(authorizeUrl(pool, { prompt: "none" }));
  return location.includes("code=");
}

export const RP_INITIATED_LOGOUT: readonly Clause[] = [
  {
    id: "OIDC-RPL-2-a",
    level: "MUST",
    asks: "serve GET and POST at the logout endpoint",
    cognito: "GET only",
    async check() {
      const pool = await startPool();
      const query = { client_id: pool.webClientId, logout_uri: LOGOUT };
      expect((await callEndpoint(pool, "/logout", { method: "GET", query })).status).toBe(302);
      expect((await callEndpoint(pool, "/logout", { query, body: query })).status).toBe(405);
    },
  },
  {
    id: "OIDC-RPL-2-b",
    level: "MUST",
    asks: "sign the user out",
    async check() {
      const pool = await poolWithAda();
      const browser = await signedInBrowser(pool);
      expect(await isSignedIn(pool, browser)).toBe(true);
      expect((await logOut(pool, browser)).location).toBe(LOGOUT);
      expect(await isSignedIn(pool, browser)).toBe(false);
    },
  },
  {
    id: "OIDC-RPL-2-c",
    level: "SHOULD",
    asks: "ask the user, where no id_token_hint shows whom the application means",
    cognito: "signs out at once; id_token_hint is passed over",
    async check() {
      const pool = await poolWithAda();
      const browser = await signedInBrowser(pool);
      const { id_token } = await tokensFor(pool, "ada");
      expect((await logOut(pool, browser, { id_token_hint: `${id_token}x` })).location).toBe(LOGOUT);
      expect(await isSignedIn(pool, browser)).toBe(false);
    },
  },
  {
    id: "OIDC-RPL-2-d",
    level: "MAY",
    asks: "be told by post_logout_redirect_uri where to go next",
    cognito: "the parameter is called logout_uri, and needs client_id",
    async check() {
      const pool = await poolWithAda();
      const browser = await signedInBrowser(pool);
      const page = await logOut(pool, browser, { logout_uri: undefined, post_logout_redirect_uri: LOGOUT });
      expect([page.status, page.location]).toEqual([400, undefined]);
      expect(await isSignedIn(pool, browser)).toBe(true);
    },
  },
  {
    id: "OIDC-RPL-2-e",
    level: "MUST",
    asks: "give state back at post_logout_redirect_uri",
    cognito: "with logout_uri all other parameters are passed over",
    async check() {
      const pool = await startPool();
      expect((await logOut(pool, openBrowser(), { state: "s" })).location).toBe(LOGOUT);
    },
  },
  {
    id: "OIDC-RPL-2-f",
    level: "MUST NOT",
    asks: "fail because of parameters it does not know, such as logout_hint and ui_locales",
    async check() {
      const pool = await startPool();
      const page = await logOut(pool, openBrowser(), { logout_hint: "ada", ui_locales: "xx", foo: "bar" });
      expect(page.location).toBe(LOGOUT);
    },
  },
  {
    id: "OIDC-RPL-2.1-a",
    level: "MUST",
    asks: "name its logout endpoint in the discovery document",
    async check() {
      const pool = await startPool();
      const response = await fetch(`${pool.origin}/${pool.poolId}/.well-known/openid-configuration`);
      expect(await response.json()).toMatchObject({ end_session_endpoint: `${pool.origin}/logout` });
    },
  },
  {
    id: "OIDC-RPL-3-a",
    level: "MUST NOT",
    asks: "go to an address that is not registered, character by character",
    async check() {
      const pool = await poolWithAda();
      const browser = await signedInBrowser(pool);
      for (const logout_uri of ["https://evil.example/", `${LOGOUT}x`, LOGOUT.slice(0, -1), `${LOGOUT}?a`]) {
        const page = await logOut(pool, browser, { logout_uri });
        expect([page.status, page.location]).toEqual([400, undefined]);
      }
    },
  },
  {
    id: "OIDC-RPL-4-a",
    level: "MUST NOT",
    asks: "go anywhere for an application that it does not know",
    async check() {
      const pool = await startPool();
      const page = await logOut(pool, openBrowser(), { client_id: "nobody" });
      expect([page.status, page.location]).toEqual([400, undefined]);
    },
  },
  {
    id: "Cognito-logout-a",
    level: "MUST",
    asks: "ask somebody to sign in again, given redirect_uri and response_type, for all of the client's scopes",
    async check() {
      const pool = await poolWithAda();
      const browser = await signedInBrowser(pool);
      const { location = "" } = await browser.visit(authorizeUrl(pool, { scope: undefined }, "/logout"));
      const page = new URL(location);
      expect(page.pathname).toBe("/login");
      expect(page.searchParams.get("scope")).toBe("openid email profile notes/read");
      expect(page.searchParams.get("state")).toBe("the-state");
      expect(await isSignedIn(pool, browser)).toBe(false);
    },
  },
  {
    id: "Cognito-logout-b",
    level: "MUST",
    asks: "follow logout_uri alone where redirect_uri is given as well",
    async check() {
      const pool = await startPool();
      const address = authorizeUrl(
        pool,
        { logout_uri: LOGOUT, redirect_uri: "https://evil.example" },
        "/logout",
      );
      expect((await openBrowser().visit(address)).location).toBe(LOGOUT);
    },
  },
];
