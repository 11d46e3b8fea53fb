// What can go wrong between the page and the ledger, in a form that a caller can tell apart.

import { CombinedGraphQLErrors } from "@apollo/client/errors";

/**
 * Why a session could not be opened, renewed or ended:
 * - `unreachable`: no answer came; the network or the server is down, trying again may help.
 * - `unavailable`: the server answered that it cannot serve now (429 or 5xx); trying again may help.
 * - `session_lost`: there was a session and there is none any more, or it is another user's by now. Sign in again.
 * - `refused`: the server does not take this request (any other 4xx); trying again does not help.
 * - `malformed`: the answer does not have the form that was agreed on; page and server do not belong together.
 */
export type SessionErrorCode = "unreachable" | "unavailable" | "session_lost" | "refused" | "malformed";

/** A call to the session's endpoints (`/auth/session`, `/auth/logout`) that did not succeed. */
export class SessionError extends Error {
  override readonly name = "SessionError";
  readonly code: SessionErrorCode;
  /** Under what the server's log tells more, when the server said so. */
  readonly requestId: string | undefined;

  constructor(
    code: SessionErrorCode,
    message: string,
    options: { requestId?: string; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.requestId = options.requestId;
  }
}

/** Whether an error says that the user has to sign in again. */
export function isSessionLost(error: unknown): boolean {
  return error instanceof SessionError && error.code === "session_lost";
}

/** What the ledger's GraphQL API gives as the `errorType` of a field that failed. */
export type LedgerErrorType =
  | "BadToken"
  | "Unauthorized"
  | "InvalidPage"
  | "InvalidLocale"
  | "RecordPending"
  | "Throttled"
  | "Unavailable";

/**
 * Whether an operation failed in one of these ways. AppSync puts `errorType` beside `message`, not under `extensions`.
 *
 * `RecordPending` and `Throttled` after `recordLogin` mean: call it again, the first record is kept.
 */
export function hasErrorType(error: unknown, ...types: readonly LedgerErrorType[]): boolean {
  return (
    CombinedGraphQLErrors.is(error) &&
    error.errors.some((one) => "errorType" in one && (types as readonly unknown[]).includes(one.errorType))
  );
}
