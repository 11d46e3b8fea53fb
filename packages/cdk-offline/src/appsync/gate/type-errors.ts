// What the type checker says, as far as AppSync refuses code for it: names and members that there are not.

import ts from "typescript";
import type { Finding } from "./finding.ts";
import type { CodeProgram } from "./program.ts";

/**
 * Diagnostics that AppSync is known to refuse code for. Those of assignability are left out: code that it accepts has them.
 * The undeclared name comes under several numbers, one for each piece of advice TypeScript has for it.
 */
const UNDECLARED_NAME = [2304, 2552, 2580, 2581, 2582, 2583, 2584, 2591, 2592, 2593, 18004];
const UNKNOWN_MODULE = [2307];
const UNKNOWN_MEMBER = [2339, 2550, 2551];
/** One name declared twice, a constant that is assigned to. */
const WRONG_DECLARATION = [2300, 2451, 2588];
/** A list spread over parameters that are not a rest parameter (aws-appsync-community#323). */
const MISPLACED_SPREAD = [2556];
/** A `let` that is given an object without one, some or many members of its first (aws-appsync-community#279). */
const MISSING_PROPERTIES = [2739, 2740, 2741];

/**
 * Errors of syntax, undeclared names, unknown modules and members.
 * @param withTypes gives the same code with the types in its comments, which may allow a `let` more than its first value.
 */
export function typeErrors({ program, source }: CodeProgram, withTypes: () => CodeProgram): Finding[] {
  const syntactic = program.getSyntacticDiagnostics(source);
  // Those of the 8000s say that JavaScript is not TypeScript; they follow from the others.
  const inEither = syntactic.filter(({ code }) => code < 8000);
  if (syntactic.length > 0) {
    return (inEither.length > 0 ? inEither : syntactic).map((diagnostic) => findingOf(diagnostic, source));
  }
  const refused = program
    .getSemanticDiagnostics(source)
    .filter((diagnostic) => isRefused(diagnostic, source));
  const confirmed = refused.some(isNarrowing) ? placesOfNarrowing(withTypes()) : [];
  return refused
    .filter((diagnostic) => !isNarrowing(diagnostic) || confirmed.includes(diagnostic.start))
    .map((diagnostic) => findingOf(diagnostic, source));
}

function isNarrowing({ code }: ts.Diagnostic): boolean {
  return MISSING_PROPERTIES.includes(code);
}

function placesOfNarrowing({ program, source }: CodeProgram): (number | undefined)[] {
  return program
    .getSemanticDiagnostics(source)
    .filter(isNarrowing)
    .map(({ start }) => start);
}

function isRefused(diagnostic: ts.Diagnostic, source: ts.SourceFile): boolean {
  const { code, start = 0 } = diagnostic;
  if (isNarrowing(diagnostic)) return isAssignmentAt(source, start);
  // Below 2000 are errors of grammar that it takes the whole code to see.
  return (
    code < 2000 ||
    [
      ...UNDECLARED_NAME,
      ...UNKNOWN_MODULE,
      ...UNKNOWN_MEMBER,
      ...WRONG_DECLARATION,
      ...MISPLACED_SPREAD,
    ].includes(code)
  );
}

function isAssignmentAt(source: ts.SourceFile, position: number): boolean {
  let found = false;
  const visit = (node: ts.Node) => {
    if (position < node.getStart(source) || position >= node.getEnd()) return;
    if (
      ts.isBinaryExpression(node) &&
      node.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
      ts.isIdentifier(node.left) &&
      node.left.getStart(source) === position
    ) {
      found = true;
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function findingOf(
  { code, messageText, start = 0, length = 0 }: ts.Diagnostic,
  source: ts.SourceFile,
): Finding {
  const { line, character } = source.getLineAndCharacterOfPosition(start);
  const text = ts.flattenDiagnosticMessageText(messageText, "\n");
  const place = `${String(line + 1)},${String(character + 1)}`;
  return {
    errorType: "PARSE_ERROR",
    message: `code.js(${place}): error TS${String(code)}: ${text}`,
    line: line + 1,
    column: character + 1,
    span: length,
  };
}
