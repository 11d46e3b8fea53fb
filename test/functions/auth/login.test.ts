// GET /auth/login: how a sign-in starts and how many may be under way.

import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { locationOf, ORIGIN, setCookies, startAuthSystem, TX_PREFIX } from "../parts/auth-system.ts";
import { AUTHORIZATION_SERVER, CLIENT_ID } from "../parts/user-pool.ts";

describe("GET /auth/login", () => {
  test("sends the browser to the user pool with everything a code grant with PKCE needs", async () => {
    const { handler } = await startAuthSystem();
    const answer = await handler({ target: "/auth/login" });
    expect(answer.statusCode).toBe(302);
    const url = new URL(locationOf(answer));
    expect(`${url.origin}${url.pathname}`).toBe(AUTHORIZATION_SERVER.authorization_endpoint);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: "code",
      client_id: CLIENT_ID,
      redirect_uri: `${ORIGIN}/auth/callback`,
      scope: "openid ledger/logins",
      state: expect.stringMatching(/^[\w-]{43}$/) as string,
      nonce: expect.stringMatching(/^[\w-]{43}$/) as string,
      code_challenge: expect.stringMatching(/^[\w-]{43}$/) as string,
      code_challenge_method: "S256",
    });
  });

  test("keeps the transaction in a cookie that only this host gets and no script reads", async () => {
    const { handler } = await startAuthSystem();
    const answer = await handler({ target: "/auth/login" });
    const [cookie, ...others] = setCookies(answer);
    expect(others).toEqual([]);
    expect(cookie?.name).toMatch(/^__Host-Http-ll_tx_[\w-]{16}$/);
    expect(cookie?.attributes).toEqual(["Path=/", "Max-Age=600", "HttpOnly", "Secure", "SameSite=Lax"]);
    const state = new URL(locationOf(answer)).searchParams.get("state") ?? "";
    const hash = createHash("sha256").update(state).digest("base64url");
    expect(cookie?.name).toBe(`${TX_PREFIX}${hash.slice(0, 16)}`);
    expect(cookie?.value).not.toContain(state);
  });

  test("no two sign-ins share state, nonce or code verifier", async () => {
    const { handler } = await startAuthSystem();
    const [one, two] = await Promise.all([
      handler({ target: "/auth/login" }),
      handler({ target: "/auth/login" }),
    ]);
    for (const name of ["state", "nonce", "code_challenge"]) {
      const valueOf = (answer: typeof one) => new URL(locationOf(answer)).searchParams.get(name);
      expect(valueOf(one)).not.toBe(valueOf(two));
    }
  });

  test("A11: thirty started sign-ins leave four transaction cookies, under 8 KB, of which each still works", async () => {
    const system = await startAuthSystem();
    const browser = system.newBrowser();
    const callbacks: string[] = [];
    for (let n = 0; n < 30; n += 1) {
      system.clockOffsetMs += n % 3 === 0 ? 1000 : 0; // several fall into one second
      callbacks.push(await browser.startSignIn(`/${"x".repeat(500)}`));
    }
    expect(browser.cookies.size).toBe(4);
    const header = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    expect(header.length + 2800).toBeLessThan(8192); // with a session cookie beside them
    for (const target of callbacks.slice(-4)) {
      expect((await browser.send({ target })).statusCode).toBe(303);
    }
    expect((await browser.send({ target: callbacks[25] ?? "" })).statusCode).toBe(400);
  });

  test("A11: a path that grows when it is written as an address is measured as it is kept", async () => {
    const system = await startAuthSystem();
    const browser = system.newBrowser();
    for (let n = 0; n < 4; n += 1) await browser.startSignIn(`/?${"'".repeat(500)}`);
    const header = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    expect(header.length + 2800).toBeLessThan(8192); // with a session cookie beside them
  });

  test("transaction cookies that do not open make room for a new one, other cookies stay", async () => {
    const { handler } = await startAuthSystem();
    const spoilt = ["A", "B"].map((letter) => `${TX_PREFIX}${letter.repeat(16)}`);
    const cookie = `${spoilt.map((name) => `${name}=rubbish`).join("; ")}; other=1`;
    const answer = await handler({ target: "/auth/login", headers: { cookie } });
    const expired = setCookies(answer).filter(({ maxAge }) => maxAge === 0);
    expect(expired.map(({ name }) => name).sort()).toEqual(spoilt);
  });

  test("A19: forwarded and spoofed host names change nothing", async () => {
    const { handler } = await startAuthSystem();
    const answer = await handler({
      target: "/auth/login",
      headers: {
        Host: "evil.example",
        "X-Forwarded-Host": "evil.example",
        Forwarded: "host=evil.example",
        "X-Original-URL": "https://evil.example/",
      },
    });
    expect(answer.headers?.["Location"]).not.toContain("evil");
  });
});
