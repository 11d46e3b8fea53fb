// What the gate has found before, kept by the hash of the code, so that code that stays the same is checked once.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { readCheckedFile, writeCheckedFile } from "../../state/atomic-file.ts";
import type { Finding } from "./finding.ts";

/** How many verdicts are kept; the oldest go first. */
const MAX_VERDICTS = 500;

const stored = v.object({
  version: v.string(),
  verdicts: v.array(
    v.tuple([
      v.string(),
      v.array(
        v.object({
          errorType: v.picklist([
            "PARSE_ERROR",
            "LINT_ERROR",
            "UNSUPPORTED_SYNTAX_TYPE",
            "INVALID_FUNCTION_INVOCATION",
          ]),
          message: v.string(),
          line: v.number(),
          column: v.number(),
          span: v.number(),
        }),
      ),
    ]),
  ),
});

export interface Verdicts {
  get(code: string): readonly Finding[] | undefined;
  set(code: string, findings: readonly Finding[]): void;
  /** Stores what has been added. */
  save(): void;
}

/**
 * Opens the verdicts of a folder, or ones that are kept in memory. Those of other rules than today's are dropped, and so
 * is a file that cannot be read: all of it can be found anew.
 */
export function openVerdicts(dir: string | undefined): Verdicts {
  const path = dir === undefined ? undefined : join(dir, "code-verdicts.json");
  const version = rulesVersion();
  const known = new Map<string, readonly Finding[]>(path === undefined ? [] : read(path, version));
  let isSaved = true;
  return {
    get: (code) => known.get(hashOf(code)),
    set(code, findings) {
      known.set(hashOf(code), findings);
      const [oldest = ""] = known.keys();
      if (known.size > MAX_VERDICTS) known.delete(oldest);
      isSaved = false;
    },
    save() {
      if (path !== undefined && !isSaved) writeCheckedFile(path, { version, verdicts: [...known] });
      isSaved = true;
    },
  };
}

function read(path: string, version: string): readonly (readonly [string, readonly Finding[]])[] {
  try {
    const { output, success } = v.safeParse(stored, readCheckedFile(path));
    return success && output.version === version ? output.verdicts : [];
  } catch {
    return [];
  }
}

function hashOf(code: string): string {
  return createHash("sha256").update(code).digest("hex");
}

/** Changes with the rules: with the sources in this folder and with the packages they stand on. */
function rulesVersion(): string {
  const hash = createHash("sha256");
  const folder = fileURLToPath(new URL(".", import.meta.url));
  for (const name of readdirSync(folder).sort()) hash.update(readFileSync(join(folder, name)));
  const { resolve } = createRequire(import.meta.url);
  for (const name of ["@aws-appsync/eslint-plugin", "@aws-appsync/utils", "eslint", "typescript"]) {
    hash.update(readFileSync(resolve(`${name}/package.json`)));
  }
  return hash.digest("hex");
}
