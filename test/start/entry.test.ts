import { parse } from "acorn";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

test("a Node of 2019 can read the entry, and so say that it is too old", () => {
  const text = readFileSync("start/start.mjs", "utf8");
  // Of what came later only import() is in it, which that Node had already.
  expect(() => parse(text, { ecmaVersion: 2020, sourceType: "module" })).not.toThrow();
  expect(text).not.toMatch(/\?\.|\?\?/);
});
