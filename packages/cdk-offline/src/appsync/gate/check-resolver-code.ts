// The language gate: says whether AppSync would take a piece of resolver code. Loading it takes a second (a compiler and a
// linter), so that nothing that serves requests imports it.

import type { Finding } from "./finding.ts";
import { lintErrors } from "./lint-errors.ts";
import { programOf, type CodeProgram } from "./program.ts";
import { syntaxErrors } from "./syntax-errors.ts";
import { typeErrors } from "./type-errors.ts";

/** https://docs.aws.amazon.com/general/latest/gr/appsync.html */
const MAX_CODE_BYTES = 32_768;

/**
 * Checks the code of a resolver or function as it is deployed: bundled, one ES module. Code without findings is accepted
 * by AppSync, as far as its rules are known.
 */
export function checkResolverCode(code: string): readonly Finding[] {
  if (Buffer.byteLength(code) > MAX_CODE_BYTES) {
    return [about(`the code is larger than ${String(MAX_CODE_BYTES)} bytes`)];
  }
  const obeying = withoutOrders(code);
  const checked = programOf(withoutTypes(obeying));
  const fromTypes = typeErrors(checked, () => programOf(obeying));
  if (checked.program.getSyntacticDiagnostics(checked.source).length > 0) return fromTypes;
  const fromLinter = lintErrors(checked);
  // In the order of the service's own steps, so that the first is what it would say first.
  return [fromTypes, fromLinter, [...syntaxErrors(checked, fromLinter), ...missingHandlers(checked)]].flatMap(
    (step) => step.sort((a, b) => a.line - b.line || a.column - b.column),
  );
}

/** Comments must not switch the type checker off. What takes their place is as long, so that places stay the same. */
function withoutOrders(code: string): string {
  return code.replaceAll(/@ts-(?=nocheck|ignore|expect-error)/g, "@ts_").replaceAll(/(\/\/\/\s*)</g, "$1 ");
}

/** Takes the types in JSDoc for prose, at the same places: AppSync takes samples of its own in which they are wrong. */
function withoutTypes(code: string): string {
  return code.replaceAll(/\/\*\*(?!\/)/g, "/* ");
}

function about(message: string): Finding {
  return { errorType: "PARSE_ERROR", message, line: 1, column: 1, span: 1 };
}

/** A module has to export the functions `request` and `response`. */
function missingHandlers({ program, source }: CodeProgram): Finding[] {
  const checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(source);
  const exported = module === undefined ? [] : checker.getExportsOfModule(module);
  return ["request", "response"].flatMap((name) => {
    const symbol = exported.find((it) => it.name === name);
    const callable =
      symbol !== undefined &&
      checker.getTypeOfSymbolAtLocation(symbol, source).getCallSignatures().length > 0;
    return callable ? [] : [about(`the code exports no function named ${name}`)];
  });
}

export type { Finding } from "./finding.ts";
