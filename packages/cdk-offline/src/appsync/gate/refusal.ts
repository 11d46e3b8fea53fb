// How a check over the syntax tree says what it refuses.

import type ts from "typescript";
import type { Finding } from "./finding.ts";

type Refusal = Pick<Finding, "errorType" | "message">;

/** Refuses the code at a node. */
export type Refuse = (node: ts.Node, refusal: Refusal) => void;

/**
 * Syntax that is not translated, named as the compiler names it (seen: `Unsupported Syntax Type: ArrowFunction` for a
 * function given to `sort`). The service says no more; what is added tells it apart.
 */
export function unsupported(kind: string, text?: string): Refusal {
  return {
    errorType: "UNSUPPORTED_SYNTAX_TYPE",
    message: `Unsupported Syntax Type: ${kind}${text === undefined ? "" : ` (${text})`}`,
  };
}

/** A call of what is no function of APPSYNC_JS (seen: `Invalid function: String`). */
export function invalidFunction(name: string): Refusal {
  return { errorType: "INVALID_FUNCTION_INVOCATION", message: `Invalid function: ${name}` };
}
