// The clauses of PKCE (RFC 7636) that an authorization server has to do with.

import { expect } from "vitest";
import { createHash } from "node:crypto";
import { startPool, type RunningPool } from "../running-pool.ts";
import { codeFor, exchange, pkcePair, type Query, type TokenAnswer } from "../sign-in.ts";
import type { Clause } from "./clause.ts";
import { answerTo, poolWithAda } from "./requests.ts";

const { verifier, challenge } = pkcePair();
const S256: Query = { code_challenge: challenge, code_challenge_method: "S256" };

async function exchangeWith(
  pool: RunningPool,
  query: Query,
  code_verifier: string | undefined,
): Promise<TokenAnswer> {
  return exchange(pool, await codeFor(pool, "ada", { query }), { code_verifier });
}

const REFUSED = { status: 400, body: { error: "invalid_grant" } };

export const RFC7636: readonly Clause[] = [
  {
    id: "RFC7636-4.1-a",
    level: "MUST",
    asks: "take verifiers of 43 to 128 unreserved characters",
    async check() {
      const pool = await poolWithAda();
      for (const text of ["a".repeat(43), "-._~Az09".repeat(16)]) {
        const code_challenge = createHash("sha256").update(text).digest("base64url");
        expect((await exchangeWith(pool, { ...S256, code_challenge }, text)).status).toBe(200);
      }
    },
  },
  {
    id: "RFC7636-4.2-a",
    level: "MUST",
    asks: "serve the method S256",
    async check() {
      const pool = await poolWithAda();
      expect((await exchangeWith(pool, S256, verifier)).status).toBe(200);
    },
  },
  {
    id: "RFC7636-4.3-a",
    level: "MUST",
    asks: "take plain for the method where none is named",
    cognito: "invalid_request: a challenge needs its method",
    async check() {
      const pool = await startPool();
      expect(await answerTo(pool, { code_challenge: challenge })).toMatchObject({ error: "invalid_request" });
    },
  },
  {
    id: "RFC7636-4.4-a",
    level: "MUST",
    asks: "tie the challenge to the code: that of another code does not do",
    async check() {
      const pool = await poolWithAda();
      const code = await codeFor(pool, "ada", { query: S256 });
      const other = pkcePair();
      const otherCode = await codeFor(pool, "ada", { query: { ...S256, code_challenge: other.challenge } });
      expect(await exchange(pool, code, { code_verifier: other.verifier })).toMatchObject(REFUSED);
      expect(await exchange(pool, otherCode, { code_verifier: verifier })).toMatchObject(REFUSED);
    },
  },
  {
    id: "RFC7636-4.4-b",
    level: "MUST NOT",
    asks: "show the challenge in the code",
    async check() {
      const pool = await poolWithAda();
      const code = await codeFor(pool, "ada", { query: S256 });
      expect(code).not.toContain(challenge.slice(0, 8));
    },
  },
  {
    id: "RFC7636-4.4.1-a",
    level: "MUST",
    asks: "answer invalid_request to a method it does not serve, plain among them",
    async check() {
      const pool = await startPool();
      for (const method of ["plain", "s256", "S512", "none"]) {
        const answer = await answerTo(pool, { ...S256, code_challenge_method: method });
        expect(answer).toMatchObject({ error: "invalid_request" });
      }
    },
  },
  {
    id: "RFC7636-4.5-a",
    level: "MUST",
    asks: "refuse an exchange without the verifier",
    async check() {
      const pool = await poolWithAda();
      expect(await exchangeWith(pool, S256, undefined)).toMatchObject(REFUSED);
      expect(await exchangeWith(pool, S256, "")).toMatchObject(REFUSED);
    },
  },
  {
    id: "RFC7636-4.6-a",
    level: "MUST",
    asks: "answer invalid_grant where challenge and verifier do not fit",
    async check() {
      const pool = await poolWithAda();
      for (const wrong of [pkcePair().verifier, challenge, `${verifier}=`, verifier.toUpperCase()]) {
        expect(await exchangeWith(pool, S256, wrong)).toMatchObject(REFUSED);
      }
    },
  },
  {
    id: "RFC7636-5-a",
    level: "MAY",
    asks: "serve clients that do without PKCE",
    async check() {
      const pool = await poolWithAda();
      expect((await exchangeWith(pool, {}, undefined)).status).toBe(200);
    },
  },
  {
    id: "RFC9700-4.8.2-a",
    level: "MUST",
    asks: "refuse a verifier for a code that was asked for without a challenge",
    cognito: "unverified: refused as well",
    async check() {
      const pool = await poolWithAda();
      expect(await exchangeWith(pool, {}, verifier)).toMatchObject(REFUSED);
    },
  },
];
