// Whether what was built still fits its sources: a digest of them, kept beside what was built.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { StartError } from "cdk-offline";

/** The SHA-256 of files and of everything in folders, by path and content. Names that do not exist count as such. */
export function digestOf(root: string, names: readonly string[]): string {
  const hash = createHash("sha256");
  for (const name of names) {
    for (const path of filesIn(root, name)) {
      hash.update(`${path}\0`);
      hash.update(readFileSync(join(root, path)));
      hash.update("\0");
    }
  }
  return hash.digest("hex");
}

function filesIn(root: string, name: string): string[] {
  const path = join(root, name);
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [name];
  return readdirSync(path)
    .filter((entry) => entry !== "dist" && entry !== "node_modules")
    .sort()
    .flatMap((entry) => filesIn(root, join(name, entry)));
}

/** Whether this stamp was left with this digest. */
export function isStamped(stamp: string, digest: string): boolean {
  return existsSync(stamp) && readFileSync(stamp, "utf8").trim() === digest;
}

/** Throws `StartError` where the file system does not let it be written. */
export function leaveStamp(stamp: string, digest: string): void {
  try {
    mkdirSync(dirname(stamp), { recursive: true });
    writeFileSync(stamp, `${digest}\n`);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StartError(`${stamp} cannot be written (${reason}); mend that and start again`, { cause });
  }
}
