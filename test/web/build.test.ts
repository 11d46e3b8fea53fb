import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildPage } from "./built-page.ts";

const MAX_SCRIPT_GZIP_BYTES = 135_000;

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "login-ledger-web-"));
  await Promise.all([buildPage(join(folder, "one")), buildPage(join(folder, "two"))]);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Every file of a build with its text, by path. */
function filesOf(build: string): Map<string, string> {
  const entries = readdirSync(join(folder, build), { recursive: true, withFileTypes: true });
  return new Map(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(join(folder, build).length), readFileSync(path, "utf8")]),
  );
}

test("the same sources build the same files, byte by byte", () => {
  expect(filesOf("one")).toEqual(filesOf("two"));
});

test("the document has neither script nor style of its own, and loads nothing from elsewhere", () => {
  const html = filesOf("one").get("/index.html") ?? "";
  expect(html).not.toMatch(/<style|\sstyle=|\son\w+=/);
  expect([...html.matchAll(/<script[^>]*>(.*?)<\/script>/gs)].map(([, inline]) => inline)).toEqual([""]);
  for (const [, address] of html.matchAll(/(?:src|href)="([^"]*)"/g)) expect(address).toMatch(/^\/[\w.]/);
});

test("the script is small enough for a slow connection", () => {
  const scripts = [...filesOf("one")].filter(([path]) => path.endsWith(".js")).map(([, text]) => text);
  expect(scripts).toHaveLength(1);
  expect(gzipSync(scripts.join("")).length).toBeLessThan(MAX_SCRIPT_GZIP_BYTES);
});

test("what is built is what is shipped, whatever NODE_ENV it is started with", () => {
  expect(process.env["NODE_ENV"]).toBe("test");
  for (const [path, text] of filesOf("one")) {
    if (path.endsWith(".js")) expect(text).not.toMatch(/Apollo DevTools|react-dom.development/);
  }
});

test("the script builds no code from text and keeps nothing in the browser's storage", () => {
  for (const [path, text] of filesOf("one")) {
    if (path.endsWith(".js")) expect(text).not.toMatch(/\beval\(|new Function\(|localStorage|sessionStorage/);
  }
});
