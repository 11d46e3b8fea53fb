// The transaction cookie: what one started sign-in must remember until the browser comes back from the user pool.

import { createHash } from "node:crypto";
import * as v from "valibot";
import type { HttpRequest } from "../../shared/http-request.ts";
import { cookiesOf } from "./cookie-header.ts";
import type { Seal } from "./seal.ts";

export const transactionSchema = v.object({
  state: v.string(),
  nonce: v.string(),
  /** PKCE's code verifier: https://www.rfc-editor.org/rfc/rfc7636#section-4.1 */
  verifier: v.string(),
  /** Path to land on, on our own origin. */
  returnTo: v.string(),
});

export type Transaction = v.InferOutput<typeof transactionSchema>;

/** How long a sign-in may take, in seconds. */
export const TRANSACTION_SECONDS = 10 * 60;

/** Sign-ins a browser may have under way at once; a fifth ends the oldest. */
const MAX_TRANSACTIONS = 4;

const PREFIX = "__Host-Http-ll_tx_";

/** One cookie for each transaction, so that two windows may sign in at once. The name tells nothing of the state. */
export function transactionCookieName(state: string): string {
  return `${PREFIX}${createHash("sha256").update(state).digest("base64url").slice(0, 16)}`;
}

/** The names of all transaction cookies that the browser sent. */
export function transactionCookieNames(request: HttpRequest): readonly string[] {
  return transactionCookies(request).map(({ name }) => name);
}

/** The transaction cookies that must go to make room for one more: the spoilt ones and, beyond the limit, the oldest. */
export async function surplusTransactions(
  request: HttpRequest,
  seal: Seal<Transaction>,
): Promise<readonly string[]> {
  const opened = await Promise.all(
    transactionCookies(request).map(async ({ name, value }) => ({ name, result: await seal.open(value) })),
  );
  const startedAt = ({ result }: (typeof opened)[number]) =>
    result.status === "good" ? result.issuedAtEpochSeconds : Number.NEGATIVE_INFINITY;
  // Browsers send the older first: reversed before the stable sort, the newer of one second comes first.
  const newestFirst = opened.toReversed().sort((a, b) => startedAt(b) - startedAt(a));
  return newestFirst
    .filter(({ result }, rank) => result.status !== "good" || rank >= MAX_TRANSACTIONS - 1)
    .map(({ name }) => name);
}

function transactionCookies(request: HttpRequest) {
  return cookiesOf(request).filter(({ name }) => name.startsWith(PREFIX));
}
