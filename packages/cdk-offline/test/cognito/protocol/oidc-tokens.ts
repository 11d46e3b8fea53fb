// The clauses of OpenID Connect Core 1.0 on ID tokens, token answers and user information.

import { AdminDeleteUserCommand } from "@aws-sdk/client-cognito-identity-provider";
import { createHash } from "node:crypto";
import { expect } from "vitest";
import { openBrowser } from "../browser.ts";
import { startPool } from "../running-pool.ts";
import { authorizeUrl, claimsOf, codeFor, exchange, refresh, signInOnPage, tokensFor } from "../sign-in.ts";
import { CALLBACK } from "../template.ts";
import type { Clause } from "./clause.ts";
import { callEndpoint, poolWithAda, publicTokensWith, tokensWith, userInfo } from "./requests.ts";

function headerOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString()) as Record<
    string,
    unknown
  >;
}

export const OIDC_ID_TOKEN: readonly Clause[] = [
  {
    id: "OIDC-2-a",
    level: "MUST",
    asks: "put iss, sub, aud, exp and iat into every ID token",
    async check() {
      const pool = await startPool();
      const sub = await pool.addUser("ada");
      const beganSeconds = Math.floor(Date.now() / 1000);
      const claims = claimsOf((await tokensWith(pool)).id_token);
      const endedSeconds = Math.floor(Date.now() / 1000);
      expect(claims).toMatchObject({ iss: pool.issuer, sub, aud: pool.webClientId });
      expect(Number(claims["exp"]) - Number(claims["iat"])).toBe(300);
      expect(claims["iat"]).toBeGreaterThanOrEqual(beganSeconds);
      expect(claims["iat"]).toBeLessThanOrEqual(endedSeconds);
    },
  },
  {
    id: "OIDC-2-b",
    level: "MUST",
    asks: "have an https issuer without query and fragment",
    async check() {
      const pool = await startPool();
      expect(pool.issuer).toMatch(/^https:\/\/[^?#]+$/);
    },
  },
  {
    id: "OIDC-2-c",
    level: "MUST",
    asks: "give the nonce back unchanged in the ID token, and none where none was sent",
    async check() {
      const pool = await poolWithAda();
      const nonce = `n "é&+%20 ${"x".repeat(200)}`;
      const withNonce = await tokensFor(pool, "ada", { query: { nonce } });
      expect(claimsOf(withNonce.id_token)["nonce"]).toBe(nonce);
      expect(claimsOf(withNonce.access_token)).not.toHaveProperty("nonce");
      expect(claimsOf((await tokensWith(pool)).id_token)).not.toHaveProperty("nonce");
    },
  },
  {
    id: "OIDC-2-d",
    level: "MUST",
    asks: "never give a subject identifier to somebody else, nor one of more than 255 characters",
    async check() {
      const pool = await startPool();
      const first = await pool.addUser("ada");
      await pool.api.send(new AdminDeleteUserCommand({ UserPoolId: pool.poolId, Username: "ada" }));
      const second = await pool.addUser("ada");
      expect(second).not.toBe(first);
      expect(second.length).toBeLessThanOrEqual(255);
    },
  },
  {
    id: "OIDC-2-e",
    level: "MUST",
    asks: "say in auth_time when the user showed the credentials",
    async check() {
      const pool = await poolWithAda();
      const browser = openBrowser();
      const beganSeconds = Math.floor(Date.now() / 1000);
      await signInOnPage(pool, "ada", { browser });
      const endedSeconds = Math.floor(Date.now() / 1000);
      pool.wait(600_000);
      const code = await browser.visit(authorizeUrl(pool));
      const { body } = await exchange(pool, new URL(code.location ?? "").searchParams.get("code") ?? "");
      const authTime = claimsOf(body.id_token)["auth_time"];
      expect(authTime).toBeGreaterThanOrEqual(beganSeconds);
      expect(authTime).toBeLessThanOrEqual(endedSeconds);
    },
  },
  {
    id: "OIDC-3.1.3.6-a",
    level: "MAY",
    asks: "bind the access token to the ID token by at_hash: the left half of its hash",
    async check() {
      const pool = await poolWithAda();
      const { id_token, access_token } = await tokensWith(pool);
      const left = createHash("sha256").update(access_token, "ascii").digest().subarray(0, 16);
      expect(claimsOf(id_token)["at_hash"]).toBe(left.toString("base64url"));
    },
  },
  {
    id: "OIDC-10.1-a",
    level: "MUST",
    asks: "name the key of a signature, the key set having several",
    async check() {
      const pool = await poolWithAda();
      const response = await pool.fetch(`${pool.issuer}/.well-known/jwks.json`);
      const { keys } = (await response.json()) as { keys: readonly { kid: string }[] };
      const { id_token, access_token } = await tokensWith(pool);
      for (const token of [id_token, access_token]) {
        expect(keys.map(({ kid }) => kid)).toContain(headerOf(token)["kid"]);
      }
    },
  },
  {
    id: "OIDC-15.1-a",
    level: "MUST",
    asks: "sign ID tokens with RS256",
    async check() {
      const pool = await poolWithAda();
      expect(headerOf((await tokensWith(pool)).id_token)["alg"]).toBe("RS256");
    },
  },
];

export const OIDC_TOKEN: readonly Clause[] = [
  {
    id: "OIDC-3.1.2.1-j",
    level: "MAY",
    asks: "give no ID token where the scope openid is not asked for",
    async check() {
      const pool = await poolWithAda();
      const { id_token, access_token } = await tokensWith(pool, "notes/read");
      expect(id_token).toBeUndefined();
      expect(claimsOf(access_token)["scope"]).toBe("notes/read");
    },
  },
  {
    id: "OIDC-3.1.3.2-a",
    level: "MUST",
    asks: "make sure that a code was given to this client for this address, and is used for the first time",
    async check() {
      const pool = await poolWithAda();
      const code = await codeFor(pool, "ada");
      expect((await exchange(pool, code, { redirect_uri: `${CALLBACK}/x` })).body.error).toBe(
        "invalid_grant",
      );
      expect((await exchange(pool, code)).body.error).toBe("invalid_grant");
    },
  },
  {
    id: "OIDC-3.1.3.3-a",
    level: "MUST",
    asks: "answer an ID token, the type Bearer, and headers that keep it from being stored",
    async check() {
      const pool = await poolWithAda();
      const { body, headers } = await exchange(pool, await codeFor(pool, "ada"));
      expect(body).toMatchObject({ token_type: "Bearer", id_token: expect.any(String) as string });
      expect([headers.get("cache-control"), headers.get("pragma")]).toEqual(["no-store", "no-cache"]);
    },
  },
  {
    id: "OIDC-12.2-a",
    level: "MUST",
    asks: "keep iss, sub, aud and auth_time of the ID token through a refresh, with a new iat and without nonce",
    async check() {
      const pool = await poolWithAda();
      const first = await tokensFor(pool, "ada", { query: { nonce: "n" } });
      pool.wait(120_000);
      const [before, after] = [first, (await refresh(pool, first.refresh_token)).body].map((tokens) =>
        claimsOf(tokens.id_token),
      );
      for (const claim of ["iss", "sub", "aud", "auth_time"]) expect(after?.[claim]).toBe(before?.[claim]);
      expect(Number(after?.["iat"])).toBeGreaterThanOrEqual(Number(before?.["iat"]) + 120);
      expect(after).not.toHaveProperty("nonce");
    },
  },
];

export const OIDC_USER_INFO: readonly Clause[] = [
  {
    id: "OIDC-5.1-a",
    level: "MUST",
    asks: "give email_verified as a boolean",
    cognito: "a boolean in the ID token, a text at the userInfo endpoint",
    async check() {
      const pool = await poolWithAda();
      const { id_token, access_token } = await tokensWith(pool);
      expect(claimsOf(id_token)["email_verified"]).toBe(true);
      expect((await userInfo(pool, access_token)).claims["email_verified"]).toBe("true");
    },
  },
  {
    id: "OIDC-5.3-a",
    level: "MUST",
    asks: "serve GET and POST at the userInfo endpoint",
    cognito: "GET only",
    async check() {
      const pool = await poolWithAda();
      const { access_token } = await tokensWith(pool);
      expect((await userInfo(pool, access_token)).status).toBe(200);
      const headers = { authorization: `Bearer ${access_token}` };
      expect((await callEndpoint(pool, "/oauth2/userInfo", { headers })).status).toBe(405);
    },
  },
  {
    id: "OIDC-5.3-b",
    level: "SHOULD",
    asks: "let scripts of other origins call the userInfo endpoint, with an Authorization header",
    async check() {
      const pool = await startPool();
      const address = `${pool.origin}/oauth2/userInfo`;
      const asked = await fetch(address, {
        method: "OPTIONS",
        headers: {
          origin: "https://app.example",
          "access-control-request-method": "GET",
          "access-control-request-headers": "authorization",
        },
      });
      expect(asked.status).toBe(204);
      expect(asked.headers.get("access-control-allow-headers")).toContain("authorization");
      for (const { headers } of [asked, await fetch(address)]) {
        expect(headers.get("access-control-allow-origin")).toBe("*");
      }
    },
  },
  {
    id: "OIDC-5.3.2-a",
    level: "MUST",
    asks: "always answer sub, the ID token's, as JSON",
    async check() {
      const pool = await poolWithAda();
      for (const scope of ["openid", "openid email", "openid profile"]) {
        const { id_token, access_token } = await tokensWith(pool, scope);
        const { headers, claims } = await userInfo(pool, access_token);
        expect(headers.get("content-type")).toBe("application/json;charset=UTF-8");
        expect(claims["sub"]).toBe(claimsOf(id_token)["sub"]);
      }
    },
  },
  {
    id: "OIDC-5.3.3-a",
    level: "MUST",
    asks: "answer 401 invalid_token with a Bearer challenge to a token that is not good, the ID token among them",
    async check() {
      const pool = await poolWithAda();
      const { id_token, access_token } = await tokensWith(pool);
      for (const token of ["x", id_token, `${access_token}x`]) {
        const { status, headers, claims } = await userInfo(pool, token);
        expect([status, claims["error"]]).toEqual([401, "invalid_token"]);
        expect(headers.get("www-authenticate")).toMatch(/^Bearer error="invalid_token"/);
      }
    },
  },
  {
    id: "OIDC-5.4-a",
    level: "MUST",
    asks: "let the scope email show the address and whether it is verified, and nothing else",
    async check() {
      const pool = await startPool();
      await pool.addUser("ada", { email: "ada@example.org", email_verified: "true", name: "Ada" });
      const { access_token } = await tokensWith(pool, "openid email");
      expect(Object.keys((await userInfo(pool, access_token)).claims).sort()).toEqual([
        "email",
        "email_verified",
        "sub",
        "username",
      ]);
    },
  },
  {
    id: "OIDC-5.4-b",
    level: "MAY",
    asks: "show further claims with openid alone",
    cognito: "openid alone shows all that the client may read",
    async check() {
      const pool = await poolWithAda();
      const { access_token } = await publicTokensWith(pool, "openid");
      expect((await userInfo(pool, access_token)).claims).toMatchObject({ email: "ada@example.org" });
    },
  },
];
