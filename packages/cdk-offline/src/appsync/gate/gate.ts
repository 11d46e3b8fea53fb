// The gate as those see it who serve requests: code goes in, findings come out, and nothing heavy is loaded here.

import { openChecker } from "./checker.ts";
import type { Finding } from "./finding.ts";
import { openVerdicts } from "./verdicts.ts";

/** How long the process that checks waits for more code. */
const IDLE_MS = 15_000;

export interface Gate {
  /** The findings by code; code without findings is accepted by AppSync, as far as its rules are known. */
  check(codes: readonly string[]): Promise<ReadonlyMap<string, readonly Finding[]>>;
  close(): Promise<void>;
}

export interface GateOptions {
  /** Where verdicts are kept; only in memory when there is none. */
  readonly dir: string | undefined;
  /** How long the process that checks waits for more code before it ends, in milliseconds. Default is 15,000. */
  readonly idleMs?: number;
}

/** Opens the gate. A process is started only for code that has not been checked before. */
export function openGate({ dir, idleMs = IDLE_MS }: GateOptions): Gate {
  const checker = openChecker({ idleMs });
  const verdicts = openVerdicts(dir);
  return {
    async check(codes) {
      const found = new Map<string, readonly Finding[]>();
      for (const code of new Set(codes)) {
        const known = verdicts.get(code);
        const findings = known ?? (await checker.check(code));
        if (known === undefined) verdicts.set(code, findings);
        found.set(code, findings);
      }
      verdicts.save();
      return found;
    },
    close: () => checker.close(),
  };
}
