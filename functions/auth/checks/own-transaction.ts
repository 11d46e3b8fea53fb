// Whether the sign-in that comes back was started in this very browser.

import type { HttpRequest } from "../../shared/http-request.ts";
import { cookiesOf, type AnswerCookies } from "../cookies/cookie-header.ts";
import type { Seal } from "../cookies/seal.ts";
import { transactionCookieName, type Transaction } from "../cookies/transaction.ts";
import { SignInError } from "../errors.ts";

/**
 * Opens the transaction cookie that belongs to a state, and expires it: it serves once, whatever comes of it. Throws
 * `invalid_state` when there is none, several or one that does not open, and `expired_transaction` when it is too old.
 */
export async function takeTransaction(
  request: HttpRequest,
  state: string,
  { seal, cookies }: { readonly seal: Seal<Transaction>; readonly cookies: AnswerCookies },
): Promise<Transaction> {
  const name = transactionCookieName(state);
  const [cookie, ...others] = cookiesOf(request).filter((candidate) => candidate.name === name);
  if (cookie === undefined) {
    throw new SignInError("invalid_state", "there is no transaction cookie for this state");
  }
  cookies.expire(name, "Lax");
  if (others.length > 0) throw new SignInError("invalid_state", "the transaction cookie is repeated");
  const opened = await seal.open(cookie.value);
  if (opened.status === "expired") throw new SignInError("expired_transaction", "the transaction is too old");
  if (opened.status === "invalid") {
    throw new SignInError("invalid_state", "the transaction cookie does not open");
  }
  return opened.content;
}
