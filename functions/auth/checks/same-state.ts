// Whether the state that came back is the one that was sent.

import { isSameText } from "../../shared/same-text.ts";
import type { Transaction } from "../cookies/transaction.ts";
import { SignInError } from "../errors.ts";

/** Throws `invalid_state` unless the state is the transaction's own: https://www.rfc-editor.org/rfc/rfc6749#section-10.12 */
export function requireSameState(transaction: Transaction, state: string): void {
  if (!isSameText(transaction.state, state)) {
    throw new SignInError("invalid_state", "the state is not that of the transaction");
  }
}
