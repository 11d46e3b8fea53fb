// The folder in which a local stack lives: its version, and the lock that keeps a second process out.

import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { readJsonFile, writeJsonFile } from "../state/atomic-file.ts";
import { StartError } from "../errors.ts";

/** Raised when state written before can no longer be read. */
const VERSION = 1;

const markerSchema = v.object({ version: v.number(), isBeingEmptied: v.optional(v.boolean(), false) });

/** What tells a state folder from any other: `--fresh` deletes nothing that has not got it. */
const MARKER = "state.json";
const LOCK = "lock";

export interface StateFolder {
  readonly path: string;
  /** Whether nothing was there before. */
  readonly isNew: boolean;
  /** Lets the next process in. */
  release(): void;
}

/** Makes the folder ours. Throws `StartError` when another process has it, another version wrote it or it cannot be used. */
export function openStateFolder(path: string, options: { readonly fresh: boolean }): StateFolder {
  try {
    return open(path, options.fresh);
  } catch (cause) {
    if (!(cause instanceof Error && "syscall" in cause)) throw cause;
    throw new StartError(
      `${path} cannot be used as state folder (${cause.message}); choose another with --state`,
      {
        cause,
      },
    );
  }
}

function open(path: string, fresh: boolean): StateFolder {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  if (!isStateFolder(path)) {
    throw new StartError(`${path} is not a state folder of the local runtime; choose another with --state`);
  }
  const release = takeLock(path);
  try {
    const isNew = fresh || !existsSync(join(path, MARKER)) || !isInUse(path);
    if (isNew) begin(path);
    return { path, isNew, release };
  } catch (error) {
    release();
    throw error;
  }
}

/** Whether it has the marker, or is empty but for what a start leaves that was killed before it set the marker. */
function isStateFolder(path: string): boolean {
  const names = readdirSync(path);
  const isLeftover = (name: string) => name === `${MARKER}.next` || /^lock(?:\.\d+(?:\.stale)?)?$/.test(name);
  return names.includes(MARKER) || names.every(isLeftover);
}

/** Whether there is state to go on with; not when the process that was to throw it away was killed at it. */
function isInUse(path: string): boolean {
  const parsed = v.safeParse(markerSchema, readJsonFile(join(path, MARKER)));
  const version = parsed.success ? parsed.output.version : undefined;
  if (parsed.success && version === VERSION) return !parsed.output.isBeingEmptied;
  throw new StartError(
    `${path} was written by version ${String(version)} of the local runtime, this is version ${VERSION}; start with --fresh to begin anew`,
  );
}

/** Throws away what is there. Whoever is killed meanwhile leaves no state with parts missing to go on with. */
function begin(path: string): void {
  writeJsonFile(join(path, MARKER), { version: VERSION, isBeingEmptied: true });
  for (const entry of readdirSync(path)) {
    if (entry !== MARKER && !entry.startsWith(LOCK))
      rmSync(join(path, entry), { recursive: true, force: true });
  }
  writeJsonFile(join(path, MARKER), { version: VERSION });
}

/** Answers what lets go of the lock. The file appears with its owner in it: nobody reads half of it. */
function takeLock(path: string): () => void {
  const lock = join(path, LOCK);
  const own = `${lock}.${process.pid}`;
  try {
    writeFileSync(own, String(process.pid), { mode: 0o600 });
    while (!tryLink(own, lock)) {
      const owner = readOwner(lock);
      if (isAlive(owner)) {
        throw new StartError(
          `${path} is in use by process ${String(owner)}; end that one, or choose another folder with --state ` +
            `(should it be another program that was given the number of one that was killed: delete ${lock})`,
        );
      }
      if (owner !== undefined) removeStale(lock, owner);
    }
  } finally {
    rmSync(own, { force: true });
  }
  return () => {
    rmSync(lock, { force: true });
  };
}

/** Takes away the lock of one that was killed; not that of another process which has taken it over since it was read. */
function removeStale(lock: string, owner: number): void {
  const aside = `${lock}.${process.pid}.stale`;
  try {
    renameSync(lock, aside);
  } catch (error) {
    if (isNotThere(error)) return;
    throw error;
  }
  if (readOwner(aside) !== owner) tryLink(aside, lock);
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

/** `undefined` when there is no lock any more. */
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

function isAlive(pid: number | undefined): boolean {
  if (pid === undefined || !Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
