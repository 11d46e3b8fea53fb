// A folder for one test file, gone when it has ended.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

/** Makes an empty folder and removes it, with all in it, after the last test of the file. */
export function temporaryFolder(): string {
  const path = mkdtempSync(join(tmpdir(), "notes-app-"));
  afterAll(() => {
    rmSync(path, { recursive: true, force: true });
  });
  return path;
}
