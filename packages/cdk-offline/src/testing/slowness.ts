// How slow the machine is right now, so that a limit of time in a test means work and not the neighbours of the process.

import { createHash } from "node:crypto";

const BYTES = Buffer.alloc(16 * 1024 * 1024);
/** What hashing them takes on the machine on which the limits were set, with nothing else running. */
const REFERENCE_MS = 15;
/** A busy machine gives and takes processors in turns: some of them have to be seen. */
const ROUNDS = 8;

/** The factor by which a limit of time is to be stretched: 1 on a quiet machine, more on a slow or a busy one. */
export function slowness(): number {
  const startedMs = performance.now();
  for (let round = 0; round < ROUNDS; round += 1) createHash("sha256").update(BYTES).digest();
  return Math.max(1, (performance.now() - startedMs) / (REFERENCE_MS * ROUNDS));
}
