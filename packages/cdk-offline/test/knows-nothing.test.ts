// The package serves any app: nothing in it names the product that it grew up with.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

const files = ["src", "test", "examples"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(ts|mjs|js|json)$/.test(name) && !name.endsWith("knows-nothing.test.ts"))
    .map((name) => join(folder, name)),
);

/** The product's name, its words, and outputs of its stack. */
const WORDS = /ledger|auditors?\b|recordLogin|myLogins|onLogin|GreetingPath|login-file/i;

/** A folder of the product, named as a path from this package or from the repository's root. */
const PATHS =
  /["'`](?:\.\.\/)*(?:infra|resolvers|functions|client|web|start|operate|bench)\/[^"'`\s]*\.(?:ts|tsx|mjs|json|graphql)["'`]/;

test("there is something to read", () => {
  expect(files.length).toBeGreaterThan(300);
});

test.each([
  ["a word of the product", WORDS],
  ["a path into the product", PATHS],
])("no text holds %s", (_, pattern) => {
  const found = files.flatMap((file) =>
    readFileSync(join(root, file), "utf8")
      .split("\n")
      .flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [])),
  );
  expect(found).toEqual([]);
});

test("its README can be read in the source: no cell of a table is wide", () => {
  const cells = readFileSync(join(root, "README.md"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .flatMap((line) => line.split("|").map((cell) => cell.trim()));
  expect(cells.filter((cell) => cell.length > 160)).toEqual([]);
});
