// A share of damage.long.ts, and one example of each sentence.

import { beforeAll, expect, test } from "vitest";
import { temporaryFolder } from "../temporary-folder.ts";
import { cutTo, flip, remove, someState, tear, type DamagedState } from "./damaged-state.ts";

const folder = temporaryFolder();
let state: DamagedState;
beforeAll(async () => {
  state = await someState(folder);
});

test("L3: a flipped byte in the middle of any state file ends the start with a sentence", async () => {
  const silent: string[] = [];
  for (const file of state.files) {
    const bytes = state.bytes(file);
    if (bytes === 0) continue;
    const said = await state.startWith(file, flip(Math.floor(bytes / 2)));
    if (said === undefined || !said.includes(file.replace(/\/[^/]*$/, "")))
      silent.push(`${file}: ${String(said)}`);
  }
  expect(silent).toEqual([]);
  const ofEachService = ["cognito", "dynamodb", "lambda", "logs", "s3", "secrets-manager", "sqs", "ssm"];
  for (const service of ofEachService) expect(state.files.join("\n")).toContain(`services/${service}/`);
});

test.each([
  [
    "a flipped byte of a journal",
    /parameters\.jsonl$/,
    flip(20),
    /parameters\.jsonl:1 is damaged \(at byte 0\); restore it or start with --fresh$/,
  ],
  [
    "a flipped line feed at its end",
    /cognito\.jsonl$/,
    (path: string) => {
      flip(state.bytes("services/cognito/cognito.jsonl") - 1)(path);
    },
    /cognito\.jsonl:\d+ is damaged \(at byte \d+\)/,
  ],
  [
    "a journal that was cut off",
    /secrets\.jsonl$/,
    cutTo(100),
    /secrets\.jsonl is cut off \(100 bytes, it had \d+\); restore it/,
  ],
  ["a missing journal", /parameters\.jsonl$/, remove, /parameters\.jsonl is missing; restore it/],
  ["a missing table file", /\.ldb$/, remove, /\d+\.ldb is missing; restore it/],
  [
    "a table file that was cut off",
    /\.ldb$/,
    cutTo(100),
    /\d+\.ldb is damaged \(100 bytes in place of \d+\)/,
  ],
  ["a missing log of the table", /\.log$/, remove, /\d+\.log is missing/],
  [
    "an empty log of the table",
    /\.log$/,
    cutTo(0),
    /dynamodb\/level ends at change \d+, but change \d+ was stored/,
  ],
  ["a missing CURRENT", /CURRENT$/, remove, /CURRENT is missing/],
  ["a missing record of the deployment", /deployment\.json$/, remove, /deployment\.json is missing/],
  ["missing contents of an object", /blobs\/\w+$/, remove, /blobs\/\w+ is missing/],
  ["half a record of the folder", /state\.json$/, cutTo(20), /state\.json is not valid JSON/],
])("L3: %s is told by file", async (_, name, damage, sentence) => {
  const file = state.files.find((candidate) => name.test(candidate)) ?? "";
  expect(await state.startWith(file, damage)).toMatch(sentence);
});

test("L3: a last entry that was not written to its end is left out, and a line says so for each file", async () => {
  for (const file of state.files.filter((candidate) => /\.jsonl$|\.log$/.test(candidate))) {
    expect(await state.startWith(file, tear)).toBeUndefined();
    expect(state.lines()).toEqual([expect.stringMatching(new RegExp(`${file}.*at byte .*not acknowledged`))]);
    expect(await state.startAgain()).toBeUndefined();
    expect(state.lines()).toHaveLength(1);
  }
});

test("a state folder that nothing has happened to starts", async () => {
  expect(await state.startWith("state.json", () => undefined)).toBeUndefined();
});

test("L3: a table that is damaged stays as it is: LevelDB does not come to open it", async () => {
  const log = state.files.find((file) => file.endsWith(".log")) ?? "";
  const said = await state.startWith(log, flip(10));
  expect(await state.startAgain()).toBe(said);
  expect(state.tableFiles("damaged")).toEqual(state.tableFiles("whole"));
});
