// What becomes of a sign-in while the ledger does not answer, and how it gets its record later.

import { describe, expect, test } from "vitest";
import { graphqlError } from "../parts/graphql-endpoint.ts";
import {
  errorOf,
  SESSION_COOKIE,
  setCookies,
  startAuthSystem,
  type AuthSystem,
} from "../parts/auth-system.ts";

const unavailable = () => graphqlError("Unavailable");
/** As many as one call of the function tries. */
const OUTAGE = [unavailable, unavailable, unavailable];

const unrecordedLines = (system: AuthSystem) =>
  system.log.entries().filter(({ event }) => event === "login_unrecorded");
const recordedOf = ({ body }: { readonly body: string }) =>
  (JSON.parse(body) as { readonly recorded?: boolean }).recorded;

/** A browser that signed in while the ledger was out. */
async function signedInUnrecorded() {
  const system = await startAuthSystem();
  const browser = system.newBrowser(system.newInstance({ auditMode: "best-effort" }));
  system.ledger.faults.push(...OUTAGE);
  expect((await browser.signIn()).statusCode).toBe(303);
  return { system, browser };
}

describe("in audit mode best-effort", () => {
  test("a sign-in that the ledger does not take leads to a session, and counts", async () => {
    const { system } = await signedInUnrecorded();
    expect(system.ledger.items.size).toBe(0);
    expect(system.pool.revoked).toEqual([]);
    expect(unrecordedLines(system)).toMatchObject([
      {
        level: "WARN",
        UnrecordedLogin: 1,
        cause: { code: "unavailable" },
        username: "ana",
        address: "192.0.2.1",
      },
    ]);
  });

  test("the session says so and tries again each time, counting each failure, until it is recorded", async () => {
    const { system, browser } = await signedInUnrecorded();
    for (const failures of [2, 3]) {
      system.ledger.faults.push(...OUTAGE);
      const answer = await browser.post("/auth/session");
      expect([answer.statusCode, recordedOf(answer)]).toEqual([200, false]);
      expect(setCookies(answer)).toEqual([]);
      expect(unrecordedLines(system)).toHaveLength(failures);
    }

    const recorded = await browser.post("/auth/session", { "User-Agent": "Browser/1" });
    expect([recorded.statusCode, recordedOf(recorded)]).toEqual([200, undefined]);
    expect([...system.ledger.items.values()]).toMatchObject([{ userAgent: "Browser/1" }]);
    const later = await browser.post("/auth/session");
    expect([later.statusCode, recordedOf(later)]).toEqual([200, undefined]);
    expect(system.ledger.items.size).toBe(1);
    expect(unrecordedLines(system)).toHaveLength(3);
  });

  test("a window that gets its record while somebody else signs in leaves the browser to them", async () => {
    const { system, browser } = await signedInUnrecorded();
    const oldSession = browser.cookies.get(SESSION_COOKIE) ?? "";
    await browser.signIn();
    const newSession = browser.cookies.get(SESSION_COOKIE);
    // Sent before the other signed in, answered after.
    const late = await browser.post("/auth/session", { Cookie: `${SESSION_COOKIE}=${oldSession}` });
    expect([late.statusCode, recordedOf(late)]).toEqual([200, undefined]);
    expect(system.ledger.items.size).toBe(2);
    expect(browser.cookies.get(SESSION_COOKIE)).toBe(newSession);
  });

  test("two windows at once record one sign-in once", async () => {
    const { system, browser } = await signedInUnrecorded();
    const answers = await Promise.all([browser.post("/auth/session"), browser.post("/auth/session")]);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
    expect(system.ledger.items.size).toBe(1);
  });

  test("a callback delivered again leads to the start page, as with any session", async () => {
    const system = await startAuthSystem();
    const browser = system.newBrowser(system.newInstance({ auditMode: "best-effort" }));
    const target = await browser.startSignIn();
    system.ledger.faults.push(...OUTAGE);
    await browser.send({ target });
    expect((await browser.send({ target })).statusCode).toBe(303);
    expect(system.pool.requests.filter(({ url }) => url.pathname === "/oauth2/token")).toHaveLength(1);
  });

  test.each([
    ["refuses the token", () => graphqlError("BadToken")],
    [
      "answers with another sign-in's record",
      (honest: () => { body?: unknown }) => ({
        status: 200,
        body: String(honest().body).replace(/"id":"[^"]+"/, '"id":"another"'),
      }),
    ],
  ])("a ledger that %s has answered: no session", async (_, fault) => {
    const system = await startAuthSystem();
    system.ledger.faults.push(fault);
    const browser = system.newBrowser(system.newInstance({ auditMode: "best-effort" }));
    const answer = await browser.signIn();
    expect([answer.statusCode, errorOf(answer)]).toEqual([503, "ledger_unavailable"]);
    expect(system.pool.revoked).toHaveLength(1);
    expect(unrecordedLines(system)).toEqual([]);
  });
});

describe("in audit mode strict", () => {
  test("a session from before the mode was changed is of no use until it is recorded, and then it is", async () => {
    const { system, browser } = await signedInUnrecorded();
    const strict = system.newBrowser();
    strict.cookies.set(SESSION_COOKIE, browser.cookies.get(SESSION_COOKIE) ?? "");
    system.ledger.faults.push(...OUTAGE);
    const refused = await strict.post("/auth/session");
    expect([refused.statusCode, errorOf(refused)]).toEqual([503, "ledger_unavailable"]);
    expect(refused.body).not.toContain("accessToken");
    expect(setCookies(refused)).toEqual([]);
    expect((await strict.post("/auth/session")).statusCode).toBe(200);
    expect(system.ledger.items.size).toBe(1);
  });
});
