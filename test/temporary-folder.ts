// Folders for tests, gone when they are over.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, onTestFinished } from "vitest";

function makeFolder(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "login-ledger-"));
  return {
    path,
    remove() {
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/** An empty folder for one test file. */
export function temporaryFolder(): string {
  const { path, remove } = makeFolder();
  afterAll(remove);
  return path;
}

/** An empty folder for the test that runs. */
export function folderOfTest(): string {
  const { path, remove } = makeFolder();
  onTestFinished(remove);
  return path;
}
