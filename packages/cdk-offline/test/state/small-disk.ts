// A disk that gets full: a small file system of its own where this user may mount one, else a limit on the size of files.

import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { onTestFinished } from "vitest";

const run = promisify(execFile);

export interface SmallDisk {
  readonly folder: string;
  /** From here on there is no space for what the process writes. */
  fill(pid: number): Promise<void>;
  free(pid: number): Promise<void>;
}

export const KINDS = ["a full file system", "a limit on the size of files"] as const;
export type Kind = (typeof KINDS)[number];

/** `undefined` where this kind is not to be had on this machine. */
export async function smallDisk(kind: Kind, folder: string): Promise<SmallDisk | undefined> {
  mkdirSync(folder, { recursive: true });
  if (kind === "a limit on the size of files") {
    const limit = (pid: number, bytes: string) => run("prlimit", ["--pid", String(pid), `--fsize=${bytes}:`]);
    const isThere = await limit(process.pid, "unlimited").then(
      () => true,
      () => false,
    );
    if (!isThere) return undefined;
    return {
      folder,
      // In the middle of an entry of each file that has not come as far.
      fill: async (pid) => void (await limit(pid, "40001")),
      free: async (pid) => void (await limit(pid, "unlimited")),
    };
  }
  try {
    await run("mount", ["-t", "tmpfs", "-o", "size=24m,mode=0700", "tmpfs", folder]);
  } catch {
    return undefined;
  }
  onTestFinished(async () => {
    await run("umount", ["--lazy", folder]);
  });
  const filler = join(folder, "filler");
  return {
    folder,
    async fill() {
      const file = await open(filler, "w");
      for (const bytes of [1024 * 1024, 4096]) {
        const piece = Buffer.alloc(bytes);
        while (
          await file.write(piece).then(
            ({ bytesWritten }) => bytesWritten === bytes,
            () => false,
          )
        );
      }
      await file.close();
    },
    free: () => rm(filler),
  };
}
