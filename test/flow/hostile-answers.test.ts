// What every answer of the running system has in common, whatever is sent to it.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { send, SESSION_COOKIE, Visitor } from "./hostile-client.ts";
import { newUser, outputs } from "./stack.ts";

describe("every answer", () => {
  test("A30, A32: of ours has its headers, and no error is turned into the page", async () => {
    const targets: readonly (readonly [string, string, number])[] = [
      ["GET", "/auth/login", 302],
      ["GET", "/auth/callback", 400],
      ["POST", "/auth/session", 403],
      ["POST", "/auth/logout", 403],
      ["GET", "/auth/session", 405],
      ["GET", "/auth/nothing", 404],
      ["POST", "/logins", 401],
      ["GET", "/logins", 403],
    ];
    for (const [method, target, status] of targets) {
      const answer = await send(target, { method });
      expect(answer.status, target).toBe(status);
      expect(answer.headers, target).toMatchObject({
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "strict-transport-security": "max-age=63072000; includeSubDomains",
        "x-content-type-options": "nosniff",
      });
      const framing = `${answer.headers["content-security-policy"] ?? ""}${answer.headers["x-frame-options"] ?? ""}`;
      expect(framing, target).toMatch(/frame-ancestors 'none'|DENY/);
      expect(answer.text, target).not.toContain("<!doctype");
    }
  });

  test("A30: of the page has a policy without inline script, for itself and the API's own hosts", async () => {
    const page = await send("/");
    const policy = page.headers["content-security-policy"] ?? "";
    expect(policy).toMatch(/script-src 'self';.*require-trusted-types-for 'script'; trusted-types 'none'/);
    expect(policy).not.toContain("unsafe");
    const own = /<meta http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page.text)?.[1];
    const hosts = [outputs.GraphQLUrl, outputs.RealtimeUrl].map((url) => new URL(url));
    expect(own).toBe(
      `connect-src 'self' ${hosts.map(({ protocol, host }) => `${protocol}//${host}`).join(" ")}`,
    );
    expect(page.text).not.toMatch(/<script(?![^>]*\bsrc=)|\son\w+=|<style/i);
    expect(page.headers["strict-transport-security"]).toBe(
      (await send("/auth/login")).headers["strict-transport-security"],
    );
  });

  test("is one of those foreseen, whatever is sent, and no redirect leaves us and the pool", async () => {
    const visitor = new Visitor();
    await visitor.signIn(await newUser("mallory"));
    await visitor.send("/auth/login");
    const good = [
      visitor.cookieHeader,
      `${SESSION_COOKIE}=x`,
      outputs.AppUrl,
      "1",
      "same-origin",
      "text/html",
    ];
    const headerText = fc.oneof(
      fc.constantFrom(...good),
      fc.string({ unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)) }),
    );
    const names = [
      "cookie",
      "origin",
      "accept",
      "x-ll-csrf",
      "sec-fetch-site",
      "authorization",
      "x-forwarded-for",
    ];
    const origins = [outputs.AppUrl, outputs.LoginUrl].map((url) => new URL(url).origin);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("GET", "POST", "HEAD", "OPTIONS", "DELETE"),
        fc.constantFrom(
          "/auth/login",
          "/auth/callback",
          "/auth/session",
          "/logins",
          "/auth/x",
          "/auth//login",
        ),
        fc.dictionary(fc.constantFrom("returnTo", "state", "code", "error"), fc.string({ unit: "binary" })),
        fc.dictionary(
          fc.constantFrom(...names),
          headerText.map((text) => text.replaceAll("\u007f", "")),
        ),
        fc.string({ unit: "binary" }),
        async (method, path, query, headers, body) => {
          const target = `${path}?${new URLSearchParams(query).toString()}`;
          const hasBody = method === "POST" || method === "DELETE";
          const answer = await send(target, { method, headers, ...(hasBody && { body }) });
          // 413: API Gateway takes no more than 10,240 bytes of headers.
          expect([200, 302, 303, 400, 401, 403, 404, 405, 413, 502]).toContain(answer.status);
          if (answer.status === 502) expect(query).toHaveProperty("error");
          const location = answer.headers["location"];
          if (location !== undefined) expect(origins).toContain(new URL(location).origin);
        },
      ),
      { numRuns: 300 },
    );
    expect((await visitor.post("/auth/session")).status).toBe(200);
  });

  test("to a navigation that failed is a page with a way back in", async () => {
    const answer = await send("/auth/callback?state=s&code=c", { headers: { accept: "text/html" } });
    expect([answer.status, answer.headers["content-type"]]).toEqual([400, "text/html; charset=utf-8"]);
    expect(answer.text).toContain('<a href="/auth/login">');
  });
});
