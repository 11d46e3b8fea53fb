import { appendFileSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openJournal } from "../../src/state/journal.ts";
import { readJsonFile, writeJsonFile } from "../../src/state/atomic-file.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const folder = temporaryFolder();

function entriesOf(path: string): unknown[] {
  const entries: unknown[] = [];
  openJournal(path, (entry) => entries.push(entry)).close();
  return entries;
}

describe("a journal", () => {
  test("gives back what was appended, in order, and only its owner can read it", () => {
    const path = join(folder, "sub", "order.jsonl");
    const journal = openJournal<number>(path, () => undefined);
    for (const entry of [1, 2, 3]) journal.append(entry);
    journal.close();
    expect(entriesOf(path)).toEqual([1, 2, 3]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test("cuts off a line that was never finished, and goes on after it", () => {
    const path = join(folder, "torn.jsonl");
    const first = openJournal<{ a: number }>(path, () => undefined);
    first.append({ a: 1 });
    first.close();
    appendFileSync(path, '0123abcd {"a":2');
    const journal = openJournal<{ a: number }>(path, () => undefined);
    journal.append({ a: 3 });
    journal.close();
    expect(entriesOf(path)).toEqual([{ a: 1 }, { a: 3 }]);
  });

  test("refuses a file whose middle is damaged, naming the line", () => {
    const path = join(folder, "damaged.jsonl");
    const journal = openJournal<number>(path, () => undefined);
    journal.append(1);
    journal.close();
    appendFileSync(path, "nonsense\n");
    expect(() => entriesOf(path)).toThrow(`${path}:2 is damaged (at byte 11)`);
  });

  test("once closed takes nothing more: its file number may be another's", () => {
    const journal = openJournal<number>(join(folder, "closed.jsonl"), () => undefined);
    journal.close();
    journal.close();
    expect(() => {
      journal.append(1);
    }).toThrow("closed.jsonl is closed");
  });

  test("keeps line separators within texts inside one line", () => {
    const path = join(folder, "separators.jsonl");
    const journal = openJournal<string>(path, () => undefined);
    journal.append("a\nb\u2028c");
    journal.close();
    expect(readFileSync(path, "utf8").trimEnd().split("\n")).toHaveLength(1);
    expect(entriesOf(path)).toEqual(["a\nb\u2028c"]);
  });
});

describe("a JSON file", () => {
  test("is replaced as a whole and readable by its owner only", () => {
    const path = join(folder, "deep", "file.json");
    expect(readJsonFile(path)).toBeUndefined();
    writeJsonFile(path, { a: 1 });
    writeJsonFile(path, { a: 2 });
    expect(readJsonFile(path)).toEqual({ a: 2 });
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test("that is damaged is refused, never guessed", () => {
    const path = join(folder, "broken.json");
    appendFileSync(path, "{");
    expect(() => readJsonFile(path)).toThrow(`${path} is not valid JSON`);
  });
});
