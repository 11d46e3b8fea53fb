// What keeps a store from going on after a failed write: what it would write then could stand behind half of something,
// where the next start does not find it.

import { WriteRefused } from "../errors.ts";

/** Takes a line for whoever runs the stack. */
export type Tell = (line: string) => void;

export interface WriteGuard {
  /** Throws `WriteRefused` once a write has failed. */
  check(): void;
  /** Does the work unless a write has failed before; throws `WriteRefused` when it fails, and from then on. */
  run<Result>(path: string, work: () => Result): Result;
  /** Notes a failed write, tells the terminal when it is the first, and answers what to throw. */
  failed(path: string, cause: unknown): WriteRefused;
}

/** One for everything that one store keeps. `tell` takes the one line for the terminal; default is standard error. */
export function createWriteGuard(tell: Tell = console.error): WriteGuard {
  let refusal: WriteRefused | undefined;
  const check = (): void => {
    if (refusal !== undefined) throw refusal;
  };
  const failed = (path: string, cause: unknown): WriteRefused => {
    if (refusal !== undefined) return refusal;
    refusal = new WriteRefused(path, cause);
    tell(
      `${refusal.message}: what was acknowledged is stored and can be read; ` +
        "make room or mend the disk, then end the runtime and start it again",
    );
    return refusal;
  };
  return {
    check,
    failed,
    run(path, work) {
      check();
      try {
        return work();
      } catch (error) {
        throw failed(path, error);
      }
    },
  };
}
