// What holds for every answer of /auth and every line it logs.

import { describe, expect, test } from "vitest";
import { ERROR_KINDS } from "../../../functions/auth/errors.ts";
import { json } from "cdk-offline/testing";
import { errorOf, ORIGIN, SEAL_KEY, SESSION_COOKIE, startAuthSystem } from "../parts/auth-system.ts";
import { REQUEST_ID, type EventParts } from "../parts/rest-event.ts";
import { CLIENT_SECRET } from "../parts/user-pool.ts";

const EVERY_KIND: readonly [string, EventParts][] = [
  ["a redirect", { target: "/auth/login" }],
  ["a refused callback", { target: "/auth/callback?state=s&code=c" }],
  ["a missing session", { method: "POST", target: "/auth/session", headers: { "x-ll-csrf": "1" } }],
  ["a forged request", { method: "POST", target: "/auth/session" }],
  ["a sign-out", { method: "POST", target: "/auth/logout", headers: { "x-ll-csrf": "1" } }],
  ["a wrong method", { method: "PUT", target: "/auth/login" }],
  ["an unknown path", { target: "/auth/nothing" }],
  ["an error page", { target: "/auth/callback", headers: { accept: "text/html,*/*;q=0.8" } }],
];

describe("every answer", () => {
  test.each(EVERY_KIND)("A30: %s stays out of caches, frames and referrers", async (_, parts) => {
    const { handler } = await startAuthSystem();
    const answer = await handler(parts);
    expect(answer.headers).toMatchObject({
      "Cache-Control": "no-store",
      "Referrer-Policy": "no-referrer",
      "X-Content-Type-Options": "nosniff",
      "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    });
    expect(answer.headers?.["Content-Security-Policy"]).toMatch(
      /default-src 'none';.* frame-ancestors 'none'$/,
    );
    expect([307, 308]).not.toContain(answer.statusCode);
  });

  test("an unknown path is answered with 404", async () => {
    const { handler } = await startAuthSystem();
    for (const target of ["/auth", "/auth/", "/auth/login/", "/auth/LOGIN", "/auth/__proto__"]) {
      const answer = await handler({ target });
      expect([answer.statusCode, errorOf(answer)]).toEqual([404, "not_found"]);
    }
  });
});

describe("an error", () => {
  test("is JSON for a program, with its code and the request's identifier and nothing else", async () => {
    const { handler } = await startAuthSystem();
    const answer = await handler({ target: "/auth/callback", headers: { accept: "*/*" } });
    expect(answer.headers?.["Content-Type"]).toBe("application/json");
    expect(JSON.parse(answer.body)).toEqual({ error: "invalid_request", requestId: REQUEST_ID });
  });

  test("A9: is a page with a way back in for a person", async () => {
    const { handler } = await startAuthSystem();
    const answer = await handler({
      target: "/auth/callback?state=s&code=c",
      headers: { accept: "text/html,application/xhtml+xml" },
    });
    expect(answer.statusCode).toBe(400);
    expect(answer.headers?.["Content-Type"]).toBe("text/html; charset=utf-8");
    expect(answer.body).toContain('<a href="/auth/login">');
    expect(answer.body).toContain(ERROR_KINDS.invalid_state.sentence);
    expect(answer.body).toContain(REQUEST_ID);
  });

  test("does not put an identifier into the page that is none", async () => {
    const { handler } = await startAuthSystem();
    const answer = await handler({
      target: "/auth/callback",
      headers: { accept: "text/html" },
      requestId: "<script>",
    });
    expect(answer.body).not.toContain("<script>");
  });

  test.each(["application/json", "text/htmlx", "application/text/html2"])(
    "is JSON where Accept is %s",
    async (accept) => {
      const { handler } = await startAuthSystem();
      const answer = await handler({ target: "/auth/callback", headers: { accept } });
      expect(answer.headers?.["Content-Type"]).toBe("application/json");
    },
  );

  test("A29: reflects nothing, and is one line in the log, escaped and cut short", async () => {
    const system = await startAuthSystem();
    const hostile = `<script>alert(1)</script>\r\n{"_aws":{}}\u001b[31m\u2028${"x".repeat(1_000_000)}`;
    const query = new URLSearchParams({ state: "s", error: hostile, error_description: hostile }).toString();
    for (const accept of ["text/html", "application/json"]) {
      const answer = await system.handler({
        target: `/auth/callback?${query}`,
        headers: { accept, "user-agent": hostile, "x-evil": hostile },
      });
      expect(answer.statusCode).toBe(400);
      expect(answer.body).not.toContain("alert");
      expect(JSON.stringify([answer.headers, answer.multiValueHeaders])).not.toContain("alert");
      expect(answer.body.length).toBeLessThan(2000);
    }
    expect(system.log.lines).toHaveLength(2);
    for (const line of system.log.lines) {
      expect(line.length).toBeLessThan(5000);
      expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
    }
  });
});

describe("503, with nobody signed out, is the answer when", () => {
  test("the config parameter cannot be read, until it can", async () => {
    const system = await startAuthSystem();
    const { GetParameter } = system.aws.operations;
    delete system.aws.operations["GetParameter"];
    const headers = { "x-ll-csrf": "1", cookie: `${SESSION_COOKIE}=x` };
    const answer = await system.handler({ method: "POST", target: "/auth/session", headers });
    expect([answer.statusCode, errorOf(answer)]).toEqual([503, "ledger_unavailable"]);
    expect(answer.headers?.["Retry-After"]).toBe("5");
    expect(answer.multiValueHeaders).toBeUndefined();
    if (GetParameter !== undefined) system.aws.operations["GetParameter"] = GetParameter;
    expect((await system.handler({ target: "/auth/login" })).statusCode).toBe(302);
  });

  test("the secrets cannot be read, until it can", async () => {
    const system = await startAuthSystem();
    const { GetSecretValue } = system.aws.operations;
    delete system.aws.operations["GetSecretValue"];
    const answer = await system.handler({ target: "/auth/login" });
    expect([answer.statusCode, errorOf(answer)]).toEqual([503, "ledger_unavailable"]);
    if (GetSecretValue !== undefined) {
      system.aws.operations["GetSecretValue"] = GetSecretValue;
    }
    expect((await system.handler({ target: "/auth/login" })).statusCode).toBe(302);
  });
});

test("config and secrets are read once for many requests at once", async () => {
  const system = await startAuthSystem();
  await Promise.all(Array.from({ length: 50 }, () => system.handler({ target: "/auth/login" })));
  // Two secrets, each with a current version and, for once, no previous one.
  const secrets = Array.from({ length: 4 }, () => "GetSecretValue");
  expect([...system.aws.calls].sort()).toEqual(["GetParameter", ...secrets]);
});

test("a fault nobody thought of is answered with 502 and logged with the place it came from, not its text", async () => {
  const system = await startAuthSystem();
  const handler = system.newInstance({
    ledger: () => {
      throw new TypeError("cannot read secret-value");
    },
  });
  const answer = await handler({ target: "/auth/login" });
  expect([answer.statusCode, errorOf(answer)]).toEqual([502, "login_failed"]);
  const thrownAt = expect.arrayContaining([expect.stringContaining("answers.test")]) as unknown;
  expect(system.log.entries()).toMatchObject([{ level: "ERROR", cause: { name: "TypeError", thrownAt } }]);
  expect(system.log.lines.join("")).not.toContain("secret-value");
});

test("no code, token, verifier, secret or cookie value is ever logged or put into a body or address", async () => {
  const system = await startAuthSystem();
  const secrets = new Set([CLIENT_SECRET, SEAL_KEY]);
  const browser = system.newBrowser();
  const answers = [];
  for (const fault of [
    undefined,
    () => json(500, {}),
    () => json(200, { refresh_token: "x".repeat(40), id_token: "y" }),
  ]) {
    if (fault === undefined) delete system.pool.faults.tokenAnswer;
    else system.pool.faults.tokenAnswer = fault;
    const target = await browser.startSignIn();
    for (const value of browser.cookies.values()) secrets.add(value);
    secrets.add(new URL(target, ORIGIN).searchParams.get("code") ?? "");
    answers.push(await browser.send({ target }), await browser.send({ target }));
    for (const value of browser.cookies.values()) secrets.add(value);
    answers.push(await browser.post("/auth/session", { "sec-fetch-site": "cross-site" }));
  }
  answers.push(await browser.post("/auth/logout"));
  for (const token of [...system.pool.revoked, ...system.pool.refreshTokens.keys()]) secrets.add(token);
  for (const { token } of system.ledger.calls) secrets.add(token);
  for (const request of system.pool.requests) {
    const verifier = new URLSearchParams(request.body.toString("utf8")).get("code_verifier");
    if (verifier !== null) secrets.add(verifier);
  }
  expect(secrets.size).toBeGreaterThan(10);
  const seen = [
    system.log.lines.join(""),
    ...answers.map(({ body, headers }) => JSON.stringify([body, headers])),
  ];
  // Pieces, since a log cuts long values short.
  const pieces = [...secrets].flatMap((secret) => [secret.slice(-40), secret.slice(60, 100)]);
  for (const piece of pieces.filter(({ length }) => length >= 16)) {
    for (const text of seen) expect(text).not.toContain(piece);
  }
});
