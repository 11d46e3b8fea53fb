import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { StartError } from "cdk-offline";
import { expect, test } from "vitest";
import { isStamped, leaveStamp } from "../../start/sources.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const folder = temporaryFolder();

test("a stamp is left in a folder that is made for it", () => {
  const stamp = join(folder, "build", "page.sha256");
  leaveStamp(stamp, "abc");
  expect([isStamped(stamp, "abc"), isStamped(stamp, "abd")]).toEqual([true, false]);
});

test("a stamp that cannot be written is told of in a sentence with the file and the fault", () => {
  writeFileSync(join(folder, "file"), "x");
  const stamp = join(folder, "file", "page.sha256");
  const leave = () => {
    leaveStamp(stamp, "abc");
  };
  expect(leave).toThrow(StartError);
  expect(leave).toThrow(`${stamp} cannot be written (EEXIST: `);
});
