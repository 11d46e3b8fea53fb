// What the pages of managed login share over all their requests.

import type { Core } from "../core.ts";
import { createAuthorizationCodes, type AuthorizationCodes } from "../oauth/authorization-codes.ts";
import { createBrowserSessions, type BrowserSessions } from "./browser-sessions.ts";
import { createFormGuard, type FormGuard } from "./form-guard.ts";
import { createUnfinishedSignIns, type UnfinishedSignIns } from "./unfinished-sign-ins.ts";

export interface ManagedLogin {
  readonly core: Core;
  readonly codes: AuthorizationCodes;
  readonly sessions: BrowserSessions;
  readonly guard: FormGuard;
  readonly unfinished: UnfinishedSignIns;
}

/** `origin` is where the pages are reached. */
export function createManagedLogin(core: Core, origin: string): ManagedLogin {
  const { clock, users, softwareTokens } = core;
  return {
    core,
    codes: createAuthorizationCodes(clock),
    sessions: createBrowserSessions(users, clock),
    guard: createFormGuard(origin),
    unfinished: createUnfinishedSignIns(users, () => softwareTokens.begin(), clock),
  };
}
