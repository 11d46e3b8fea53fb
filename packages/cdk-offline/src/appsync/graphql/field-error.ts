// The errors of a field, as they stand in an answer.

import type { ErrorLocation, RequestProblem } from "./validation/problem.ts";

/** An error that a resolver, a data source or the service itself reports for one field. */
export interface FieldError {
  readonly message: string;
  readonly errorType: string | null;
  /** Partial data for the caller; narrowed to what the query selects before it is sent. */
  readonly data?: unknown;
  /** Further information, sent as it is. */
  readonly errorInfo?: unknown;
}

export type ResponsePath = readonly (string | number)[];

/** One member of `errors` in an answer. */
export type AnswerError =
  | RequestProblem
  /** A value that does not fit the schema: no resolver is to blame, so that there is no error type. */
  | { readonly path: ResponsePath; readonly locations: null; readonly message: string }
  | {
      readonly path: ResponsePath;
      readonly data: unknown;
      readonly errorType: string | null;
      readonly errorInfo: unknown;
      readonly locations: readonly ErrorLocation[];
      readonly message: string;
    };

/** The answer to a field the caller may not see, and to `util.unauthorized()`. */
export function unauthorizedField(typeName: string, fieldName: string): FieldError {
  return {
    message: `Not Authorized to access ${fieldName} on type ${typeName}`,
    errorType: "Unauthorized",
  };
}
