// Every kind of full disk with every way to end the process.

import { describe, test } from "vitest";
import { temporaryFolder } from "../temporary-folder.ts";
import { expectNothingLost } from "./after-a-full-disk.ts";
import { KINDS } from "./small-disk.ts";

const folder = temporaryFolder();

describe.each(KINDS)("L3, H11: after %s every store refuses writes", (kind) => {
  test.each(["SIGKILL", "SIGTERM", "SIGINT"] as const)(
    "and %s loses nothing acknowledged",
    async (signal) => {
      await expectNothingLost(folder, kind, signal);
    },
  );
});
