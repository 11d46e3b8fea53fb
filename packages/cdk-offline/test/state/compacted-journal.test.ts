// A journal whose history is dropped when it is opened.

import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openCompactedJournal } from "../../src/state/compacted-journal.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const folder = temporaryFolder();

/** The last number of each letter, in a journal of `[letter, number]`. */
function open(path: string) {
  const state = new Map<string, number>();
  const journal = openCompactedJournal<[string, number]>({
    path,
    replay: ([letter, number]) => state.set(letter, number),
    snapshot: () => [...state],
  });
  return { journal, state };
}

function fill(path: string, count: number): void {
  const { journal } = open(path);
  for (let i = 0; i < count; i++) journal.append([i % 2 ? "a" : "b", i]);
  journal.close();
}

const linesOf = (path: string) => readFileSync(path, "utf8").trimEnd().split("\n").length;

test("a long history becomes its snapshot, and goes on from there", () => {
  const path = join(folder, "long.jsonl");
  fill(path, 1000);
  const { journal } = open(path);
  expect(linesOf(path)).toBe(2);
  journal.append(["c", 7]);
  journal.close();
  expect(Object.fromEntries(open(path).state)).toEqual({ a: 999, b: 998, c: 7 });
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("a short one is left as it is", () => {
  const path = join(folder, "short.jsonl");
  fill(path, 999);
  open(path).journal.close();
  expect(linesOf(path)).toBe(999);
});

test("a compaction that was broken off leaves the old journal in force", () => {
  const path = join(folder, "broken-off.jsonl");
  fill(path, 10);
  writeFileSync(`${path}.next`, '["left over",1]\n["b"');
  expect(Object.fromEntries(open(path).state)).toEqual({ a: 9, b: 8 });
  fill(path, 1000);
  expect(Object.fromEntries(open(path).state)).toEqual({ a: 999, b: 998 });
  expect(existsSync(`${path}.next`)).toBe(false);
  expect(Object.fromEntries(open(path).state)).toEqual({ a: 999, b: 998 });
});
