// The contents of objects, each in a file named by its hash: no key ever becomes a path.

import { createHash, randomUUID } from "node:crypto";
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { DamagedState } from "../errors.ts";
import { makeFolder } from "../state/make-folder.ts";
import type { WriteGuard } from "../state/write-guard.ts";

export interface BlobStore {
  /** Stores the content and gives its name; throws when it could not be written whole. */
  write(content: Buffer): string;
  read(name: string): Buffer;
  /** Throws `DamagedState` unless all of these are there as they were written. */
  check(names: ReadonlySet<string>): void;
  /** Removes what the predicate does not want to keep. */
  removeAll(isGarbage: (name: string) => boolean): void;
}

export function openBlobStore(dir: string, guard: WriteGuard): BlobStore {
  makeFolder(dir);
  return {
    write(content) {
      const name = nameOf(content);
      const path = join(dir, name);
      guard.run(path, () => {
        if (!existsSync(path)) writeWhole(path, content);
      });
      return name;
    },
    read: (name) => readFileSync(join(dir, name)),
    check(names) {
      for (const name of names) {
        const path = join(dir, name);
        if (!existsSync(path)) throw new DamagedState(path, "is missing");
        if (nameOf(readFileSync(path)) !== name) throw new DamagedState(path, "is damaged");
      }
    },
    removeAll(isGarbage) {
      for (const name of readdirSync(dir)) {
        if (isGarbage(name)) rmSync(join(dir, name), { force: true });
      }
    },
  };
}

function nameOf(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

/** By way of another file, so that a name always stands for the whole content. */
function writeWhole(path: string, content: Buffer): void {
  const next = `${path}.${randomUUID()}`;
  const file = openSync(next, "wx", 0o600);
  try {
    for (let written = 0; written < content.length;) {
      written += writeSync(file, content, written, content.length - written, written);
    }
  } catch (error) {
    rmSync(next, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
  renameSync(next, path);
}
