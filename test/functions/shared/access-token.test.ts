// Verifying access tokens: what the library checks, what it leaves out, and what happens without keys.

import { SignJWT, UnsecuredJWT } from "jose";
import { describe, expect, test } from "vitest";
import { accessTokenVerifier } from "../../../functions/shared/access-token.ts";
import { json } from "cdk-offline/testing";
import { CLIENT_ID, foreign, ISSUER, startUserPool, USER_POOL_ID } from "../parts/user-pool.ts";

async function start() {
  const pool = await startUserPool(Date.now);
  const options = { userPoolId: USER_POOL_ID, clientId: CLIENT_ID, keys: pool.newKeys(), clock: Date.now };
  const keyRequests = () => pool.requests.filter(({ url }) => url.pathname.endsWith("jwks.json")).length;
  return { pool, options, keyRequests, verify: accessTokenVerifier(options) };
}

const now = () => Math.floor(Date.now() / 1000);
const invalid = { code: "invalid" };

describe("an access token", () => {
  test("that is good is read", async () => {
    const { pool, verify } = await start();
    const exp = now() + 300;
    const claims = { sub: "s", username: "ana", origin_jti: "o", exp, "cognito:groups": undefined };
    expect(await verify(pool.accessToken(claims))).toEqual({
      userId: "s",
      username: "ana",
      loginId: "o",
      groups: [],
      expiresAtEpochSeconds: exp,
    });
  });

  test.each<[string, () => Record<string, unknown>]>([
    ["has no exp", () => ({ exp: undefined })],
    ["has no iat", () => ({ iat: undefined })],
    ["has no auth_time", () => ({ auth_time: undefined })],
    ["has a broken auth_time", () => ({ auth_time: -1 })],
    ["has no sub", () => ({ sub: undefined })],
    ["has an empty sub", () => ({ sub: "" })],
    ["has no origin_jti", () => ({ origin_jti: undefined })],
    ["has no user name", () => ({ username: undefined })],
    ["has expired over a minute ago", () => ({ exp: now() - 62, iat: now() - 300 })],
    ["is not good yet", () => ({ nbf: now() + 120 })],
    ["was issued over a minute ahead", () => ({ iat: now() + 63 })],
    ["has its auth_time over a minute ahead", () => ({ auth_time: now() + 63 })],
    ["lives longer than Cognito lets any live", () => ({ exp: now() + 86_402 })],
    ["is an ID token", () => ({ token_use: "id", aud: CLIENT_ID })],
    ["is another client's", () => ({ client_id: `${CLIENT_ID}x` })],
    ["is of no client", () => ({ client_id: undefined })],
    ["is another pool's", () => ({ iss: "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Other0001" })],
    ["is of nobody", () => ({ iss: undefined })],
  ])("that %s is refused", async (_, claimsNow) => {
    const { pool, verify } = await start();
    await expect(verify(pool.accessToken(claimsNow()))).rejects.toMatchObject(invalid);
  });

  test("H8: that is up to a minute off is taken", async () => {
    const { pool, verify } = await start();
    const claims = { exp: now() - 50, iat: now() - 300, auth_time: now() + 50 };
    await expect(verify(pool.accessToken(claims))).resolves.toBeDefined();
  });

  test("that is expired by the function's own clock is refused, whatever the machine's says", async () => {
    const { pool, options } = await start();
    const verify = accessTokenVerifier({ ...options, clock: () => Date.now() + 600_000 });
    await expect(verify(pool.accessToken())).rejects.toMatchObject({
      message: "the token has expired",
    });
  });

  test("with a forged, missing or foreign signature is refused", async () => {
    const { pool, verify } = await start();
    const good = pool.accessToken();
    const [header = "", payload = "", signature = ""] = good.split(".");
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as Record<string, unknown>;
    const headerOf = (alg: string) => ({ alg, kid: "pool-key-1" });
    const forged = [
      new UnsecuredJWT(claims).encode(),
      await new SignJWT(claims).setProtectedHeader(headerOf("RS256")).sign(foreign.privateKey),
      await new SignJWT(claims).setProtectedHeader(headerOf("HS256")).sign(Buffer.from(header.repeat(4))),
      `${header}.${payload}.`,
      `${header}.${payload}.${signature.slice(0, -8)}AAAAAAAA`,
      `${header}.${Buffer.from(JSON.stringify({ ...claims, sub: "x" })).toString("base64url")}.${signature}`,
      "",
      "a.b.c",
      "x".repeat(10_000),
      pool.sign(claims, { crit: ["exp"], exp: 1 }),
      pool.sign(claims, { kid: undefined }),
    ];
    for (const token of forged) await expect(verify(token)).rejects.toMatchObject(invalid);
    await expect(verify(good)).resolves.toBeDefined();
  });

  test("is refused when it is signed in another way than Cognito signs, even with the pool's key", async () => {
    const { pool, verify } = await start();
    pool.faults.keysAnswer = () => json(200, { keys: [{ ...pool.publicKey, alg: undefined }] });
    const claims = { iss: ISSUER, token_use: "access", client_id: CLIENT_ID };
    await expect(verify(pool.sign(claims, { alg: "RS384" }))).rejects.toMatchObject({
      message: "the token is not signed with RS256",
    });
  });

  test("tells nothing of itself in the error", async () => {
    const { pool, verify } = await start();
    const token = pool.accessToken({ client_id: "a-very-secret-client", sub: "a-secret-subject" });
    const error: unknown = await verify(token).catch((reason: unknown) => reason);
    expect(JSON.stringify([String(error), (error as Error).cause])).not.toContain("secret");
  });
});

describe("H9: the pool's keys", () => {
  test("out of reach mean neither yes nor no", async () => {
    const { pool, verify } = await start();
    const token = pool.accessToken();
    for (const answer of [json(500, {}), json(200, {}), { status: 200, body: "{" }]) {
      pool.faults.keysAnswer = () => answer;
      await expect(verify(token)).rejects.toMatchObject({ code: "keys_unavailable" });
    }
    delete pool.faults.keysAnswer;
    await expect(verify(token)).resolves.toBeDefined();
  });

  test("are read once for a flood of unknown ones, while known ones still verify", async () => {
    const { pool, verify, keyRequests } = await start();
    const good = pool.accessToken();
    await verify(good);
    const unknown = pool.sign({ iss: "x" }, { kid: "unknown" });
    const claims = JSON.parse(Buffer.from(good.split(".")[1] ?? "", "base64url").toString("utf8")) as object;
    const flood = Array.from({ length: 50 }, (_, n) => pool.sign({ ...claims }, { kid: `unknown-${n}` }));
    for (const token of flood) {
      await expect(verify(token)).rejects.toMatchObject({
        code: expect.stringMatching(/invalid|keys_/) as unknown,
      });
    }
    expect(keyRequests()).toBe(2);
    await expect(verify(good)).resolves.toBeDefined();
    await expect(verify(unknown)).rejects.toMatchObject(invalid);
  });

  test("that have been changed are picked up", async () => {
    const { pool, verify } = await start();
    pool.faults.keysAnswer = () => json(200, { keys: [] });
    const token = pool.accessToken();
    await expect(verify(token)).rejects.toMatchObject(invalid);
    delete pool.faults.keysAnswer;
    await expect(verify(token)).rejects.toMatchObject({ code: "keys_unavailable" });
  });

  test("that cannot be used are no fault of the token: the error is told as what it is", async () => {
    for (const change of [{ use: "enc" }, { kty: "oct" }, { kty: "OKP" }]) {
      const { pool, verify } = await start();
      pool.faults.keysAnswer = () => json(200, { keys: [{ ...pool.publicKey, ...change }] });
      const error: unknown = await verify(pool.accessToken()).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(Error);
      expect(error).not.toMatchObject(invalid);
    }
  });

  test("of which none is the token's are said to be", async () => {
    const { pool, verify } = await start();
    const token = pool.sign({ iss: ISSUER }, { kid: "other" });
    await expect(verify(token)).rejects.toMatchObject({
      ...invalid,
      message: "the token does not verify: its key is not one of the pool's",
    });
    const nameless = pool.sign({ iss: ISSUER }, { kid: undefined });
    await expect(verify(nameless)).rejects.toMatchObject(invalid);
  });
});
