// The folder in which a local stack lives: its version, and the lock that keeps a second process out.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { readJsonFile, writeJsonFile } from "../state/atomic-file.ts";
import { StartError } from "../start-error.ts";

/** Raised when state written before can no longer be read. */
const VERSION = 1;

const versionSchema = v.object({ version: v.number() });

/** What tells a state folder from any other: `--fresh` deletes nothing that has not got it. */
const MARKER = "state.json";

export interface StateFolder {
  readonly path: string;
  /** Whether nothing was there before. */
  readonly isNew: boolean;
  /** Lets the next process in. */
  release(): void;
}

/** Makes the folder ours. Throws `StartError` when another process has it or another version wrote it. */
export function openStateFolder(path: string, options: { readonly fresh: boolean }): StateFolder {
  const isOurs = existsSync(join(path, MARKER));
  if (!isOurs && existsSync(path) && readdirSync(path).length > 0) {
    throw new StartError(`${path} is not a state folder of the local runtime; choose another with --state`);
  }
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const lock = join(path, "lock");
  takeLock(lock, path);
  if (options.fresh) {
    for (const entry of readdirSync(path)) {
      if (entry !== "lock") rmSync(join(path, entry), { recursive: true });
    }
  }
  const release = () => {
    rmSync(lock, { force: true });
  };
  const isNew = options.fresh || !isOurs;
  try {
    if (isNew) writeJsonFile(join(path, MARKER), { version: VERSION });
    else checkVersion(path);
  } catch (error) {
    release();
    throw error;
  }
  return { path, isNew, release };
}

function checkVersion(path: string): void {
  const parsed = v.safeParse(versionSchema, readJsonFile(join(path, MARKER)));
  const version = parsed.success ? parsed.output.version : undefined;
  if (version === VERSION) return;
  throw new StartError(
    `${path} was written by version ${String(version)} of the local runtime, this is version ${VERSION}; start with --fresh to begin anew`,
  );
}

function takeLock(lock: string, path: string): void {
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: "wx", mode: 0o600 });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const owner = Number(readFileSync(lock, "utf8"));
    if (isAlive(owner)) {
      throw new StartError(
        `${path} is in use by process ${owner}; end that one, or choose another folder with --state`,
      );
    }
    // Its owner was killed and could not take the lock away.
    rmSync(lock, { force: true });
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
