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
import { makeFolder } from "../state/make-folder.ts";

export interface BlobStore {
  /** Stores the content and gives its name; throws when it could not be written whole. */
  write(content: Buffer): string;
  read(name: string): Buffer;
  /** Removes what the predicate does not want to keep. */
  removeAll(isGarbage: (name: string) => boolean): void;
}

export function openBlobStore(dir: string): BlobStore {
  makeFolder(dir);
  return {
    write(content) {
      const name = createHash("sha256").update(content).digest("hex");
      const path = join(dir, name);
      if (!existsSync(path)) writeWhole(path, content);
      return name;
    },
    read: (name) => readFileSync(join(dir, name)),
    removeAll(isGarbage) {
      for (const name of readdirSync(dir)) {
        if (isGarbage(name)) rmSync(join(dir, name), { force: true });
      }
    },
  };
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
