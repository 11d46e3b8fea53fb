// Finds uses of JavaScript's built-in objects that APPSYNC_JS does not have. Such code passes the type checker, which
// knows the whole standard library; it is refused when it is translated.

import ts from "typescript";
import { DATA_MEMBERS, FUNCTION_TAKERS, GLOBAL_VALUES, MISSING_METHODS, NAMESPACES } from "./language.ts";
import { CODE_FILE, type CodeProgram } from "./program.ts";
import { invalidFunction, unsupported, type Refuse } from "./refusal.ts";

/** Looks at one node of the tree, not at what is below it. */
export function refuseUnlisted(node: ts.Node, { program }: CodeProgram, refuse: Refuse): void {
  const checker = program.getTypeChecker();
  if (ts.isIdentifier(node)) checkName(node, checker, refuse);
  else if (isMemberAccess(node)) checkMember(node, program, refuse);
  else if (ts.isCallExpression(node)) checkArguments(node, checker, refuse);
}

type MemberAccess = ts.PropertyAccessExpression | ts.ElementAccessExpression;

function isMemberAccess(node: ts.Node): node is MemberAccess {
  return ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node);
}

/** A name the code does not declare is the language's own, and then one of the few that are values. */
function checkName(node: ts.Identifier, checker: ts.TypeChecker, refuse: Refuse): void {
  if (!isBuiltIn(node, checker) || GLOBAL_VALUES.has(node.text)) return;
  const { parent } = outsideParentheses(node);
  if (isMemberAccess(parent) && withoutParentheses(parent.expression) === node) return; // refused with its member
  if (ts.isNewExpression(parent)) return; // refused whatever it makes
  refuse(node, isCalled(node) ? invalidFunction(node.text) : unsupported("Identifier", node.text));
}

function checkMember(node: MemberAccess, program: ts.Program, refuse: Refuse): void {
  const object = withoutParentheses(node.expression);
  if (ts.isNewExpression(object)) return; // refused already
  const name = memberName(node);
  const ofNamespace = ts.isIdentifier(object) && isNamespace(object, program.getTypeChecker());
  const isListed = ofNamespace
    ? name !== undefined && (NAMESPACES.get(object.text) ?? []).includes(name)
    : isListedOfData(node, name, program);
  if (isListed) return;
  const text = node.getText().replaceAll(/\s+/g, " ");
  const shown = text.length > 60 ? `…${text.slice(-60)}` : text;
  refuse(node, isCalled(node) ? invalidFunction(shown) : unsupported(kindOf(node), shown));
}

function isListedOfData(node: MemberAccess, name: string | undefined, program: ts.Program): boolean {
  const checker = program.getTypeChecker();
  if (isOfUnknownType(node.expression, checker)) {
    // It may hold data of any name; a method it can only have if that is built in.
    return name === undefined || !isCalled(node) || !MISSING_METHODS.has(name);
  }
  const member = checker.getSymbolAtLocation(
    ts.isPropertyAccessExpression(node) ? node.name : node.argumentExpression,
  );
  for (const { parent } of member?.declarations ?? []) {
    if (!program.isSourceFileDefaultLibrary(parent.getSourceFile())) return true;
    const owner = ts.isInterfaceDeclaration(parent) ? parent.name.text : "";
    if (!DATA_MEMBERS.get(owner)?.includes(member?.name ?? "")) return false;
  }
  return true;
}

/** A function given to a method that takes none, where the linter cannot know whose method it is. */
function checkArguments(node: ts.CallExpression, checker: ts.TypeChecker, refuse: Refuse): void {
  const callee = withoutParentheses(node.expression);
  if (!isMemberAccess(callee)) return;
  const name = memberName(callee) ?? "";
  const isUnknown = isOfUnknownType(callee.expression, checker);
  const takesNothing =
    name === "sort" && (isUnknown || checker.isArrayType(checker.getTypeAtLocation(callee.expression)));
  for (const argument of node.arguments) {
    const isFunction = ts.isArrowFunction(argument) || ts.isFunctionExpression(argument);
    const isMisplaced = isFunction ? isUnknown && !FUNCTION_TAKERS.includes(name) : takesNothing;
    if (isMisplaced) {
      refuse(argument, unsupported(kindOf(argument)));
    }
  }
}

function isOfUnknownType(node: ts.Expression, checker: ts.TypeChecker): boolean {
  return (checker.getTypeAtLocation(node).flags & ts.TypeFlags.Any) !== 0;
}

function kindOf(node: ts.Node): string {
  return ts.SyntaxKind[node.kind];
}

/** The name after the dot or in the brackets, where it is written there. */
function memberName(node: MemberAccess): string | undefined {
  if (ts.isPropertyAccessExpression(node)) return node.name.text;
  const { argumentExpression: argument } = node;
  return ts.isStringLiteralLike(argument) ? argument.text : undefined;
}

function isCalled(node: ts.Node): boolean {
  const whole = outsideParentheses(node);
  return ts.isCallExpression(whole.parent) && whole.parent.expression === whole;
}

function withoutParentheses(node: ts.Expression): ts.Expression {
  return ts.isParenthesizedExpression(node) ? withoutParentheses(node.expression) : node;
}

function outsideParentheses(node: ts.Node): ts.Node {
  return ts.isParenthesizedExpression(node.parent) ? outsideParentheses(node.parent) : node;
}

/** Whether a name means a built-in object that has members but is no value. */
function isNamespace(node: ts.Identifier, checker: ts.TypeChecker): boolean {
  return isBuiltIn(node, checker) && !GLOBAL_VALUES.has(node.text);
}

/** Whether an identifier is a use of something built in, and not of something of the code's own. */
function isBuiltIn(node: ts.Identifier, checker: ts.TypeChecker): boolean {
  if (namesSomething(node)) return false;
  const symbol = ts.isShorthandPropertyAssignment(node.parent)
    ? checker.getShorthandAssignmentValueSymbol(node.parent)
    : checker.getSymbolAtLocation(node);
  if (symbol === undefined) return false; // undeclared: the type checker has said so
  return (symbol.declarations ?? []).every((it) => it.getSourceFile().fileName !== CODE_FILE);
}

/** Whether an identifier is the name of a member or of what is imported or exported, and is no use of a variable. */
function namesSomething(node: ts.Identifier): boolean {
  const { parent } = node;
  return (
    (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
    (ts.isBindingElement(parent) && parent.propertyName === node) ||
    ts.isImportSpecifier(parent) ||
    ts.isExportSpecifier(parent) ||
    ts.isMetaProperty(parent)
  );
}
