// The clauses of token revocation (RFC 7009).

import { GetUserCommand } from "@aws-sdk/client-cognito-identity-provider";
import { expect } from "vitest";
import { startPool } from "../running-pool.ts";
import { basic, refresh } from "../sign-in.ts";
import { CALLBACK } from "../template.ts";
import type { Clause } from "./clause.ts";
import { callEndpoint, poolWithAda, publicTokensWith, tokensWith } from "./requests.ts";

const REVOKE = "/oauth2/revoke";

export const RFC7009: readonly Clause[] = [
  {
    id: "RFC7009-2-a",
    level: "MUST",
    asks: "be asked by POST with a form",
    async check() {
      const pool = await startPool();
      expect((await callEndpoint(pool, REVOKE, { method: "GET", query: { token: "x" } })).status).toBe(405);
      const json = await callEndpoint(pool, REVOKE, {
        headers: { "content-type": "application/json" },
        body: '{"token":"x"}',
      });
      expect([json.status, json.text]).toEqual([400, '{"error":"invalid_request"}']);
    },
  },
  {
    id: "RFC7009-2.1-a",
    level: "MUST",
    asks: "revoke refresh tokens",
    async check() {
      const pool = await poolWithAda();
      const { refresh_token } = await tokensWith(pool);
      const { status, text } = await callEndpoint(pool, REVOKE, { body: { token: refresh_token } });
      expect([status, text]).toEqual([200, ""]);
      expect((await refresh(pool, refresh_token)).body.error).toBe("invalid_grant");
    },
  },
  {
    id: "RFC7009-2.1-b",
    level: "SHOULD",
    asks: "revoke access tokens that are handed in",
    cognito: "unsupported_token_type",
    async check() {
      const pool = await poolWithAda();
      const { access_token } = await tokensWith(pool);
      const { status, text } = await callEndpoint(pool, REVOKE, { body: { token: access_token } });
      expect([status, text]).toEqual([400, '{"error":"unsupported_token_type"}']);
    },
  },
  {
    id: "RFC7009-2.1-c",
    level: "MUST",
    asks: "be told which token",
    async check() {
      const pool = await startPool();
      const { status, text } = await callEndpoint(pool, REVOKE, { body: {} });
      expect([status, text]).toEqual([400, '{"error":"invalid_request"}']);
    },
  },
  {
    id: "RFC7009-2.1-d",
    level: "MAY",
    asks: "pass over token_type_hint, even one that is wrong",
    async check() {
      const pool = await poolWithAda();
      const { refresh_token } = await tokensWith(pool);
      const body = { token: refresh_token, token_type_hint: "access_token" };
      expect((await callEndpoint(pool, REVOKE, { body })).status).toBe(200);
      expect((await refresh(pool, refresh_token)).body.error).toBe("invalid_grant");
    },
  },
  {
    id: "RFC7009-2.1-e",
    level: "MUST",
    asks: "authenticate the client first",
    async check() {
      const pool = await poolWithAda();
      const { refresh_token } = await tokensWith(pool);
      for (const headers of [{ authorization: basic(pool.webClientId, "wrong") }, {}]) {
        const body = { token: refresh_token, client_id: pool.webClientId };
        const { status, text } = await callEndpoint(pool, REVOKE, { headers, body });
        expect([status, text]).toEqual([401, '{"error":"invalid_client"}']);
      }
      expect((await refresh(pool, refresh_token)).status).toBe(200);
    },
  },
  {
    id: "RFC7009-2.1-f",
    level: "MUST",
    asks: "tell a client that a token is not its own",
    cognito: "200, as for every invalid token; nothing is revoked",
    async check() {
      const pool = await poolWithAda();
      const { refresh_token } = await tokensWith(pool);
      const body = { token: refresh_token, client_id: pool.apiClientId };
      expect((await callEndpoint(pool, REVOKE, { headers: {}, body })).status).toBe(200);
      expect((await refresh(pool, refresh_token)).status).toBe(200);
    },
  },
  {
    id: "RFC7009-2.1-g",
    level: "SHOULD",
    asks: "end the access tokens of the same grant with the refresh token, at once",
    async check() {
      const pool = await poolWithAda();
      const scope = "openid aws.cognito.signin.user.admin";
      const { refresh_token, access_token } = await publicTokensWith(pool, scope);
      const userInfo = () =>
        callEndpoint(pool, "/oauth2/userInfo", {
          method: "GET",
          headers: { authorization: `Bearer ${access_token}` },
        });
      const getUser = () => pool.api.send(new GetUserCommand({ AccessToken: access_token }));
      expect((await userInfo()).status).toBe(200);
      expect((await getUser()).Username).toBe("ada");
      const body = { token: refresh_token, client_id: pool.apiClientId };
      await callEndpoint(pool, REVOKE, { headers: {}, body });
      expect((await userInfo()).status).toBe(401);
      await expect(getUser()).rejects.toThrow("Access Token has been revoked");
    },
  },
  {
    id: "RFC7009-2.2-a",
    level: "MUST",
    asks: "answer 200 to a token that is unknown or already revoked",
    async check() {
      const pool = await poolWithAda();
      const { refresh_token } = await tokensWith(pool);
      for (const token of ["x.y.z.a.b", "nothing", refresh_token, refresh_token]) {
        expect((await callEndpoint(pool, REVOKE, { body: { token } })).status).toBe(200);
      }
    },
  },
  {
    id: "RFC7009-2.3-a",
    level: "MAY",
    asks: "let scripts of other origins call it",
    async check() {
      const pool = await startPool();
      const headers = { origin: new URL(CALLBACK).origin, authorization: basic(pool.webClientId, "wrong") };
      const answer = await callEndpoint(pool, REVOKE, { headers, body: { token: "x" } });
      expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    },
  },
];
