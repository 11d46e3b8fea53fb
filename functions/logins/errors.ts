// What POST /logins refuses, and with which status.

import { KnownError } from "../shared/known-error.ts";
import { LedgerError } from "../shared/ledger.ts";
import { TokenError } from "../shared/token-verifier.ts";

/**
 * `invalid_token` goes with 401 here, as RFC 6750 section 3.1 has it for a resource that takes bearer tokens; the
 * sign-in endpoints, to which nobody brings a token, answer the same code with 400.
 */
export const STATUS = {
  invalid_request: 400,
  invalid_token: 401,
  ledger_unavailable: 503,
} as const;

export type ErrorCode = keyof typeof STATUS;

/** A request refused. The message is for the log alone. */
export class LoginsError extends KnownError<ErrorCode> {}

/** The code to answer an error with. Anything that is not known is answered as a fault that may pass. */
export function codeOf(error: unknown): ErrorCode {
  if (error instanceof LoginsError) return error.code;
  if (error instanceof TokenError && error.code === "invalid") return "invalid_token";
  if (error instanceof LedgerError && error.code === "token_refused") return "invalid_token";
  if (error instanceof LedgerError && error.code === "locale_refused") return "invalid_request";
  return "ledger_unavailable";
}
