// GET /auth/callback: the straight way, what is refused before the user pool is asked, and no access without a record.

import { decodeJwt } from "jose";
import { describe, expect, test } from "vitest";
import { graphqlError } from "../parts/graphql-endpoint.ts";
import { json } from "cdk-offline/testing";
import {
  errorOf,
  locationOf,
  ORIGIN,
  ORIGIN_SECRET,
  SESSION_COOKIE,
  setCookies,
  startAuthSystem,
  TX_PREFIX,
  type AuthSystem,
} from "../parts/auth-system.ts";

const tokenCalls = ({ pool }: AuthSystem) =>
  pool.requests.filter(({ url }) => url.pathname === "/oauth2/token").length;
const sessionCookieOf = (answer: Parameters<typeof setCookies>[0]) =>
  setCookies(answer).find(({ name }) => name === SESSION_COOKIE);
const expiredTransactionOf = (answer: Parameters<typeof setCookies>[0]) =>
  setCookies(answer).find(({ name, maxAge }) => name.startsWith(TX_PREFIX) && maxAge === 0);

describe("GET /auth/callback", () => {
  test("records the sign-in, then sets the session and ends the transaction", async () => {
    const system = await startAuthSystem();
    const answer = await system.newBrowser().signIn();
    expect(answer.statusCode).toBe(303);
    expect(locationOf(answer)).toBe(`${ORIGIN}/`);
    expect(system.ledger.calls.map(({ operation }) => operation)).toEqual(["recordLogin"]);
    expect(system.ledger.items.size).toBe(1);
    expect(sessionCookieOf(answer)?.attributes).toEqual([
      "Path=/",
      "Max-Age=43200",
      "HttpOnly",
      "Secure",
      "SameSite=Strict",
    ]);
    expect(expiredTransactionOf(answer)?.attributes).toContain("SameSite=Lax");
    expect(answer.body).toBe("");
  });

  test("the ledger learns the viewer's address from the distribution, and the user agent", async () => {
    const system = await startAuthSystem();
    const browser = system.newBrowser();
    const target = await browser.startSignIn();
    await browser.send({
      target,
      headers: {
        "X-LL-Origin": ORIGIN_SECRET,
        "X-Forwarded-For": "10.9.8.7, 2001:db8::1",
        "User-Agent": `A${"b".repeat(600)}`,
      },
    });
    expect(system.ledger.calls[0]?.variables).toEqual({
      device: { address: "2001:db8::1", userAgent: `A${"b".repeat(511)}` },
    });
  });

  test("every field of the record is selected, since subscribers see no others", async () => {
    const system = await startAuthSystem();
    await system.newBrowser().signIn();
    const fields =
      "id userId username loggedInAt recordedAt clientId address userAgent methods file alreadyRecorded";
    for (const field of fields.split(" ")) {
      expect(system.ledger.calls[0]?.query).toMatch(new RegExp(`\\b${field}\\b`));
    }
  });

  describe("is refused without a call to the token endpoint", () => {
    test("A1: when there is no transaction cookie", async () => {
      const system = await startAuthSystem();
      const target = await system.newBrowser().startSignIn();
      const answer = await system.handler({ target });
      expect([answer.statusCode, errorOf(answer)]).toEqual([400, "invalid_state"]);
      expect(tokenCalls(system)).toBe(0);
      expect(setCookies(answer)).toEqual([]);
    });

    test.each([
      ["of another sign-in", () => "A".repeat(43)],
      ["in another case", (state: string) => state.toUpperCase()],
      ["cut short", (state: string) => state.slice(0, -1)],
      ["with padding", (state: string) => `${state}=`],
      ["in the standard alphabet", (state: string) => `+${state.slice(1)}`],
    ])("A2: when the state is one %s", async (_, change) => {
      const system = await startAuthSystem();
      const browser = system.newBrowser();
      const target = new URL(await browser.startSignIn(), ORIGIN);
      target.searchParams.set("state", change(target.searchParams.get("state") ?? ""));
      const answer = await browser.send({ target: `${target.pathname}${target.search}` });
      expect([answer.statusCode, errorOf(answer)]).toEqual([400, "invalid_state"]);
      expect(tokenCalls(system)).toBe(0);
      expect(sessionCookieOf(answer)).toBeUndefined();
    });

    test("A2: when another sign-in's cookie stands under the name of this state", async () => {
      const system = await startAuthSystem();
      const browser = system.newBrowser();
      const target = await browser.startSignIn();
      const [name = ""] = [...browser.cookies.keys()];
      const other = system.newBrowser();
      await other.startSignIn();
      browser.cookies.set(name, [...other.cookies.values()][0] ?? "");
      const answer = await browser.send({ target });
      expect([answer.statusCode, errorOf(answer)]).toEqual([400, "invalid_state"]);
      expect(expiredTransactionOf(answer)?.name).toBe(name);
      expect(tokenCalls(system)).toBe(0);
    });

    test("A5: when the code and state are an attacker's, with the victim's session left as it is", async () => {
      const system = await startAuthSystem();
      const victim = system.newBrowser();
      await victim.signIn();
      await victim.startSignIn();
      const before = new Map(victim.cookies);
      const calls = tokenCalls(system);
      const answer = await victim.send({ target: await system.newBrowser().startSignIn() });
      expect([answer.statusCode, errorOf(answer)]).toEqual([400, "invalid_state"]);
      expect(victim.cookies).toEqual(before);
      expect(tokenCalls(system)).toBe(calls);
    });

    test("A9: when the transaction is older than ten minutes, even if the browser kept the cookie", async () => {
      const system = await startAuthSystem();
      const browser = system.newBrowser();
      const target = await browser.startSignIn();
      system.clockOffsetMs = 601_000;
      const answer = await browser.send({ target });
      expect([answer.statusCode, errorOf(answer)]).toEqual([400, "expired_transaction"]);
      expect(expiredTransactionOf(answer)).toBeDefined();
      expect(tokenCalls(system)).toBe(0);
    });

    test("when the transaction cookie was altered or is there twice", async () => {
      const system = await startAuthSystem();
      const browser = system.newBrowser();
      const target = await browser.startSignIn();
      const [name = "", value = ""] = [...browser.cookies][0] ?? [];
      for (const cookie of [`${name}=${value}x`, `${name}=${value}; ${name}=${value}`]) {
        const answer = await system.handler({ target, headers: { cookie } });
        expect([answer.statusCode, errorOf(answer)]).toEqual([400, "invalid_state"]);
        expect(expiredTransactionOf(answer)?.name).toBe(name);
      }
      expect(tokenCalls(system)).toBe(0);
    });

    test("when the session cookie is handed over as a transaction", async () => {
      const system = await startAuthSystem();
      const browser = system.newBrowser();
      await browser.signIn();
      const session = browser.cookies.get(SESSION_COOKIE) ?? "";
      const target = await browser.startSignIn();
      const name = [...browser.cookies.keys()].find((key) => key.startsWith(TX_PREFIX)) ?? "";
      const answer = await system.handler({ target, headers: { cookie: `${name}=${session}` } });
      expect(errorOf(answer)).toBe("invalid_state");
    });

    test.each([
      "",
      "?code=c",
      "?state=s",
      "?code=&state=s",
      "?code=c&state=",
      "?code=c&error=e&state=s",
      "?code=c&code=d&state=s",
      "?code=c&state=s&state=t",
      `?state=s&code=${"c".repeat(3000)}`,
    ])("when the parameters are %s", async (query) => {
      const system = await startAuthSystem();
      const answer = await system.handler({ target: `/auth/callback${query}` });
      expect([answer.statusCode, errorOf(answer)]).toEqual([400, "invalid_request"]);
      expect(tokenCalls(system)).toBe(0);
    });

    test.each([
      ["error=access_denied", 400, "access_denied"],
      ["error=server_error&error_description=boom", 502, "login_failed"],
      ["error=%3Cscript%3E", 502, "login_failed"],
      ["code=c&iss=https%3A%2F%2Fevil.example", 400, "invalid_request"],
      ["code=c&response=jarm", 400, "invalid_request"],
    ])("when the user pool answers %s", async (query, status, error) => {
      const system = await startAuthSystem();
      const browser = system.newBrowser();
      const state = new URL(await browser.startSignIn(), ORIGIN).searchParams.get("state") ?? "";
      const answer = await browser.send({ target: `/auth/callback?state=${state}&${query}` });
      expect([answer.statusCode, errorOf(answer)]).toEqual([status, error]);
      expect(expiredTransactionOf(answer)).toBeDefined();
      expect(tokenCalls(system)).toBe(0);
    });
  });

  describe("delivered again", () => {
    test("A8: leads a browser that has the session from it to the start page, and changes nothing", async () => {
      const system = await startAuthSystem();
      const browser = system.newBrowser();
      const target = await browser.startSignIn("/audit");
      const withTransaction = new Map(browser.cookies);
      await browser.send({ target });
      const session = browser.cookies.get(SESSION_COOKIE);
      for (const [name, value] of withTransaction) browser.cookies.set(name, value);
      for (let n = 0; n < 2; n += 1) {
        const answer = await browser.send({ target });
        expect([answer.statusCode, locationOf(answer)]).toEqual([303, `${ORIGIN}/`]);
      }
      expect(browser.cookies.get(SESSION_COOKIE)).toBe(session);
      expect(tokenCalls(system)).toBe(1);
      expect(system.ledger.items.size).toBe(1);
      expect(system.pool.revoked).toEqual([]);
      expect((await browser.post("/auth/session")).statusCode).toBe(200);
    });

    test("A8: is refused where there is no session", async () => {
      const system = await startAuthSystem();
      const browser = system.newBrowser();
      const target = await browser.startSignIn();
      const withTransaction = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      await browser.send({ target });
      const withoutCookie = await system.handler({ target });
      expect([withoutCookie.statusCode, errorOf(withoutCookie)]).toEqual([400, "invalid_state"]);
      const again = await system.handler({ target, headers: { cookie: withTransaction } });
      expect([again.statusCode, errorOf(again)]).toEqual([400, "expired_transaction"]);
      expect(system.ledger.items.size).toBe(1);
    });

    test("A8: twice at the same moment gives one record", async () => {
      const system = await startAuthSystem();
      const browser = system.newBrowser();
      const target = await browser.startSignIn();
      const answers = await Promise.all([browser.send({ target }), browser.send({ target })]);
      expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([303, 400]);
      expect(system.ledger.items.size).toBe(1);
    });
  });

  test("two windows may sign in at once", async () => {
    const system = await startAuthSystem();
    const browser = system.newBrowser();
    const first = await browser.startSignIn("/one");
    const second = await browser.startSignIn("/two");
    expect(locationOf(await browser.send({ target: first }))).toBe(`${ORIGIN}/one`);
    expect(locationOf(await browser.send({ target: second }))).toBe(`${ORIGIN}/two`);
    expect(system.ledger.items.size).toBe(2);
  });

  test("A13: a session cookie planted before is replaced and never refreshes the new sign-in", async () => {
    const system = await startAuthSystem();
    const attacker = system.newBrowser();
    await attacker.signIn();
    const planted = attacker.cookies.get(SESSION_COOKIE) ?? "";
    const victim = system.newBrowser();
    victim.cookies.set(SESSION_COOKIE, planted);
    await victim.signIn();
    expect(victim.cookies.get(SESSION_COOKIE)).not.toBe(planted);
    const [attackers, victims] = await Promise.all([
      attacker.post("/auth/session"),
      victim.post("/auth/session"),
    ]);
    const idOf = ({ body }: typeof victims) => (JSON.parse(body) as { user: { id: string } }).user.id;
    expect(idOf(attackers)).not.toBe(idOf(victims));
  });

  describe("no access without a record", () => {
    test("the ledger failing for a moment goes unnoticed, and the record is one", async () => {
      const system = await startAuthSystem();
      system.ledger.faults.push(
        () => graphqlError("RecordPending"),
        () => json(503, {}),
      );
      const answer = await system.newBrowser().signIn();
      expect(answer.statusCode).toBe(303);
      expect(system.ledger.calls).toHaveLength(3);
      expect(system.ledger.items.size).toBe(1);
    });

    test.each([
      ["answers with errors", () => graphqlError("Unavailable")],
      ["answers 500", () => json(500, {})],
      ["refuses the token", () => graphqlError("UnauthorizedException", 401)],
      [
        "answers with another sign-in's record",
        (honest: () => ReturnType<typeof json>) => {
          const { body } = honest();
          return { status: 200, body: String(body).replace(/"id":"[^"]+"/, '"id":"another"') };
        },
      ],
    ])("a ledger that %s means 503, a revoked refresh token and no session", async (_, fault) => {
      const system = await startAuthSystem();
      system.ledger.faults.push(fault, fault, fault);
      const answer = await system.newBrowser().signIn();
      expect([answer.statusCode, errorOf(answer)]).toEqual([503, "ledger_unavailable"]);
      expect(answer.headers?.["Retry-After"]).toBe("5");
      expect(sessionCookieOf(answer)).toBeUndefined();
      expect(expiredTransactionOf(answer)).toBeDefined();
      expect(system.pool.revoked).toHaveLength(1);
      expect(system.pool.refreshTokens.size).toBe(0);
    });

    test("a revocation that fails as well is logged and changes nothing of the answer", async () => {
      const system = await startAuthSystem();
      system.ledger.faults.push(() => graphqlError("BadToken"));
      system.pool.faults.revokeAnswer = () => Promise.resolve(json(500, {}));
      const answer = await system.newBrowser().signIn();
      expect(answer.statusCode).toBe(503);
      expect(system.log.entries().map(({ event }) => event)).toEqual(["revoke_failed", "request_refused"]);
    });

    test("a revocation that hangs is given up", async () => {
      const system = await startAuthSystem();
      system.ledger.faults.push(() => graphqlError("BadToken"));
      system.pool.faults.revokeAnswer = () => new Promise(() => undefined);
      const answer = await system.newBrowser(system.newInstance({ revokeMs: 100 })).signIn();
      expect(answer.statusCode).toBe(503);
    });
  });

  describe("A16: the session cookie", () => {
    test("fits with the largest refresh token that Cognito is known to issue", async () => {
      const system = await startAuthSystem();
      system.pool.faults.refreshTokenLength = 2300;
      const answer = await system.newBrowser().signIn();
      const { name = "", value = "" } = sessionCookieOf(answer) ?? {};
      expect(`${name}=${value}`.length).toBeLessThanOrEqual(4096);
      expect(answer.statusCode).toBe(303);
    });

    test("is not set when no browser would keep it; the refresh token is revoked", async () => {
      const system = await startAuthSystem();
      system.pool.faults.refreshTokenLength = 3200;
      const answer = await system.newBrowser().signIn();
      expect([answer.statusCode, errorOf(answer)]).toEqual([503, "session_too_large"]);
      expect(sessionCookieOf(answer)).toBeUndefined();
      expect(system.pool.revoked).toHaveLength(1);
      expect(system.log.entries().at(-1)).toMatchObject({ level: "ERROR", error: "session_too_large" });
    });
  });

  test("I8: no session exists whose sign-in the ledger does not know", async () => {
    const system = await startAuthSystem();
    const browser = system.newBrowser();
    await browser.signIn();
    const answer = await browser.post("/auth/session");
    const { accessToken } = JSON.parse(answer.body) as { accessToken: string };
    expect([...system.ledger.items.keys()]).toEqual([decodeJwt(accessToken)["origin_jti"]]);
  });
});
