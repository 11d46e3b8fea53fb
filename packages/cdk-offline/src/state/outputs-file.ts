// The file that tells other programs what a running stack puts out: it is there while the stack is served, and belongs to
// one process at a time.

import { existsSync, rmSync } from "node:fs";
import { StartError } from "../errors.ts";
import { writeJsonFile } from "./atomic-file.ts";
import { takeLock } from "./lock.ts";

export interface OutputsFile {
  /** Writes the outputs, by stack and name. Throws `StartError` when that fails. */
  write(outputs: Readonly<Record<string, Readonly<Record<string, string>>>>): void;
  /** Removes the file and lets the next process have it. */
  release(): void;
}

/**
 * Makes the file ours and removes what an earlier start left in it, so that nobody takes its outputs for those of this
 * one. Throws `StartError` when a running process has it, whose outputs stay, or when it cannot be written.
 */
export function openOutputsFile(path: string): OutputsFile {
  const orRefuse = (work: () => void): void => {
    try {
      work();
    } catch (cause) {
      if (cause instanceof StartError) throw cause;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new StartError(`${path} cannot be written (${reason}); choose another file with --outputs`, {
        cause,
      });
    }
  };
  let release: () => void = () => undefined;
  orRefuse(() => {
    const lock = `${path}.lock`;
    release = takeLock(
      lock,
      (owner) =>
        new StartError(
          `${path} tells of the stack that process ${owner} serves; choose another file with --outputs ` +
            `(should that be another program which was given the number of one that was killed: delete ${lock})`,
        ),
    );
    try {
      if (existsSync(path)) rmSync(path);
    } catch (error) {
      release();
      throw error;
    }
  });
  return {
    write(outputs) {
      orRefuse(() => {
        writeJsonFile(path, outputs);
      });
    },
    release() {
      rmSync(path, { force: true });
      release();
    },
  };
}
