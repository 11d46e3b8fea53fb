// The security considerations of OAuth 2.0 (RFC 6749 section 10) that a test can show.

import { expect } from "vitest";
import { openBrowser } from "../browser.ts";
import { startPool } from "../running-pool.ts";
import { authorizeUrl, claimsOf, codeFor, refresh, signInOnPage, tokensFor } from "../sign-in.ts";
import { CALLBACK } from "../template.ts";
import type { Clause } from "./clause.ts";
import { callEndpoint, poolWithAda } from "./requests.ts";

export const RFC6749_SECURITY: readonly Clause[] = [
  {
    id: "RFC6749-10.10-a",
    level: "MUST",
    asks: "make codes that are guessed with a probability of 2^-128 at the most",
    cognito: "codes are random UUIDs: 122 bits",
    async check() {
      const pool = await poolWithAda();
      expect(await codeFor(pool, "ada")).toMatch(
        /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/,
      );
    },
  },
  {
    id: "RFC6749-10.12-a",
    level: "MUST",
    asks: "protect the sign-in form against requests forged by other sites",
    async check() {
      const pool = await poolWithAda();
      const { status } = await callEndpoint(pool, "/login", {
        query: Object.fromEntries(new URL(authorizeUrl(pool)).searchParams),
        headers: { origin: "https://evil.example" },
        body: { username: "ada", password: "x" },
      });
      expect(status).toBe(403);
    },
  },
  {
    id: "RFC6749-10.13-a",
    level: "SHOULD",
    asks: "keep its pages out of other sites' frames",
    async check() {
      const pool = await startPool();
      const { headers } = await openBrowser().follow(authorizeUrl(pool));
      expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
      expect(headers.get("x-frame-options")).toBe("DENY");
    },
  },
  {
    id: "RFC6749-10.14-a",
    level: "MUST",
    asks: "let no parameter become part of a page or of a header",
    async check() {
      const pool = await startPool();
      const { text, headers } = await openBrowser().follow(
        authorizeUrl(pool, { state: "\r\nset-cookie: a=b\r\n\r\n<script>" }),
      );
      expect(headers.getSetCookie().join()).not.toContain("a=b");
      expect(text).not.toContain("<script>");
    },
  },
  {
    id: "RFC6749-10.15-a",
    level: "MUST NOT",
    asks: "be an open redirector",
    async check() {
      const pool = await poolWithAda();
      const browser = openBrowser();
      await signInOnPage(pool, "ada", { browser });
      for (const redirect_uri of ["https://evil.example", "//evil.example", `${CALLBACK}@evil.example`]) {
        expect((await browser.visit(authorizeUrl(pool, { redirect_uri }))).location).toBeUndefined();
      }
    },
  },
  {
    id: "RFC6749-10.4-a",
    level: "MUST",
    asks: "keep a refresh token with the client it was given to through every refresh",
    async check() {
      const pool = await poolWithAda();
      const { refresh_token } = await tokensFor(pool, "ada");
      const { body } = await refresh(pool, refresh_token);
      expect(claimsOf(body.access_token)["client_id"]).toBe(pool.webClientId);
    },
  },
];
