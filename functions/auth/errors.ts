// Everything a request to /auth can be refused for: the code the caller sees, its status, and how it is logged.

import { KnownError } from "../shared/known-error.ts";

interface ErrorKind {
  readonly status: number;
  /** `info` for what every visitor meets, `warn` for what an attack looks like, `error` for what an operator must mend. */
  readonly level: "info" | "warn" | "error";
  /** What the page of a failed navigation says. */
  readonly sentence: string;
}

/** The codes are part of the contract with the page; `not_found` and `method_not_allowed` are HTTP's own. */
export const ERROR_KINDS = {
  invalid_request: { status: 400, level: "warn", sentence: "This address was not put together correctly." },
  invalid_state: {
    status: 400,
    level: "warn",
    // Ten minutes after its start, or once it has come back, a browser knows no more of a sign-in than of a foreign one.
    sentence: "This sign-in was not started in this browser, took too long or is already over.",
  },
  expired_transaction: {
    status: 400,
    level: "info",
    sentence: "This sign-in took too long or is already over.",
  },
  access_denied: { status: 400, level: "info", sentence: "The sign-in was not granted." },
  invalid_token: {
    status: 400,
    level: "error",
    sentence: "The sign-in service gave an answer that does not hold.",
  },
  no_session: { status: 401, level: "info", sentence: "You are not signed in." },
  csrf: { status: 403, level: "warn", sentence: "This request did not come from our own page." },
  not_found: { status: 404, level: "info", sentence: "There is nothing at this address." },
  method_not_allowed: { status: 405, level: "info", sentence: "This address does not take such a request." },
  login_failed: { status: 502, level: "error", sentence: "The sign-in service cannot be reached." },
  ledger_unavailable: { status: 503, level: "error", sentence: "Signing in is not possible at the moment." },
  session_too_large: { status: 503, level: "error", sentence: "This account cannot be signed in here." },
} as const satisfies Readonly<Record<string, ErrorKind>>;

export type ErrorCode = keyof typeof ERROR_KINDS;

/** A request refused. The message is for the log alone. */
export class SignInError extends KnownError<ErrorCode> {}
