// EvaluateCode: checks resolver code as a deployment does, and runs one of its handlers as a request would.

import { notServed } from "../../aws/errors.ts";
import type { Evaluation } from "../evaluator/evaluator.ts";
import { ResolverCodeError } from "../evaluator/compile.ts";
import { describeFault, type Ending } from "../evaluator/wire.ts";
import type { Finding } from "../gate/finding.ts";
import type { Gate } from "../gate/gate.ts";
import type { EvaluateCode } from "./control-plane.ts";
import { readInput } from "./input.ts";
import type { OwnEvaluator } from "./own-evaluator.ts";

export interface EvaluateCodeOptions {
  readonly gate: Gate;
  readonly evaluator: OwnEvaluator;
}

/** https://docs.aws.amazon.com/appsync/latest/APIReference/API_EvaluateCode.html */
interface Output {
  readonly evaluationResult?: string;
  readonly error?: { readonly message: string; readonly codeErrors?: readonly CodeError[] };
  readonly logs?: readonly string[];
  readonly stash?: string;
  readonly outErrors?: string;
}

/** https://docs.aws.amazon.com/appsync/latest/APIReference/API_CodeError.html */
interface CodeError {
  readonly errorType: string;
  readonly value: string;
  readonly location: { readonly line: number; readonly column: number; readonly span: number };
}

export function evaluateCodeWith({ gate, evaluator }: EvaluateCodeOptions): EvaluateCode {
  return async (input): Promise<Output> => {
    const { code, handler, context } = readInput(input);
    const findings = (await gate.check([code])).get(code) ?? [];
    const [first] = findings;
    if (first !== undefined)
      return { error: { message: first.message, codeErrors: findings.map(codeError) } };
    try {
      return outputOf(await evaluator.with(code, (loaded) => loaded.call(handler, context)));
    } catch (error) {
      if (!(error instanceof ResolverCodeError)) throw error;
      return { error: { message: error.message } };
    }
  };
}

/** What the type checker says comes with a line feed, as the compiler formats it. */
function codeError({ errorType, message, line, column, span }: Finding): CodeError {
  const value = errorType === "PARSE_ERROR" ? `${message}\n` : message;
  return { errorType, value, location: { line, column, span } };
}

/** Members that would be empty are left out. */
function outputOf({ report, result, stash }: Evaluation): Output {
  const { ending, appended, logs } = report;
  const message = errorMessage(ending);
  return {
    ...(message === undefined ? { evaluationResult: result } : { error: { message } }),
    ...(logs.length > 0 && { logs }),
    ...(stash !== "{}" && { stash }),
    ...(appended.length > 0 && { outErrors: JSON.stringify(appended) }),
  };
}

function errorMessage(ending: Ending): string | undefined {
  switch (ending.kind) {
    case "returned":
    case "returnedEarly":
      return undefined;
    case "raised":
      return ending.error.message;
    case "unauthorized":
      return "Unauthorized";
    case "faulted":
      return ending.place === undefined ? ending.message : describeFault(ending.message, ending.place);
    case "notServed":
      throw notServed(ending.message.replace(/ is not served by the local runtime$/, ""));
  }
}
