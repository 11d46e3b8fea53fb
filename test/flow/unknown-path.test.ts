// What is answered under addresses that nobody has.

import { describe, expect, test } from "vitest";
import { outputs } from "./stack.ts";

const { AppUrl } = outputs;

describe("M3: an unknown path", () => {
  test.each(["/nowhere", "/assets/nothing.js", "/index.html/", "/.env", "/%2e%2e/x"])(
    "%s is a page of ours with status 404, never the bucket's XML",
    async (path) => {
      const answer = await fetch(AppUrl + path);
      expect([answer.status, answer.headers.get("content-type")]).toEqual([404, "text/html; charset=utf-8"]);
      const text = await answer.text();
      expect(text).toContain("There is no such page.");
      expect(text).not.toContain("AccessDenied");
      expect(answer.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    },
  );

  test.each([
    ["/auth/nowhere", 404, '"error":"not_found"'],
    ["/auth/session", 405, '"error":"method_not_allowed"'],
    ["/logins", 403, "Missing Authentication Token"],
  ])("A32: %s keeps its own answer", async (path, status, text) => {
    const answer = await fetch(AppUrl + path);
    expect([answer.status, answer.headers.get("content-type")]).toEqual([
      status,
      expect.stringContaining("application/json"),
    ]);
    expect(await answer.text()).toContain(text);
  });
});
