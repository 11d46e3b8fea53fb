// The clauses of OAuth 2.0 (RFC 6749) on the token endpoint and the clients that authenticate themselves there.

import { expect } from "vitest";
import { openBrowser } from "../browser.ts";
import { startPool } from "../running-pool.ts";
import {
  authorizeUrl,
  basic,
  claimsOf,
  codeFor,
  exchange,
  postToken,
  refresh,
  signInOnPage,
} from "../sign-in.ts";
import { CALLBACK } from "../template.ts";
import type { Clause } from "./clause.ts";
import { callEndpoint, poolWithAda, poolWithMachine, tokensWith } from "./requests.ts";

const REFRESH = { grant_type: "refresh_token", refresh_token: "x" };

export const RFC6749_CLIENT: readonly Clause[] = [
  {
    id: "RFC6749-2.3-a",
    level: "MUST NOT",
    asks: "take more than one way of authenticating a client in one request",
    async check() {
      const pool = await startPool();
      const { status, text } = await callEndpoint(pool, "/oauth2/token", {
        body: { ...REFRESH, client_id: pool.webClientId, client_secret: pool.webClientSecret },
      });
      expect([status, text]).toEqual([400, '{"error":"invalid_request"}']);
    },
  },
  {
    id: "RFC6749-2.3.1-a",
    level: "MUST",
    asks: "take HTTP Basic from clients that have a secret",
    async check() {
      const pool = await poolWithAda();
      expect((await exchange(pool, await codeFor(pool, "ada"))).status).toBe(200);
    },
  },
  {
    id: "RFC6749-2.3.1-b",
    level: "MUST",
    asks: "decode id and secret of HTTP Basic as a form's values",
    async check() {
      const pool = await poolWithAda();
      const encode = (text: string): string => Buffer.from(text).toString("hex").replaceAll(/../g, "%$&");
      const fields = {
        grant_type: "authorization_code",
        code: await codeFor(pool, "ada"),
        redirect_uri: CALLBACK,
      };
      const authorization = basic(encode(pool.webClientId), encode(pool.webClientSecret));
      expect((await postToken(pool, fields, { authorization })).status).toBe(200);
    },
  },
  {
    id: "RFC6749-2.3.1-c",
    level: "MAY",
    asks: "take id and secret in the body",
    async check() {
      const pool = await poolWithAda();
      const fields = {
        grant_type: "authorization_code",
        code: await codeFor(pool, "ada"),
        redirect_uri: CALLBACK,
        client_id: pool.webClientId,
        client_secret: pool.webClientSecret,
      };
      expect((await postToken(pool, fields, {})).status).toBe(200);
    },
  },
  {
    id: "RFC6749-2.3.1-d",
    level: "MUST NOT",
    asks: "take id and secret from the address",
    async check() {
      const pool = await startPool();
      const { status, text } = await callEndpoint(pool, "/oauth2/token", {
        query: { client_id: pool.webClientId, client_secret: pool.webClientSecret },
        headers: {},
        body: REFRESH,
      });
      expect([status, text]).toEqual([400, '{"error":"invalid_request"}']);
    },
  },
];

export const RFC6749_TOKEN: readonly Clause[] = [
  {
    id: "RFC6749-3.2-a",
    level: "MUST",
    asks: "be asked for tokens by POST",
    async check() {
      const pool = await startPool();
      const { status, headers } = await callEndpoint(pool, "/oauth2/token", {
        method: "GET",
        query: REFRESH,
      });
      expect([status, headers.get("allow")]).toEqual([405, "POST, OPTIONS"]);
    },
  },
  {
    id: "RFC6749-3.2-b",
    level: "MUST",
    asks: "pass over parameters of a token request that are empty or unknown",
    async check() {
      const pool = await poolWithAda();
      const changes = { code_verifier: "", client_id: "", resource: "", foo: "bar" };
      expect((await exchange(pool, await codeFor(pool, "ada"), changes)).status).toBe(200);
    },
  },
  {
    id: "RFC6749-3.2-c",
    level: "MUST NOT",
    asks: "take a parameter of a token request that is given more than once",
    async check() {
      const pool = await startPool();
      const { status, text } = await callEndpoint(pool, "/oauth2/token", {
        body: "grant_type=refresh_token&refresh_token=a&refresh_token=b",
      });
      expect([status, text]).toEqual([400, '{"error":"invalid_request"}']);
    },
  },
  {
    id: "RFC6749-3.2.1-a",
    level: "MUST",
    asks: "demand a confidential client's secret",
    async check() {
      const pool = await poolWithAda();
      const code = await codeFor(pool, "ada");
      const fields = { grant_type: "authorization_code", code, redirect_uri: CALLBACK };
      const answer = await postToken(pool, { ...fields, client_id: pool.webClientId }, {});
      expect(answer).toMatchObject({ status: 400, body: { error: "invalid_client" } });
    },
  },
  {
    id: "RFC6749-4.1.3-a",
    level: "MUST",
    asks: "refuse a redirect_uri other than the one the code was asked for with, and none",
    async check() {
      const pool = await poolWithAda({ web: { CallbackURLs: [CALLBACK, `${CALLBACK}/2`] } });
      const [first, second] = [await codeFor(pool, "ada"), await codeFor(pool, "ada")];
      const other = await exchange(pool, first, { redirect_uri: `${CALLBACK}/2` });
      expect(other).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
      const none = await exchange(pool, second, { redirect_uri: undefined });
      expect(none).toMatchObject({ status: 400, body: { error: "invalid_request" } });
    },
  },
  {
    id: "RFC6749-4.1.3-b",
    level: "MUST",
    asks: "give tokens for a code to the client it was given to, and to no other",
    async check() {
      const pool = await poolWithAda();
      const code = await codeFor(pool, "ada");
      const fields = { grant_type: "authorization_code", code, redirect_uri: CALLBACK };
      const answer = await postToken(pool, { ...fields, client_id: pool.apiClientId }, {});
      expect(answer).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
    },
  },
  {
    id: "RFC6749-4.2-a",
    level: "MAY",
    asks: "leave the implicit grant out: no token ever stands in an address",
    async check() {
      const pool = await poolWithAda();
      const browser = openBrowser();
      await signInOnPage(pool, "ada", { browser });
      const { location } = await browser.visit(authorizeUrl(pool, { response_type: "token" }));
      expect(location).toBe(`${CALLBACK}?error=unauthorized_client&state=the-state`);
    },
  },
  {
    id: "RFC6749-4.3-a",
    level: "MAY",
    asks: "leave the password grant out",
    async check() {
      const pool = await poolWithAda();
      const fields = { grant_type: "password", username: "ada", password: "x" };
      expect(await postToken(pool, fields)).toMatchObject({
        status: 400,
        body: { error: "unsupported_grant_type" },
      });
    },
  },
  {
    id: "RFC6749-4.4-a",
    level: "MUST",
    asks: "give client credentials grants to confidential clients only",
    async check() {
      const machine = { AllowedOAuthFlows: ["client_credentials"], AllowedOAuthScopes: ["notes/read"] };
      await expect(startPool({ api: machine })).rejects.toThrow("does not have a client secret");
      const pool = await startPool();
      const answer = await postToken(
        pool,
        { grant_type: "client_credentials", client_id: pool.apiClientId },
        {},
      );
      expect(answer).toMatchObject({ status: 400, body: { error: "unauthorized_client" } });
    },
  },
  {
    id: "RFC6749-4.4.2-a",
    level: "MUST",
    asks: "authenticate the client of a client credentials grant",
    async check() {
      const pool = await poolWithMachine();
      const fields = { grant_type: "client_credentials" };
      const wrong = { authorization: basic(pool.webClientId, "wrong") };
      expect((await postToken(pool, fields, wrong)).body.error).toBe("invalid_client");
      expect((await postToken(pool, fields)).status).toBe(200);
    },
  },
  {
    id: "RFC6749-4.4.3-a",
    level: "SHOULD NOT",
    asks: "give a refresh token with a client credentials grant",
    async check() {
      const pool = await poolWithMachine();
      const { body } = await postToken(pool, { grant_type: "client_credentials" });
      expect(Object.keys(body).sort()).toEqual(["access_token", "expires_in", "token_type"]);
    },
  },
  {
    id: "RFC6749-5.1-a",
    level: "MUST",
    asks: "answer JSON that nobody stores",
    async check() {
      const pool = await poolWithAda();
      const { headers } = await exchange(pool, await codeFor(pool, "ada"));
      expect(headers.get("content-type")).toBe("application/json;charset=UTF-8");
      expect(headers.get("cache-control")).toBe("no-store");
      expect(headers.get("pragma")).toBe("no-cache");
    },
  },
  {
    id: "RFC6749-5.1-b",
    level: "MUST",
    asks: "name the token's type, and its lifetime in seconds",
    async check() {
      const pool = await poolWithAda();
      const { token_type, expires_in, access_token } = await tokensWith(pool);
      const { exp, iat } = claimsOf(access_token);
      expect(token_type).toBe("Bearer");
      expect(expires_in).toBe(Number(exp) - Number(iat));
    },
  },
  {
    id: "RFC6749-5.2-a",
    level: "MUST",
    asks: "answer 401 with a challenge to a wrong secret in the Authorization header",
    cognito: "400 invalid_client, without a challenge",
    async check() {
      const pool = await startPool();
      const answer = await postToken(pool, REFRESH, { authorization: basic(pool.webClientId, "wrong") });
      expect(answer).toMatchObject({ status: 400, body: { error: "invalid_client" } });
      expect(answer.headers.get("www-authenticate")).toBeNull();
    },
  },
  {
    id: "RFC6749-5.2-b",
    level: "MUST",
    asks: "answer 400 and an error of the list to everything else that is wrong",
    async check() {
      const pool = await startPool();
      for (const [fields, error] of [
        [{}, "invalid_request"],
        [{ grant_type: "urn:x" }, "unsupported_grant_type"],
        [{ grant_type: "client_credentials" }, "unauthorized_client"],
        [{ grant_type: "refresh_token", refresh_token: "x" }, "invalid_grant"],
        [{ grant_type: "authorization_code", code: "x", redirect_uri: CALLBACK }, "invalid_grant"],
      ] as const) {
        expect(await postToken(pool, fields)).toMatchObject({ status: 400, body: { error } });
      }
    },
  },
  {
    id: "RFC6749-5.2-c",
    level: "MUST",
    asks: "answer invalid_scope where no scope asked for can be granted",
    async check() {
      const pool = await poolWithMachine();
      const fields = { grant_type: "client_credentials", scope: "notes/other" };
      expect(await postToken(pool, fields)).toMatchObject({ status: 400, body: { error: "invalid_scope" } });
    },
  },
  {
    id: "RFC6749-6-a",
    level: "MUST",
    asks: "demand a confidential client's secret at a refresh, too",
    async check() {
      const pool = await poolWithAda();
      const { refresh_token } = await tokensWith(pool);
      const fields = { grant_type: "refresh_token", refresh_token, client_id: pool.webClientId };
      expect((await postToken(pool, fields, {})).body.error).toBe("invalid_client");
    },
  },
  {
    id: "RFC6749-6-b",
    level: "MUST",
    asks: "take a refresh token from the client it was given to, and from no other",
    async check() {
      const pool = await poolWithAda();
      const { refresh_token } = await tokensWith(pool);
      const fields = { grant_type: "refresh_token", refresh_token, client_id: pool.apiClientId };
      expect((await postToken(pool, fields, {})).body.error).toBe("invalid_grant");
    },
  },
  {
    id: "RFC6749-6-c",
    level: "MUST NOT",
    asks: "widen the scope at a refresh",
    async check() {
      const pool = await poolWithAda();
      const { refresh_token } = await tokensWith(pool, "openid");
      const fields = { grant_type: "refresh_token", refresh_token, scope: "openid email notes/read" };
      const { body } = await postToken(pool, fields);
      expect(claimsOf(body.access_token)["scope"]).toBe("openid");
    },
  },
  {
    id: "RFC6749-6-d",
    level: "MAY",
    asks: "replace a refresh token at its use",
    async check() {
      const pool = await poolWithAda({
        web: { RefreshTokenRotation: { Feature: "ENABLED", RetryGracePeriodSeconds: 0 } },
      });
      const first = await tokensWith(pool);
      const second = (await refresh(pool, first.refresh_token)).body;
      expect((await refresh(pool, first.refresh_token)).body.error).toBe("invalid_grant");
      expect((await refresh(pool, second.refresh_token)).status).toBe(200);
    },
  },
];
