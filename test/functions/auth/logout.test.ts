// POST /auth/logout: what is ended, here and at the user pool.

import { describe, expect, test } from "vitest";
import { json } from "cdk-offline/testing";
import { ORIGIN, SESSION_COOKIE, startAuthSystem } from "../parts/auth-system.ts";
import { AUTHORIZATION_SERVER, CLIENT_ID } from "../parts/user-pool.ts";

const logoutUrl = `${AUTHORIZATION_SERVER.end_session_endpoint}?client_id=${CLIENT_ID}&logout_uri=${encodeURIComponent(`${ORIGIN}/`)}`;

describe("POST /auth/logout", () => {
  test("A26: revokes the refresh token, expires every cookie and tells where the pool's session ends", async () => {
    const system = await startAuthSystem();
    const browser = system.newBrowser();
    await browser.signIn();
    const saved = browser.cookies.get(SESSION_COOKIE) ?? "";
    const [refreshToken] = system.pool.refreshTokens.keys();
    await browser.startSignIn();
    const answer = await browser.post("/auth/logout");
    expect(answer.statusCode).toBe(200);
    expect(JSON.parse(answer.body)).toEqual({ logoutUrl });
    expect(answer.headers?.["Clear-Site-Data"]).toBe('"cache", "storage"');
    expect(system.pool.revoked).toEqual([refreshToken]);
    expect(browser.cookies.size).toBe(0);
    expect(answer.multiValueHeaders?.["Set-Cookie"]).toContain(
      `${SESSION_COOKIE}=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Strict`,
    );
    browser.cookies.set(SESSION_COOKIE, saved);
    expect((await browser.post("/auth/session")).statusCode).toBe(401);
  });

  test("A26: leaves one line in the log, which names the sign-in and no secret", async () => {
    const system = await startAuthSystem();
    const browser = system.newBrowser();
    await browser.signIn();
    await browser.post("/auth/logout");
    expect(system.log.entries()).toEqual([
      expect.objectContaining({ level: "INFO", event: "signed_out", id: [...system.ledger.items.keys()][0] }),
    ]);
  });

  test("A28: takes no address from the request", async () => {
    const { handler } = await startAuthSystem();
    const answer = await handler({
      method: "POST",
      target: "/auth/logout?logout_uri=https://evil.example&redirect=https://evil.example",
      headers: { "x-ll-csrf": "1" },
    });
    expect(JSON.parse(answer.body)).toEqual({ logoutUrl });
  });

  test("A31: revokes with a second try where the first fails soon", async () => {
    const system = await startAuthSystem();
    const browser = system.newBrowser();
    await browser.signIn();
    let tries = 0;
    system.pool.faults.revokeAnswer = () =>
      Promise.resolve((tries += 1) === 1 ? json(503, {}) : { status: 200 });
    expect((await browser.post("/auth/logout")).statusCode).toBe(200);
    expect(tries).toBe(2);
    expect(system.log.entries().map(({ event }) => event)).toEqual(["signed_out"]);
  });

  test("succeeds without a session, and when the pool does not revoke", async () => {
    const system = await startAuthSystem();
    const browser = system.newBrowser();
    expect((await browser.post("/auth/logout")).statusCode).toBe(200);
    await browser.signIn();
    system.pool.faults.revokeAnswer = () => Promise.resolve(json(500, {}));
    expect((await browser.post("/auth/logout")).statusCode).toBe(200);
    expect(browser.cookies.size).toBe(0);
    expect(system.log.entries().map(({ event }) => event)).toEqual([
      "signed_out",
      "revoke_failed",
      "signed_out",
    ]);
  });
});
