// The clauses of OAuth 2.0 (RFC 6749) on the authorization endpoint, its codes and scopes.

import fc from "fast-check";
import { expect } from "vitest";
import { openBrowser } from "../browser.ts";
import { startPool } from "../running-pool.ts";
import { authorizeUrl, claimsOf, codeFor, codeIn, exchange, refresh, signInOnPage } from "../sign-in.ts";
import { CALLBACK } from "../template.ts";
import type { Clause } from "./clause.ts";
import { answerTo, poolWithAda } from "./requests.ts";

export const RFC6749_AUTHORIZATION: readonly Clause[] = [
  {
    id: "RFC6749-3.1-a",
    level: "MUST",
    asks: "serve GET at the authorization endpoint",
    async check() {
      const pool = await startPool();
      expect((await openBrowser().visit(authorizeUrl(pool))).location).toContain("/login?");
    },
  },
  {
    id: "RFC6749-3.1-b",
    level: "MUST",
    asks: "take a parameter without a value for one left out",
    async check() {
      const pool = await poolWithAda();
      const empty = { scope: "", nonce: "", code_challenge: "", code_challenge_method: "", prompt: "" };
      const code = codeIn(await signInOnPage(pool, "ada", { query: empty }));
      const { body } = await exchange(pool, code, { code_verifier: "" });
      expect(claimsOf(body.access_token)["scope"]).toBe("openid email profile notes/read");
    },
  },
  {
    id: "RFC6749-3.1-c",
    level: "MUST",
    asks: "pass over parameters it does not know",
    async check() {
      const pool = await poolWithAda();
      const query = { audience: "https://api.example", foo: "bar" };
      expect((await signInOnPage(pool, "ada", { query })).location).toContain("code=");
    },
  },
  {
    id: "RFC6749-3.1-d",
    level: "MUST NOT",
    asks: "take a parameter that is given more than once",
    async check() {
      const pool = await startPool();
      const { location = "" } = await openBrowser().visit(`${authorizeUrl(pool)}&nonce=a&nonce=b`);
      expect(new URL(location).searchParams.get("error")).toBe("invalid_request");
    },
  },
  {
    id: "RFC6749-3.1.1-a",
    level: "MUST",
    asks: "answer an error to a request without response_type, or with one it does not know",
    async check() {
      const pool = await startPool();
      for (const response_type of [undefined, "id_token", "code token", "CODE"]) {
        expect(await answerTo(pool, { response_type })).toHaveProperty("error");
      }
    },
  },
  {
    id: "RFC6749-3.1.2-a",
    level: "MUST NOT",
    asks: "register a redirection address with a fragment",
    async check() {
      await expect(startPool({ web: { CallbackURLs: [`${CALLBACK}#top`] } })).rejects.toThrow("fragment");
    },
  },
  {
    id: "RFC6749-3.1.2-b",
    level: "MUST",
    asks: "keep the query that a registered address has",
    async check() {
      const redirect_uri = "https://app.example/cb?tenant=1";
      const pool = await poolWithAda({ web: { CallbackURLs: [redirect_uri] } });
      const { location } = await signInOnPage(pool, "ada", { query: { redirect_uri } });
      expect(location).toMatch(/^https:\/\/app\.example\/cb\?tenant=1&code=/);
    },
  },
  {
    id: "RFC6749-3.1.2.2-a",
    level: "MUST",
    asks: "demand that public clients register where they are sent back to",
    async check() {
      const pool = await startPool({ api: { CallbackURLs: [] } });
      const page = await openBrowser().visit(
        authorizeUrl(pool, { client_id: pool.apiClientId, scope: "openid" }),
      );
      expect([page.status, page.location]).toEqual([400, undefined]);
    },
  },
  {
    id: "RFC6749-3.1.2.3-a",
    level: "MUST",
    asks: "compare the redirection address with the registered ones, character by character",
    async check() {
      const pool = await startPool();
      const notQuite = [
        `${CALLBACK}/`,
        `${CALLBACK}?`,
        CALLBACK.replace("/auth", "/./auth"),
        `${CALLBACK}%20`,
      ];
      for (const redirect_uri of notQuite) {
        expect((await openBrowser().visit(authorizeUrl(pool, { redirect_uri }))).status).toBe(400);
      }
    },
  },
  {
    id: "RFC6749-3.1.2.4-a",
    level: "MUST NOT",
    asks: "send anybody to an address that is not registered, and tell the user instead",
    async check() {
      const pool = await startPool();
      const redirect_uri = "https://evil.example/";
      const page = await openBrowser().visit(authorizeUrl(pool, { redirect_uri, response_type: "x" }));
      expect([page.status, page.location]).toEqual([400, undefined]);
      expect(page.text).toContain("has registered");
    },
  },
  {
    id: "RFC6749-3.3-a",
    level: "MUST",
    asks: "take a set scope for one left out, or fail",
    async check() {
      const pool = await poolWithAda();
      const code = codeIn(await signInOnPage(pool, "ada", { query: { scope: undefined } }));
      const { body } = await exchange(pool, code);
      expect(claimsOf(body.access_token)["scope"]).toBe("openid email profile notes/read");
    },
  },
  {
    id: "RFC6749-3.3-b",
    level: "MUST",
    asks: "name the scope in the answer where it is not the one asked for",
    cognito: "no answer has a member scope; the access token has the claim",
    async check() {
      const pool = await poolWithAda();
      const code = codeIn(await signInOnPage(pool, "ada", { query: { scope: undefined } }));
      expect((await exchange(pool, code)).body).not.toHaveProperty("scope");
    },
  },
  {
    id: "RFC6749-4.1.2-a",
    level: "MUST",
    asks: "let a code expire soon, within ten minutes",
    async check() {
      const pool = await poolWithAda();
      const code = await codeFor(pool, "ada");
      pool.wait(5 * 60_000);
      expect((await exchange(pool, code)).body.error).toBe("invalid_grant");
    },
  },
  {
    id: "RFC6749-4.1.2-b",
    level: "MUST",
    asks: "refuse a code that has been used",
    async check() {
      const pool = await poolWithAda();
      const code = await codeFor(pool, "ada");
      expect((await exchange(pool, code)).status).toBe(200);
      expect((await exchange(pool, code)).body.error).toBe("invalid_grant");
    },
  },
  {
    id: "RFC6749-4.1.2-c",
    level: "SHOULD",
    asks: "revoke the tokens of a code that is used again",
    cognito: "unverified: the first tokens stay good",
    async check() {
      const pool = await poolWithAda();
      const code = await codeFor(pool, "ada");
      const { body } = await exchange(pool, code);
      await exchange(pool, code);
      expect((await refresh(pool, body.refresh_token)).status).toBe(200);
    },
  },
  {
    id: "RFC6749-4.1.2-d",
    level: "MUST",
    asks: "give the state back exactly as it came",
    async check() {
      const pool = await poolWithAda();
      const browser = openBrowser();
      await signInOnPage(pool, "ada", { browser });
      const states = fc.string({ unit: "binary", minLength: 1, maxLength: 200 });
      const { location = "" } = await browser.visit(authorizeUrl(pool, { state: " a+b%20&=é😀\r\n" }));
      expect(new URL(location).searchParams.get("state")).toBe(" a+b%20&=é😀\r\n");
      await fc.assert(
        fc.asyncProperty(states, async (state) => {
          const answer = await browser.visit(authorizeUrl(pool, { state }));
          expect(new URL(answer.location ?? "").searchParams.get("state")).toBe(
            Buffer.from(state).toString(),
          );
        }),
        { numRuns: 30 },
      );
    },
  },
  {
    id: "RFC6749-4.1.2.1-a",
    level: "MUST",
    asks: "answer unsupported_response_type to a response_type it does not have",
    cognito: "invalid_request",
    async check() {
      const pool = await startPool();
      expect(await answerTo(pool, { response_type: "magic" })).toMatchObject({ error: "invalid_request" });
    },
  },
  {
    id: "RFC6749-4.1.2.1-b",
    level: "MUST",
    asks: "answer unauthorized_client to a client that may not have this response_type",
    async check() {
      const pool = await startPool();
      expect(await answerTo(pool, { response_type: "token" })).toMatchObject({
        error: "unauthorized_client",
      });
    },
  },
  {
    id: "RFC6749-4.1.2.1-c",
    level: "MUST",
    asks: "answer invalid_scope to a scope that is unknown, malformed or not the client's",
    async check() {
      const pool = await startPool();
      for (const scope of ["nothing", "openid phone", "openid,email", '"']) {
        expect(await answerTo(pool, { scope })).toMatchObject({ error: "invalid_scope" });
      }
    },
  },
  {
    id: "RFC6749-4.1.2.1-d",
    level: "MUST",
    asks: "give the state back with an error, too",
    async check() {
      const pool = await startPool();
      expect(await answerTo(pool, { scope: "nothing", state: "s&t" })).toEqual({
        error: "invalid_scope",
        state: "s&t",
      });
    },
  },
];
