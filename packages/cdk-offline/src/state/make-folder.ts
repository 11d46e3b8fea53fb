// Makes a folder and those above it. Node's own recursive mkdir never comes back where the system refuses a folder with
// "no such file or directory" though its parent is there, as below /proc.

import { existsSync, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** Makes the folder, for its owner only, unless it is there. Throws the system's error. */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (existsSync(path) && statSync(path).isDirectory()) return;
    const parent = dirname(path);
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || existsSync(parent)) throw error;
    makeFolder(parent);
    makeFolder(path);
  }
}
