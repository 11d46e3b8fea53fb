import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { leftoverSecrets } from "./leftovers.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "login-ledger-leftovers-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test.each([
  ["a token", "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlLXRleHQ"],
  ["a token", "eyJlbmMiOiJBMjU2R0NNIn0..aXYtdGV4dC1oZXJl.Y2lwaGVy"],
  ["a session or transaction cookie", "__Host-Http-ll_session=abc"],
  ["a code verifier", "grant_type=authorization_code&code_verifier=abc"],
  ["an authorization code", "GET /auth/callback?code=0b6e63dc-9ffc-4d4b-a1a6-d0a0c6a1e0a1&state=x"],
  ["a basic authentication", "authorization: Basic d2ViLWNsaWVudDpzZWNyZXQ="],
])("%s is found in a file and in what was printed", (what, text) => {
  expect(leftoverSecrets(folder, `before ${text} after`)).toEqual([`${what} in what was printed`]);
  writeFileSync(join(folder, "file"), text);
  expect(leftoverSecrets(folder, "")).toEqual([`${what} in file`]);
});

test("the user pool's own store and ordinary text are passed over", () => {
  const own = join(folder, "services", "cognito");
  mkdirSync(own, { recursive: true });
  writeFileSync(join(own, "cognito.jsonl"), "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlLXRleHQ");
  writeFileSync(join(folder, "file"), "GET /auth/callback?code=short, eyJ.eyJ.x, ll_session");
  expect(leftoverSecrets(folder, "")).toEqual([]);
});
