// The folder in which a local stack lives: its version, and the lock that keeps a second process out.

import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { orStorageFault } from "./file-system-error.ts";
import { takeLock } from "./lock.ts";
import { makeFolder } from "./make-folder.ts";
import { MARKER, noteFiles, readMarker, writeMarker } from "./state-marker.ts";
import { StartError } from "../errors.ts";

const LOCK = "lock";

export interface StateFolder {
  readonly path: string;
  /** Whether nothing was there before, or nothing of it is to be gone on with. */
  readonly isNew: boolean;
  /** Throws away what was there, where `fresh` asks for it: once it is certain that something takes its place. */
  begin(): void;
  /**
   * Writes down which files there are, and how long, for the next start to compare: once all are open. What is still to
   * be thrown away stays as it is.
   */
  note(): void;
  /** Lets the next process in. */
  release(): void;
}

/** Makes the folder ours. Throws `StartError` when another process has it or another version wrote it, `StorageFault` when it cannot be used. */
export function openStateFolder(path: string, options: { readonly fresh: boolean }): StateFolder {
  try {
    return open(path, options.fresh);
  } catch (cause) {
    throw orStorageFault(path, cause);
  }
}

function open(path: string, fresh: boolean): StateFolder {
  makeFolder(path);
  if (!isStateFolder(path)) {
    throw new StartError(`${path} is not a state folder of the local runtime; choose another with --state`);
  }
  const lock = join(path, LOCK);
  const release = takeLock(
    lock,
    (owner) =>
      new StartError(
        `${path} is in use by process ${owner}; end that one, or choose another folder with --state ` +
          `(should it be another program that was given the number of one that was killed: delete ${lock})`,
      ),
  );
  try {
    let isToBeEmptied = fresh && existsSync(join(path, MARKER));
    const isNew = fresh || !existsSync(join(path, MARKER)) || !readMarker(path);
    if (isNew && !isToBeEmptied) empty(path);
    return {
      path,
      isNew,
      begin() {
        if (isToBeEmptied) empty(path);
        isToBeEmptied = false;
      },
      note() {
        if (!isToBeEmptied) noteFiles(path);
      },
      release,
    };
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

/** Throws away what is there. Whoever is killed meanwhile leaves no state with parts missing to go on with. */
function empty(path: string): void {
  writeMarker(path, { isBeingEmptied: true });
  for (const entry of readdirSync(path)) {
    if (entry !== MARKER && !entry.startsWith(LOCK))
      rmSync(join(path, entry), { recursive: true, force: true });
  }
  writeMarker(path);
}
