// A lock in the file system that keeps a second process out, and that one which was killed does not hold for ever.

import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";

/**
 * Takes the lock and answers what lets go of it. The file appears with its owner in it: nobody reads half of it. Throws
 * what `inUse` makes of the number of the process that has it.
 */
export function takeLock(lock: string, inUse: (owner: number) => Error): () => void {
  const own = `${lock}.${process.pid}`;
  try {
    writeFileSync(own, String(process.pid), { mode: 0o600 });
    while (!tryLink(own, lock)) {
      const owner = readOwner(lock);
      if (owner !== undefined && isAlive(owner)) throw inUse(owner);
      removeStale(lock, owner);
    }
  } finally {
    rmSync(own, { force: true });
  }
  return () => {
    rmSync(lock, { force: true });
  };
}

/** Takes away the lock of one that was killed; not that of another process which has taken it over since it was read. */
function removeStale(lock: string, owner: number | undefined): void {
  const aside = `${lock}.${process.pid}.stale`;
  try {
    renameSync(lock, aside);
  } catch (error) {
    if (isNotThere(error)) return;
    throw error;
  }
  if (!Object.is(readOwner(aside), owner)) tryLink(aside, lock);
  rmSync(aside, { force: true });
}

function tryLink(existing: string, path: string): boolean {
  try {
    linkSync(existing, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** `undefined` when there is no lock any more, or it is a link to nothing. */
function readOwner(lock: string): number | undefined {
  try {
    return Number(readFileSync(lock, "utf8"));
  } catch (error) {
    if (isNotThere(error)) return undefined;
    throw error;
  }
}

function isNotThere(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT";
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
