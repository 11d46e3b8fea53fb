// Makes the disk full: every write into a file fails as it does when no space is left.

import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { onTestFinished } from "vitest";

/** From here to the returned function's call (or the test's end) writes fail with ENOSPC after some bytes. */
export function fillDisk(): () => void {
  const { writeSync } = fs;
  const full = (
    file: number,
    bytes: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): number => {
    writeSync(file, bytes, offset, Math.floor(length / 2), position);
    throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  };
  Object.assign(fs, { writeSync: full });
  syncBuiltinESMExports();
  const free = (): void => {
    Object.assign(fs, { writeSync });
    syncBuiltinESMExports();
  };
  onTestFinished(free);
  return free;
}
