// The error every local AWS service answers with, and the one with which it refuses what it does not serve.

/** An error as an AWS service reports it: `code` is the exception's name, the message is the service's own text. */
export class AwsError extends Error {
  readonly code: string;
  /** HTTP status; 400 for most faults of the caller. */
  readonly status: number;
  /** Further members of the error body, such as DynamoDB's `CancellationReasons`. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, status = 400, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
    this.details = details;
  }
}

/** Refuses an operation, a parameter or a feature that AWS has and this runtime does not serve. */
export function notServed(what: string): AwsError {
  return new AwsError("NotImplementedException", `${what} is not served by the local runtime`, 501);
}
