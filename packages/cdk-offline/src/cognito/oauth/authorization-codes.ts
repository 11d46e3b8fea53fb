// Authorization codes: good for five minutes, and for one attempt.

import { randomUUID } from "node:crypto";
import type { Clock } from "../../clock.ts";

const VALID_MS = 5 * 60_000;

/** What a code was issued for. */
export interface CodeGrant {
  readonly clientId: string;
  readonly sub: string;
  readonly redirectUri: string;
  readonly scope: string;
  readonly nonce: string | undefined;
  readonly codeChallenge: string | undefined;
  readonly authTimeSeconds: number;
}

export interface AuthorizationCodes {
  issue(grant: CodeGrant): string;
  /** Gives what the code stands for, once: whatever comes of the attempt, the code is spent. */
  take(code: string): CodeGrant | undefined;
}

/** Kept in memory: a code does not survive a restart. */
export function createAuthorizationCodes(clock: Clock): AuthorizationCodes {
  const codes = new Map<string, { grant: CodeGrant; expiresAtMs: number }>();

  const forgetExpired = (): void => {
    // The oldest come first, and all live equally long.
    for (const [code, { expiresAtMs }] of codes) {
      if (expiresAtMs > clock()) return;
      codes.delete(code);
    }
  };

  return {
    issue(grant) {
      forgetExpired();
      const code = randomUUID();
      codes.set(code, { grant, expiresAtMs: clock() + VALID_MS });
      return code;
    },
    take(code) {
      const entry = codes.get(code);
      codes.delete(code);
      return entry !== undefined && entry.expiresAtMs > clock() ? entry.grant : undefined;
    },
  };
}
