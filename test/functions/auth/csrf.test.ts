// Requests that another site makes a browser send get nothing done.

import { describe, expect, test } from "vitest";
import { errorOf, ORIGIN, startAuthSystem } from "../parts/auth-system.ts";

describe.each(["/auth/session", "/auth/logout"])("POST %s", (target) => {
  test.each([
    ["without the header", { "x-ll-csrf": [] }],
    ["with another value of the header", { "x-ll-csrf": "true" }],
    ["with the header twice", { "x-ll-csrf": ["1", "1"] }],
    ["from another site", { "sec-fetch-site": "cross-site" }],
    ["from a sister host", { "sec-fetch-site": "same-site" }],
    ["from the address bar", { "sec-fetch-site": "none" }],
    ["with contradictory origins of the fetch", { "sec-fetch-site": ["same-origin", "cross-site"] }],
    ["from another origin", { origin: "https://evil.example" }],
    ["from our host over plain HTTP", { origin: "http://ledger.example" }],
    ["from nowhere", { origin: "null" }],
    ["A21: from another site that claims our origin", { origin: ORIGIN, "sec-fetch-site": "cross-site" }],
    [
      "from another origin that claims to be ours",
      { origin: "https://evil.example", "sec-fetch-site": "same-origin" },
    ],
  ])("A20: %s is answered with 403 and leaves the session alone", async (_, headers) => {
    const system = await startAuthSystem();
    const browser = system.newBrowser();
    await browser.signIn();
    const calls = system.pool.requests.length;
    const answer = await browser.send({ method: "POST", target, headers: { "x-ll-csrf": "1", ...headers } });
    expect([answer.statusCode, errorOf(answer)]).toEqual([403, "csrf"]);
    expect(answer.multiValueHeaders).toBeUndefined();
    expect(system.pool.requests).toHaveLength(calls);
  });

  test.each([
    ["A21: without Origin and Sec-Fetch-Site, as old browsers and curl send it", {}],
    ["from our own page", { Origin: ORIGIN, "Sec-Fetch-Site": "same-origin" }],
    ["with our origin alone", { Origin: ORIGIN }],
  ])("%s is served", async (_, headers) => {
    const system = await startAuthSystem();
    const browser = system.newBrowser();
    await browser.signIn();
    expect((await browser.post(target, headers)).statusCode).toBe(200);
  });

  test.each(["GET", "HEAD", "OPTIONS", "PUT", "DELETE"])(
    "A20, A28: %s is answered with 405 and leaves the session alone",
    async (method) => {
      const system = await startAuthSystem();
      const browser = system.newBrowser();
      await browser.signIn();
      const answer = await browser.send({ method, target, headers: { "x-ll-csrf": "1" } });
      expect([answer.statusCode, errorOf(answer), answer.headers?.["Allow"]]).toEqual([
        405,
        "method_not_allowed",
        "POST",
      ]);
      expect((await browser.post("/auth/session")).statusCode).toBe(200);
    },
  );

  test("A22: a preflight from another origin is granted nothing", async () => {
    const { handler } = await startAuthSystem();
    const answer = await handler({
      method: "OPTIONS",
      target,
      headers: { Origin: "https://evil.example", "Access-Control-Request-Headers": "x-ll-csrf" },
    });
    expect(Object.keys(answer.headers ?? {}).filter((name) => /^access-control/i.test(name))).toEqual([]);
    expect(JSON.stringify(answer)).not.toContain("evil");
    expect(answer.headers?.["Vary"]).toBe("Accept, Origin, Sec-Fetch-Site");
  });
});
