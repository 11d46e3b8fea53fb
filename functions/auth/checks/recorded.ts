// No access without a record, unless the operator has chosen otherwise.

import type { AccessToken } from "../../shared/access-token.ts";
import { LedgerError, type Ledger } from "../../shared/ledger.ts";
import { describeError, type Log } from "../../shared/log.ts";
import type { Viewer } from "../../shared/viewer.ts";
import { SignInError } from "../errors.ts";

/**
 * What becomes of a sign-in while the ledger does not answer. `strict`: there is no access. `best-effort`: there is, the
 * session says that it is not recorded, and each use of it tries again.
 */
export type AuditMode = "strict" | "best-effort";

export interface RecordOptions {
  readonly ledger: Ledger;
  readonly auditMode: AuditMode;
  readonly log: Log;
}

/**
 * Has the sign-in recorded, and resolves to whether it is: to false in mode `best-effort` only, and only when the ledger
 * gave no answer. Rejects with `ledger_unavailable` unless the ledger answers with the item of this sign-in.
 */
export async function requireRecord(
  { token, claims, viewer }: { token: string; claims: AccessToken; viewer: Viewer },
  { ledger, auditMode, log }: RecordOptions,
): Promise<boolean> {
  let login;
  try {
    login = await ledger.recordLogin(token, viewer);
  } catch (cause) {
    if (auditMode === "best-effort" && isUnavailable(cause)) {
      // Until the ledger has it, this line is all there is of the sign-in.
      const { loginId: id, userId, username } = claims;
      const fields = { id, userId, username, ...viewer, cause: describeError(cause) };
      log.warn("login_unrecorded", fields, "UnrecordedLogin");
      return false;
    }
    throw new SignInError("ledger_unavailable", "the sign-in could not be recorded", { cause });
  }
  if (login.id !== claims.loginId) {
    throw new SignInError("ledger_unavailable", "the ledger answered with the record of another sign-in");
  }
  return true;
}

/** A ledger that refuses the token has answered: no mode gives access then. */
function isUnavailable(error: unknown): boolean {
  return error instanceof LedgerError && error.code === "unavailable";
}
