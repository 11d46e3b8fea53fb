// What a user pool that misbehaves can send in exchange for a code, and that none of it becomes a session.

import { decodeJwt, exportJWK, SignJWT, UnsecuredJWT, type JWTPayload } from "jose";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { type HttpResponse, json } from "cdk-offline/testing";
import {
  errorOf,
  SESSION_COOKIE,
  setCookies,
  startAuthSystem,
  type AuthSystem,
} from "../parts/auth-system.ts";
import { CLIENT_ID, foreign } from "../parts/user-pool.ts";

const now = () => Math.floor(Date.now() / 1000);
const without = (name: string) => (claims: JWTPayload) => ({ ...claims, [name]: undefined });
const withClaims = (more: JWTPayload) => (claims: JWTPayload) => ({ ...claims, ...more });

function expectNothingHappened(system: AuthSystem, answer: Awaited<ReturnType<AuthSystem["handler"]>>): void {
  expect(setCookies(answer).some(({ name }) => name === SESSION_COOKIE)).toBe(false);
  expect(system.ledger.calls).toEqual([]);
}

describe("A7: refused with 400, the tokens revoked and nothing recorded, is an ID token", () => {
  test.each([
    ["without nonce", without("nonce")],
    ["with another nonce", withClaims({ nonce: "another" })],
    ["for another client", withClaims({ aud: "another" })],
    ["for another client as well", withClaims({ aud: [CLIENT_ID, "another"] })],
    [
      "for another client as well, with us as the authorized party",
      withClaims({ aud: [CLIENT_ID, "x"], azp: CLIENT_ID }),
    ],
    ["for nobody", without("aud")],
    ["with the hash of another access token", withClaims({ at_hash: "AAAAAAAAAAAAAAAAAAAAAA" })],
    ["with a hash that is no text", withClaims({ at_hash: 5 })],
    ["without expiry", without("exp")],
    ["that has expired", withClaims({ exp: now() - 120 })],
    ["that lives for a year", withClaims({ exp: now() + 31_536_000 })],
    ["issued in the future", withClaims({ iat: now() + 120 })],
    [
      "of another issuer",
      withClaims({ iss: "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Other0001" }),
    ],
    ["of another use", withClaims({ token_use: "access", client_id: CLIENT_ID })],
    ["of another user", withClaims({ sub: "another" })],
    ["of another sign-in", withClaims({ origin_jti: "another" })],
  ])("%s", async (_, idTokenClaims) => {
    const system = await startAuthSystem();
    system.pool.faults.idTokenClaims = idTokenClaims;
    const answer = await system.newBrowser().signIn();
    expect([answer.statusCode, errorOf(answer)]).toEqual([400, "invalid_token"]);
    expect(system.pool.revoked).toHaveLength(1);
    expectNothingHappened(system, answer);
  });

  test("whose signature is another's", async () => {
    const system = await startAuthSystem();
    system.pool.faults.tokenAnswer = (honest) => {
      const tokens = JSON.parse(String(honest().body)) as Record<string, string>;
      const [header, payload] = tokens["id_token"]?.split(".") ?? [];
      const [, , signature] = tokens["access_token"]?.split(".") ?? [];
      return json(200, { ...tokens, id_token: `${String(header)}.${String(payload)}.${String(signature)}` });
    };
    const answer = await system.newBrowser().signIn();
    expect([answer.statusCode, errorOf(answer)]).toEqual([400, "invalid_token"]);
    expect(system.pool.revoked).toHaveLength(1);
    expectNothingHappened(system, answer);
  });

  test("that is missing", async () => {
    const system = await startAuthSystem();
    system.pool.faults.tokenAnswer = (honest) => {
      const tokens = JSON.parse(String(honest().body)) as Record<string, string>;
      return json(200, { ...tokens, id_token: undefined });
    };
    const answer = await system.newBrowser().signIn();
    expect([answer.statusCode, errorOf(answer)]).toEqual([400, "invalid_token"]);
    expect(system.pool.revoked).toHaveLength(1);
  });
});

const foreignJwk = await exportJWK(foreign.publicKey);

describe("A7, B2: tokens that the pool did not sign are refused, revoked and ask nobody else for keys:", () => {
  const forgeries: readonly (readonly [
    string,
    (claims: JWTPayload, system: AuthSystem) => Promise<string>,
  ])[] = [
    ["unsigned (alg none)", (claims) => Promise.resolve(new UnsecuredJWT(claims).encode())],
    [
      "with the public key as a shared secret (HS256)",
      (claims, { pool }) =>
        new SignJWT(claims)
          .setProtectedHeader({ alg: "HS256", kid: "pool-key-1" })
          .sign(Buffer.from(JSON.stringify(pool.publicKey))),
    ],
    [
      "with a key that the token brings along (jwk, jku, x5u)",
      (claims) =>
        new SignJWT(claims)
          .setProtectedHeader({
            ...{ alg: "RS256", kid: "pool-key-1", jwk: foreignJwk },
            ...{ jku: "https://evil.example/keys", x5u: "https://evil.example/certificate" },
          })
          .sign(foreign.privateKey),
    ],
    [
      "under an unknown key identifier",
      (claims, { pool }) => Promise.resolve(pool.sign(claims, { kid: "unknown" })),
    ],
    [
      "under a key identifier that is a path",
      (claims, { pool }) => Promise.resolve(pool.sign(claims, { kid: "../../etc/passwd" })),
    ],
    [
      "in another algorithm (RS384)",
      (claims, { pool }) => Promise.resolve(pool.sign(claims, { alg: "RS384" })),
    ],
    [
      "with critical header parameters",
      (claims, { pool }) => Promise.resolve(pool.sign(claims, { crit: ["b64"], b64: false })),
    ],
  ];
  const cases = forgeries.flatMap(([how, forge]) =>
    (["id_token", "access_token"] as const).map((which) => [which, how, forge] as const),
  );
  test.each(cases)("%s %s", async (which, _, forge) => {
    const system = await startAuthSystem();
    system.pool.faults.tokenAnswer = async (honest) => {
      const tokens = JSON.parse(String(honest().body)) as Record<string, string>;
      return json(200, { ...tokens, [which]: await forge(decodeJwt(tokens[which] ?? ""), system) });
    };
    const answer = await system.newBrowser().signIn();
    expect([answer.statusCode, errorOf(answer)]).toEqual([400, "invalid_token"]);
    expect(system.pool.revoked).toHaveLength(1);
    expectNothingHappened(system, answer);
    const asked = new Set(system.pool.requests.map(({ url }) => url.pathname.split("/").at(-1)));
    for (const path of asked) expect(["token", "revoke", "jwks.json"]).toContain(path);
  });
});

describe("refused in the same way is an access token", () => {
  test.each([
    ["without sub", without("sub")],
    ["without origin_jti", without("origin_jti")],
    ["without auth_time", without("auth_time")],
    ["without a user name", without("username")],
    ["without expiry", without("exp")],
    ["of another client", withClaims({ client_id: `x${CLIENT_ID}` })],
    ["whose user signed in in the future", withClaims({ auth_time: now() + 120 })],
  ])("%s", async (_, accessTokenClaims) => {
    const system = await startAuthSystem();
    system.pool.faults.accessTokenClaims = accessTokenClaims;
    const answer = await system.newBrowser().signIn();
    expect([answer.statusCode, errorOf(answer)]).toEqual([400, "invalid_token"]);
    expect(system.pool.revoked).toHaveLength(1);
    expectNothingHappened(system, answer);
  });
});

test("an ID token with its optional claims left out is good", async () => {
  const system = await startAuthSystem();
  system.pool.faults.idTokenClaims = (claims) =>
    without("origin_jti")(without("at_hash")(without("auth_time")(claims)));
  expect((await system.newBrowser().signIn()).statusCode).toBe(303);
});

test("H9: with the pool's keys out of reach a sign-in is put off with 503 and its tokens are revoked", async () => {
  const system = await startAuthSystem();
  system.pool.faults.keysAnswer = () => json(500, {});
  const answer = await system.newBrowser().signIn();
  expect([answer.statusCode, errorOf(answer)]).toEqual([503, "ledger_unavailable"]);
  expect(system.pool.revoked).toHaveLength(1);
  expectNothingHappened(system, answer);
});

describe("A31: 502 within the time limit, the code tried once, when the token endpoint", () => {
  const text = (status: number, type: string, body: string): HttpResponse => ({
    status,
    headers: { "content-type": type },
    body,
  });
  test.each([
    ["answers 500", () => json(500, { error: "server_error" })],
    ["answers a page", () => text(200, "text/html", "<html>not a token</html>")],
    [
      "sends its JSON as text",
      (honest: () => HttpResponse) => {
        const { body } = honest();
        return text(200, "text/plain", String(body));
      },
    ],
    ["answers rubbish", () => text(200, "application/json", "{")],
    ["does not say that it is JSON", () => ({ status: 200, body: '{"refresh_token":"x"}' })],
    ["answers a list", () => json(200, [])],
    ["answers nothing", () => ({ status: 204 })],
    ["redirects", () => ({ status: 302, headers: { location: "https://evil.example/" } })],
    ["answers ten megabytes", () => json(200, { refresh_token: "x".repeat(10_000_000) })],
    ["gives no refresh token", () => json(200, { access_token: "x" })],
    [
      "does not know the client",
      () => json(401, { error: "invalid_client" }, { "www-authenticate": "Basic" }),
    ],
    ["answers in another form", () => json(400, { error: 5 })],
  ])("%s", async (_, tokenAnswer) => {
    const system = await startAuthSystem();
    system.pool.faults.tokenAnswer = tokenAnswer;
    const browser = system.newBrowser();
    const answer = await browser.signIn();
    expect([answer.statusCode, errorOf(answer)]).toEqual([502, "login_failed"]);
    expect(system.pool.requests.filter(({ url }) => url.pathname === "/oauth2/token")).toHaveLength(1);
    expect(browser.cookies.size).toBe(0);
    expectNothingHappened(system, answer);
  });

  test("does not answer in time", async () => {
    const system = await startAuthSystem();
    const handler = system.newInstance({ tokenMs: 100 });
    system.pool.faults.tokenAnswer = async (honest) => {
      await pause(400);
      return honest();
    };
    const answer = await system.newBrowser(handler).signIn();
    expect([answer.statusCode, errorOf(answer)]).toEqual([502, "login_failed"]);
    expectNothingHappened(system, answer);
  });
});

test("A31: an answer that comes drop by drop is given up in time", async () => {
  const system = await startAuthSystem();
  const dripping = new ReadableStream<Uint8Array>({
    async pull(controller) {
      await pause(50);
      controller.enqueue(Buffer.from(" "));
    },
  });
  const handler = system.newInstance({
    fetch: (_, { signal }) => {
      const body = signal === undefined ? dripping : dripping.pipeThrough(new TransformStream(), { signal });
      return Promise.resolve(new Response(body, { headers: { "content-type": "application/json" } }));
    },
    tokenMs: 300,
  });
  const answer = await system.newBrowser(handler).signIn();
  expect([answer.statusCode, errorOf(answer)]).toEqual([502, "login_failed"]);
  expectNothingHappened(system, answer);
});

test("A8: a code that a careless pool takes twice still leaves one record for each sign-in it names", async () => {
  const system = await startAuthSystem();
  const browser = system.newBrowser();
  const target = await browser.startSignIn();
  const cookies = new Map(browser.cookies);
  let first: HttpResponse | undefined;
  system.pool.faults.tokenAnswer = (honest) => (first ??= honest());
  expect((await browser.send({ target })).statusCode).toBe(303);
  const other = system.newBrowser();
  for (const [name, value] of cookies) other.cookies.set(name, value);
  await other.send({ target });
  expect(system.ledger.items.size).toBe(1);
});

test("a code that the pool does not take (any more) is answered with 400 and a way to start again", async () => {
  const system = await startAuthSystem();
  system.pool.faults.tokenAnswer = () => json(400, { error: "invalid_grant" });
  const answer = await system.newBrowser().signIn();
  expect([answer.statusCode, errorOf(answer)]).toEqual([400, "expired_transaction"]);
  expectNothingHappened(system, answer);
});
