// What is wrong with a piece of resolver code, in the terms of AppSync's own answers.

/**
 * `errorType` of a code error as EvaluateCode gives it. Seen there: PARSE_ERROR for what the type checker says, LINT_ERROR,
 * UNSUPPORTED_SYNTAX_TYPE for `new X()`, INVALID_FUNCTION_INVOCATION for `String(x)`. Which of them other refusals come
 * with is inferred.
 */
export type FindingType =
  "PARSE_ERROR" | "LINT_ERROR" | "UNSUPPORTED_SYNTAX_TYPE" | "INVALID_FUNCTION_INVOCATION";

export interface Finding {
  readonly errorType: FindingType;
  readonly message: string;
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
  /** How many characters it covers. */
  readonly span: number;
}
