// Ends a function's process from a thread of its own: an endless loop, or one that fills memory, lets nothing else run.

import { Worker } from "node:worker_threads";
import type { FunctionStart } from "./protocol.ts";

export interface Watch {
  /** Looks often from now on, until `rests`: an event is being handled, or the function is being loaded. */
  works(): void;
  rests(): void;
}

/** How long the watch sleeps while the function works, and while it rests. */
const WORKING_MS = 50;
const RESTING_MS = 1_000;

const program = `
  const { busy, maxResidentBytes, runtimePid, workingMs, restingMs } = require("node:worker_threads").workerData;
  const never = new Int32Array(new SharedArrayBuffer(4));
  for (;;) {
    Atomics.wait(busy, 0, 0, restingMs);
    Atomics.wait(never, 0, 0, workingMs);
    const isTooLarge = process.memoryUsage.rss() > maxResidentBytes;
    if (isTooLarge || process.ppid !== runtimePid) process.kill(process.pid, "SIGKILL");
  }`;

/**
 * Kills this process when it takes more memory than `maxResidentBytes`, Buffers and all, or when the runtime that started
 * it is gone. Node.js's own limit counts its heap only.
 */
export function startWatch({
  maxResidentBytes,
  runtimePid,
}: Pick<FunctionStart, "maxResidentBytes" | "runtimePid">): Watch {
  const busy = new Int32Array(new SharedArrayBuffer(4));
  const workerData = { busy, maxResidentBytes, runtimePid, workingMs: WORKING_MS, restingMs: RESTING_MS };
  new Worker(program, { eval: true, workerData, env: {}, stdin: false }).unref();
  return {
    works() {
      Atomics.store(busy, 0, 1);
      Atomics.notify(busy, 0);
    },
    rests() {
      Atomics.store(busy, 0, 0);
    },
  };
}
