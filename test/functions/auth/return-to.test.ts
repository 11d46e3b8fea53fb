// Where a sign-in may end.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { returnToOf } from "../../../functions/auth/return-to.ts";
import { readRequest } from "../../../functions/shared/http-request.ts";
import { locationOf, ORIGIN, startAuthSystem } from "../parts/auth-system.ts";
import { restEvent } from "../parts/rest-event.ts";

const returnTo = (value: string) =>
  returnToOf(
    readRequest(restEvent({ target: `/auth/login?${new URLSearchParams({ returnTo: value }).toString()}` })),
    ORIGIN,
  );

const REFUSED = [
  "",
  "x",
  "//evil.example",
  "//evil.example/x",
  "///evil.example/x",
  "/\\evil.example",
  "\\\\evil.example",
  "/%5c/evil.example",
  "/%5Cevil.example",
  "/%2f/evil.example",
  "/%2fevil.example",
  "/%09/evil.example",
  "/\t/evil.example",
  "/ /evil.example",
  " //evil.example",
  "/.//evil.example",
  "/a/..//evil.example",
  "https:evil.example",
  "https://evil.example/",
  "https://ledger.example.evil.example/",
  "@evil.example/",
  ".evil.example",
  "javascript:alert(1)",
  "data:text/html,x",
  "/x\r\nSet-Cookie: a=b",
  "/%0d%0aSet-Cookie:%20a=b",
  `/${"x".repeat(5000)}`,
  "／／evil.example",
  "/／evil.example",
  "/%EF%BC%8F%ff",
  "/auth/logout",
  "/auth/login",
  "/AUTH/login",
  "/%61uth/login",
  "/x/../auth/login",
  "/auth",
  "/logins",
];

describe("returnTo", () => {
  test.each(REFUSED)("A17: %j leads to the start page", (value) => {
    expect(returnTo(value)).toBe("/");
  });

  test.each([
    ["/", "/"],
    ["/audit?of=ana&from=2026-11-01#latest", "/audit?of=ana&from=2026-11-01#latest"],
    ["/a/./b/../c", "/a/c"],
    ["/caf%C3%A9", "/caf%C3%A9"],
    ["/author", "/author"],
    ["/x?next=//evil.example", "/x?next=//evil.example"],
  ])("%j is a page of ours", (value, path) => {
    expect(returnTo(value)).toBe(path);
  });

  test("a repeated or missing parameter leads to the start page", () => {
    const of = (target: string) => returnToOf(readRequest(restEvent({ target })), ORIGIN);
    expect(of("/auth/login?returnTo=/a&returnTo=/b")).toBe("/");
    expect(of("/auth/login")).toBe("/");
  });

  test("A17: whatever the text, the result is a path of our origin", () => {
    const piece = fc.constantFrom(
      "/",
      "\\",
      "//",
      "%2f",
      "%5c",
      "..",
      ".",
      "@",
      ":",
      "evil.example",
      "auth",
      "?",
      "#",
      "\t",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((pieces) => `/${pieces.join("")}`),
        ),
        (value) => {
          const path = returnTo(value);
          const url = new URL(path, ORIGIN);
          expect(url.origin).toBe(ORIGIN);
          expect(path.startsWith("//")).toBe(false);
          expect(url.pathname).not.toMatch(/^\/auth(\/|$)/);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test("a sign-in ends on the page it was started from", async () => {
    const system = await startAuthSystem();
    const answer = await system.newBrowser().signIn("/audit?of=ana");
    expect(answer.statusCode).toBe(303);
    expect(locationOf(answer)).toBe(`${ORIGIN}/audit?of=ana`);
  });
});
