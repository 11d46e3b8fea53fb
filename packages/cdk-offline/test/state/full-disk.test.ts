// A share of full-disk.long.ts.

import { test } from "vitest";
import { temporaryFolder } from "../temporary-folder.ts";
import { expectNothingLost } from "./after-a-full-disk.ts";

const folder = temporaryFolder();

test("L3, H11: after the disk was full every store refuses writes, and kill -9 loses nothing acknowledged", async () => {
  await expectNothingLost(folder, "a full file system", "SIGKILL");
});
