// POST /auth/session: who gets a token, who does not, and that a fault of the user pool signs nobody out.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { audienceOf, createSeal } from "../../../functions/auth/cookies/seal.ts";
import type { KeyRing } from "../../../functions/auth/cookies/key-ring.ts";
import { sessionSchema } from "../../../functions/auth/cookies/session.ts";
import { json } from "cdk-offline/testing";
import {
  errorOf,
  ORIGIN,
  SEAL_KEY,
  SESSION_COOKIE,
  setCookies,
  startAuthSystem,
  TX_PREFIX,
} from "../parts/auth-system.ts";
import { REQUEST_ID } from "../parts/rest-event.ts";
import { keysFrom } from "../parts/secrets.ts";
import { CLIENT_ID } from "../parts/user-pool.ts";

const expired = `${SESSION_COOKIE}=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Strict`;

describe("POST /auth/session", () => {
  test("gives the page a token and what it must know", async () => {
    const system = await startAuthSystem();
    const browser = system.newBrowser();
    await browser.signIn();
    const answer = await browser.post("/auth/session");
    expect(answer.statusCode).toBe(200);
    const body = JSON.parse(answer.body) as Record<string, unknown>;
    expect(Object.keys(body)).toEqual([
      "accessToken",
      "expiresInSeconds",
      "user",
      "graphqlUrl",
      "realtimeUrl",
    ]);
    expect(body).toMatchObject({
      user: { username: "ana", groups: ["auditors"] },
      graphqlUrl: system.config.graphqlUrl,
      realtimeUrl: system.config.realtimeUrl,
    });
    expect(body["expiresInSeconds"]).toBeGreaterThan(290);
    expect(body["expiresInSeconds"]).toBeLessThanOrEqual(300);
    expect(answer.multiValueHeaders).toBeUndefined();
  });

  test("answers two windows at once, and an instance that has just started", async () => {
    const system = await startAuthSystem();
    const browser = system.newBrowser();
    await browser.signIn();
    const other = system.newBrowser(system.newInstance());
    other.cookies.set(SESSION_COOKIE, browser.cookies.get(SESSION_COOKIE) ?? "");
    const answers = await Promise.all([
      browser.post("/auth/session"),
      browser.post("/auth/session"),
      other.post("/auth/session"),
    ]);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
  });

  describe("A14: answers 401, with one body for all and the cookie taken back, to", () => {
    const session = { refreshToken: "r".repeat(1800), loginId: "login", transaction: "tx", recorded: true };
    const audience = audienceOf("session", { origin: ORIGIN });
    const sealOf = (keys: KeyRing, forWhom = audience, clock = Date.now) =>
      createSeal({ keys, audience: forWhom, content: sessionSchema, lifetimeSeconds: 43_200, clock }).seal(
        session,
      );
    const ownKeys = keysFrom("session", SEAL_KEY, CLIENT_ID);

    test.each([
      ["no cookie", () => ""],
      ["an empty cookie", () => `${SESSION_COOKIE}=`],
      ["rubbish", () => `${SESSION_COOKIE}=a.b.c.d.e`],
      ["100 KB", () => `${SESSION_COOKIE}=${"x".repeat(100_000)}`],
      [
        "one made with another stack's secret",
        async () => `${SESSION_COOKIE}=${await sealOf(keysFrom("session", "another secret", CLIENT_ID))}`,
      ],
      [
        "one made for another purpose under the same key",
        async () =>
          `${SESSION_COOKIE}=${await sealOf(ownKeys, audienceOf("transaction", { origin: ORIGIN }))}`,
      ],
      [
        "one made for another purpose under that purpose's key",
        async () => `${SESSION_COOKIE}=${await sealOf(keysFrom("transaction", SEAL_KEY, CLIENT_ID))}`,
      ],
      [
        "one made for another origin that shares the client",
        async () =>
          `${SESSION_COOKIE}=${await sealOf(ownKeys, audienceOf("session", { origin: "https://b.example" }))}`,
      ],
      [
        "one that has expired",
        async () => `${SESSION_COOKIE}=${await sealOf(ownKeys, audience, () => Date.now() - 43_201_000)}`,
      ],
    ])("%s", async (_, cookie) => {
      const system = await startAuthSystem();
      const headers = { "x-ll-csrf": "1", cookie: await cookie() };
      const answer = await system.handler({ method: "POST", target: "/auth/session", headers });
      expect(answer.statusCode).toBe(401);
      expect(JSON.parse(answer.body)).toEqual({ error: "no_session", requestId: REQUEST_ID });
      expect(answer.multiValueHeaders).toEqual({ "Set-Cookie": [expired] });
      expect(system.pool.requests).toEqual([]);
    });

    test("one whose refresh token the pool does not take (any more)", async () => {
      const system = await startAuthSystem();
      const headers = { "x-ll-csrf": "1", cookie: `${SESSION_COOKIE}=${await sealOf(ownKeys)}` };
      const answer = await system.handler({ method: "POST", target: "/auth/session", headers });
      expect(JSON.parse(answer.body)).toEqual({ error: "no_session", requestId: REQUEST_ID });
      expect(answer.multiValueHeaders).toEqual({ "Set-Cookie": [expired] });
      expect(system.pool.requests).toHaveLength(1);
    });

    test("two cookies of the name, though both are good", async () => {
      const system = await startAuthSystem();
      const browser = system.newBrowser();
      await browser.signIn();
      const good = `${SESSION_COOKIE}=${browser.cookies.get(SESSION_COOKIE) ?? ""}`;
      const headers = { "x-ll-csrf": "1", cookie: [good, good] };
      const answer = await system.handler({ method: "POST", target: "/auth/session", headers });
      expect([answer.statusCode, errorOf(answer)]).toEqual([401, "no_session"]);
    });

    test("one with any single character changed, cut off or added", async () => {
      const system = await startAuthSystem();
      const browser = system.newBrowser();
      await browser.signIn();
      const good = browser.cookies.get(SESSION_COOKIE) ?? "";
      const tokenRequests = system.pool.requests.length;
      const alphabet = Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
      const altered = fc
        .tuple(fc.nat(good.length - 1), fc.constantFrom(...alphabet))
        .map(([at, character]) => `${good.slice(0, at)}${character}${good.slice(at + 1)}`);
      const lastCharacters = alphabet.map((character) => `${good.slice(0, -1)}${character}`);
      const cut = fc.nat(good.length - 1).map((length) => good.slice(0, length));
      const added = fc.constantFrom(...alphabet, "=", ".").map((character) => `${good}${character}`);
      await fc.assert(
        fc.asyncProperty(fc.oneof(altered, cut, added, fc.constantFrom(...lastCharacters)), async (value) => {
          fc.pre(value !== good);
          const headers = { "x-ll-csrf": "1", cookie: `${SESSION_COOKIE}=${value}` };
          const answer = await system.handler({ method: "POST", target: "/auth/session", headers });
          expect(answer.statusCode).toBe(401);
        }),
        { numRuns: 300, examples: lastCharacters.filter((value) => value !== good).map((value) => [value]) },
      );
      expect(system.pool.requests).toHaveLength(tokenRequests);
    });

    test("a transaction cookie under the session's name", async () => {
      const system = await startAuthSystem();
      const browser = system.newBrowser();
      await browser.startSignIn();
      const transaction = [...browser.cookies].find(([name]) => name.startsWith(TX_PREFIX))?.[1] ?? "";
      const headers = { "x-ll-csrf": "1", cookie: `${SESSION_COOKIE}=${transaction}` };
      const answer = await system.handler({ method: "POST", target: "/auth/session", headers });
      expect(answer.statusCode).toBe(401);
    });
  });

  test("a token of another sign-in than the recorded one is not handed out", async () => {
    const system = await startAuthSystem();
    const browser = system.newBrowser();
    await browser.signIn();
    system.pool.faults.accessTokenClaims = (claims) => ({ ...claims, origin_jti: "another" });
    const answer = await browser.post("/auth/session");
    expect([answer.statusCode, errorOf(answer)]).toEqual([401, "no_session"]);
  });

  describe("leaves the user signed in, and says that it is the pool, when", () => {
    test.each([
      ["the token endpoint fails", 502, "login_failed", () => json(500, {})],
      [
        "the token endpoint does not know the client",
        502,
        "login_failed",
        () => json(400, { error: "invalid_client" }),
      ],
      ["the token endpoint answers something else", 502, "login_failed", () => json(200, { token: "x" })],
      [
        "the new token does not verify",
        502,
        "login_failed",
        () => json(200, { access_token: "a.b.c", token_type: "Bearer" }),
      ],
    ])("%s", async (_, status, error, fault) => {
      const system = await startAuthSystem();
      const browser = system.newBrowser();
      await browser.signIn();
      system.pool.faults.tokenAnswer = fault;
      const answer = await browser.post("/auth/session");
      expect([answer.statusCode, errorOf(answer)]).toEqual([status, error]);
      expect(setCookies(answer)).toEqual([]);
      delete system.pool.faults.tokenAnswer;
      expect((await browser.post("/auth/session")).statusCode).toBe(200);
    });

    test("A31: a refresh that fails soon is tried once more, in the same time", async () => {
      const system = await startAuthSystem();
      const browser = system.newBrowser();
      await browser.signIn();
      let tries = 0;
      system.pool.faults.tokenAnswer = (honest) => ((tries += 1) === 1 ? json(503, {}) : honest());
      expect((await browser.post("/auth/session")).statusCode).toBe(200);
      expect(tries).toBe(2);
    });

    test("A31: a refresh token that is refused is not tried again", async () => {
      const system = await startAuthSystem();
      const browser = system.newBrowser();
      await browser.signIn();
      let tries = 0;
      system.pool.faults.tokenAnswer = () => {
        tries += 1;
        return json(400, { error: "invalid_grant" });
      };
      expect((await browser.post("/auth/session")).statusCode).toBe(401);
      expect(tries).toBe(1);
    });

    test("H9: the keys of the pool cannot be used", async () => {
      const system = await startAuthSystem();
      const browser = system.newBrowser();
      await browser.signIn();
      system.pool.faults.keysAnswer = () => json(200, { keys: [{ ...system.pool.publicKey, kty: "OKP" }] });
      const other = system.newBrowser(system.newInstance());
      other.cookies.set(SESSION_COOKIE, browser.cookies.get(SESSION_COOKIE) ?? "");
      const answer = await other.post("/auth/session");
      expect(answer.statusCode).toBeGreaterThanOrEqual(502);
      expect(setCookies(answer)).toEqual([]);
    });

    test("H9: the pool's keys are out of reach", async () => {
      const system = await startAuthSystem();
      const browser = system.newBrowser();
      await browser.signIn();
      system.pool.faults.keysAnswer = () => json(500, {});
      const other = system.newBrowser(system.newInstance());
      other.cookies.set(SESSION_COOKIE, browser.cookies.get(SESSION_COOKIE) ?? "");
      const answer = await other.post("/auth/session");
      expect([answer.statusCode, errorOf(answer)]).toEqual([503, "ledger_unavailable"]);
      expect(setCookies(answer)).toEqual([]);
    });
  });
});
