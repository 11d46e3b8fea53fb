// What is wrong with a piece of resolver code, in the terms of AppSync's own answers.

/**
 * `errorType` of a code error as EvaluateCode gives it. Seen there: PARSE_ERROR for what the type checker says, LINT_ERROR,
 * UNSUPPORTED_SYNTAX_TYPE for `new X()`, INVALID_FUNCTION_INVOCATION for `String(x)`. Which of them other refusals come
 * with is inferred.
 */
type FindingType = "PARSE_ERROR" | "LINT_ERROR" | "UNSUPPORTED_SYNTAX_TYPE" | "INVALID_FUNCTION_INVOCATION";

export interface Finding {
  readonly errorType: FindingType;
  readonly message: string;
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
  /** How many characters it covers. */
  readonly span: number;
}

/** How many findings of one piece of code are shown; the rest mostly follows from them. */
const SHOWN_FINDINGS = 5;

/** The findings of code that is not deployed, a line each, under what CloudFormation says of it. */
export function describeFindings(findings: readonly Finding[]): string {
  const shown = findings
    .slice(0, SHOWN_FINDINGS)
    .map(({ line, column, errorType, message }) => `\n  ${line}:${column} ${errorType} ${message}`);
  const more = findings.length - shown.length;
  return `The code contains one or more errors.${shown.join("")}${more > 0 ? `\n  and ${more} more` : ""}`;
}
