// What AppSync refuses though neither its plugin nor the type checker says so.

import ts from "typescript";
import type { Finding, FindingType } from "./finding.ts";
import { LANGUAGE_DECLARATIONS } from "./language.ts";
import type { CodeProgram } from "./program.ts";

/** Constructors that are there for their members and cannot be called. */
const CONSTRUCTORS = ["Array", "Boolean", "Number", "Object", "String"];

/** The methods that strings, numbers and arrays have in APPSYNC_JS. */
const DATA_METHODS = new Set(
  ts
    .createSourceFile("language.d.ts", LANGUAGE_DECLARATIONS, ts.ScriptTarget.ESNext)
    .statements.filter(ts.isInterfaceDeclaration)
    .filter(({ name }) => ["String", "Number", "Array"].includes(name.text))
    .flatMap(({ members }) =>
      members.flatMap(({ name }) => (name && ts.isIdentifier(name) ? [name.text] : [])),
    ),
);

/** Methods of JavaScript's own data that APPSYNC_JS does not have. */
const MISSING_METHODS = new Set(
  [String, Array, Number, Boolean, Function, Object]
    .flatMap(({ prototype }) => Object.getOwnPropertyNames(prototype))
    .filter((name) => !DATA_METHODS.has(name)),
);

/** Names that the compiler knows whatever it is told. */
const COMPILER_GLOBALS = ["Symbol", "globalThis"];

/** Syntax by kind, with what it is called. */
const REFUSED_SYNTAX = new Map<ts.SyntaxKind, string>([
  [ts.SyntaxKind.ThrowStatement, "throw"],
  [ts.SyntaxKind.NewExpression, "new"],
  [ts.SyntaxKind.ClassExpression, "class"],
  [ts.SyntaxKind.BigIntLiteral, "BigInt"],
  [ts.SyntaxKind.WithStatement, "with"],
  [ts.SyntaxKind.DebuggerStatement, "debugger"],
  [ts.SyntaxKind.GetAccessor, "get"],
  [ts.SyntaxKind.SetAccessor, "set"],
  [ts.SyntaxKind.ImportKeyword, "import()"],
  [ts.SyntaxKind.MetaProperty, "import.meta"],
]);

/** Goes through the syntax tree for what is refused by its form. */
export function syntaxErrors({ program, source }: CodeProgram): Finding[] {
  const checker = program.getTypeChecker();
  const findings: Finding[] = [];
  const refuse = (node: ts.Node, errorType: FindingType, message: string) => {
    const start = node.getStart(source);
    const { line, character } = source.getLineAndCharacterOfPosition(start);
    findings.push({ errorType, message, line: line + 1, column: character + 1, span: node.getEnd() - start });
  };
  const visit = (node: ts.Node): void => {
    const refused = REFUSED_SYNTAX.get(node.kind);
    if (refused !== undefined) refuse(node, "UNSUPPORTED_SYNTAX_TYPE", `Unsupported syntax: ${refused}`);
    if (ts.isIdentifier(node) && COMPILER_GLOBALS.includes(node.text) && isGlobal(node, checker)) {
      refuse(node, "UNSUPPORTED_SYNTAX_TYPE", `Unsupported syntax: ${node.text}`);
    }
    if (ts.isImportDeclaration(node) && node.importClause === undefined) {
      refuse(node, "PARSE_ERROR", `Cannot find module ${node.moduleSpecifier.getText(source)}`);
    }
    if (ts.isCallExpression(node)) checkCall(node, checker, refuse);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return findings;
}

function checkCall(
  { expression, arguments: given }: ts.CallExpression,
  checker: ts.TypeChecker,
  refuse: (node: ts.Node, errorType: FindingType, message: string) => void,
): void {
  if (
    ts.isIdentifier(expression) &&
    CONSTRUCTORS.includes(expression.text) &&
    isGlobal(expression, checker)
  ) {
    refuse(expression, "INVALID_FUNCTION_INVOCATION", `Invalid function: ${expression.text}`);
  }
  if (!ts.isPropertyAccessExpression(expression)) return;
  const { name } = expression;
  const type = checker.getTypeAtLocation(expression.expression);
  // Of a value whose type is not known, the type checker cannot say that it has no such method.
  if ((type.flags & ts.TypeFlags.Any) !== 0 && MISSING_METHODS.has(name.text)) {
    refuse(name, "PARSE_ERROR", `Property '${name.text}' does not exist`);
  }
  if (name.text === "sort" && given.length > 0) {
    refuse(name, "PARSE_ERROR", "Expected 0 arguments, but got 1: sort takes no function");
  }
}

/** Whether a name means the built-in object and not something of the code's own. */
function isGlobal(node: ts.Identifier, checker: ts.TypeChecker): boolean {
  const symbol = checker.getSymbolAtLocation(node);
  const declarations = symbol?.declarations ?? [];
  return symbol !== undefined && declarations.every((it) => it.getSourceFile() !== node.getSourceFile());
}
