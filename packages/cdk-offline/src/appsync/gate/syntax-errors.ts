// What AppSync refuses though neither its plugin nor the type checker says so: what it cannot translate.

import ts from "typescript";
import type { Finding } from "./finding.ts";
import type { CodeProgram } from "./program.ts";
import { unsupported, type Refuse } from "./refusal.ts";
import { refuseUnlisted } from "./unlisted.ts";

/** Syntax by kind, under the name that the compiler has for it. */
const REFUSED_SYNTAX = new Map<ts.SyntaxKind, string>([
  // Recorded of ??= (aws-appsync-community#353), where only assignments with arithmetic are said to be supported.
  [ts.SyntaxKind.AmpersandAmpersandEqualsToken, "AmpersandAmpersandEqualsToken"],
  [ts.SyntaxKind.BarBarEqualsToken, "BarBarEqualsToken"],
  [ts.SyntaxKind.QuestionQuestionEqualsToken, "QuestionQuestionEqualsToken"],
  [ts.SyntaxKind.BigIntLiteral, "BigIntLiteral"],
  [ts.SyntaxKind.ClassExpression, "ClassExpression"],
  [ts.SyntaxKind.DebuggerStatement, "DebuggerStatement"],
  [ts.SyntaxKind.GetAccessor, "GetAccessor"],
  [ts.SyntaxKind.ImportKeyword, "ImportKeyword"],
  [ts.SyntaxKind.MetaProperty, "MetaProperty"],
  [ts.SyntaxKind.NewExpression, "NewExpression"],
  [ts.SyntaxKind.SetAccessor, "SetAccessor"],
  [ts.SyntaxKind.ThrowStatement, "ThrowStatement"],
  [ts.SyntaxKind.WithStatement, "WithStatement"],
]);

/** Goes through the syntax tree. What the linter has refused at the very place is not refused a second time. */
export function syntaxErrors(checked: CodeProgram, refusedBefore: readonly Finding[]): Finding[] {
  const { source } = checked;
  const places = new Set(refusedBefore.map(({ line, column }) => `${String(line)}:${String(column)}`));
  const findings: Finding[] = [];
  const refuse: Refuse = (node, refusal) => {
    const start = node.getStart(source);
    const { line, character } = source.getLineAndCharacterOfPosition(start);
    const place = { line: line + 1, column: character + 1 };
    if (places.has(`${String(place.line)}:${String(place.column)}`)) return;
    findings.push({ ...refusal, ...place, span: node.getEnd() - start });
  };
  const visit = (node: ts.Node): void => {
    const refused = REFUSED_SYNTAX.get(node.kind);
    if (refused !== undefined) refuse(node, unsupported(refused));
    if (ts.isImportDeclaration(node) && node.importClause === undefined) {
      const message = `Cannot find module ${node.moduleSpecifier.getText(source)}`;
      refuse(node, { errorType: "PARSE_ERROR", message });
    }
    refuseUnlisted(node, checked, refuse);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return findings;
}
