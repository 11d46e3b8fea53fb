// No access without a record.

import type { AccessToken } from "../../shared/access-token.ts";
import type { Ledger } from "../../shared/ledger.ts";
import type { Viewer } from "../../shared/viewer.ts";
import { SignInError } from "../errors.ts";

/** Has the sign-in recorded. Rejects with `ledger_unavailable` unless the ledger answers with the item of this sign-in. */
export async function requireRecord(
  ledger: Ledger,
  { token, claims, viewer }: { token: string; claims: AccessToken; viewer: Viewer },
): Promise<void> {
  let login;
  try {
    login = await ledger.recordLogin(token, viewer);
  } catch (cause) {
    throw new SignInError("ledger_unavailable", "the sign-in could not be recorded", { cause });
  }
  if (login.id !== claims.loginId) {
    throw new SignInError("ledger_unavailable", "the ledger answered with the record of another sign-in");
  }
}
