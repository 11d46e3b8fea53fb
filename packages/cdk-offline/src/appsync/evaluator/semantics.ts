// Rewrites resolver code where its words mean something else in APPSYNC_JS than in JavaScript.

import type {
  BinaryExpression,
  Expression,
  ForInStatement,
  ForOfStatement,
  LogicalExpression,
  Node,
  PrivateIdentifier,
  Program,
  Super,
  SwitchStatement,
} from "acorn";
import { base, simple } from "acorn-walk";
import type MagicString from "magic-string";
import { MAX_ITERATIONS } from "./wire.ts";

/** Names that the code does not use. */
export interface OwnNames {
  /** How the names of counters begin. */
  readonly counter: string;
  /** A function of a member, what is added to it, and the object that it is a member of. */
  readonly sum: string;
}

/**
 * Edits the text of a program. Nodes are visited from the inside out, so that what is put around an outer one comes around
 * what was put around an inner one.
 * @returns declarations that have to stand before the code.
 */
export function rewriteSemantics(program: Program, text: MagicString, names: OwnNames): string {
  const edits = new Edits(text);
  let loops = 0;
  const loop = (node: ForOfStatement | ForInStatement) => {
    loops += 1;
    limitLoop(node, edits, `${names.counter}${String(loops)}`);
  };
  simple(program, {
    // null and undefined are the same (aws-appsync-community#305).
    BinaryExpression(node) {
      const { operator, left, right } = node;
      if (operator === "+") rewriteSum(node, edits, names.sum);
      if (operator !== "===" && operator !== "!==") return;
      if (left.type === "PrivateIdentifier" || !mayBeNull(left) || !mayBeNull(right)) return;
      nullForUndefined(left, edits);
      nullForUndefined(right, edits);
    },
    SwitchStatement(node) {
      rewriteSwitch(node, edits);
    },
    // The right side of ?? is evaluated whatever the left one is (aws-appsync-community#403).
    LogicalExpression(node) {
      if (node.operator !== "??" || !hasCall(node.right)) return;
      edits.commaForOperator(node);
      edits.around(node, "((left, right) => left ?? right)(", ")");
    },
    // `return a += b` gives an empty string (aws-amplify/amplify-category-api#3192).
    ReturnStatement({ argument }) {
      if (argument?.type !== "AssignmentExpression" || argument.operator !== "+=") return;
      edits.around(argument, "(", `, "")`);
    },
    ForOfStatement: loop,
    ForInStatement: loop,
    // Without a semicolon before it, a statement that begins with a parenthesis would be taken for a call.
    ExpressionStatement({ start }) {
      if (edits.isParenthesized(start)) text.prependRight(start, "0, ");
    },
  });
  const counters = Array.from({ length: loops }, (_, i) => `${names.counter}${String(i + 1)}`);
  return loops === 0 ? "" : `let ${counters.join(", ")};`;
}

/** What is put around expressions, in place of the text they have. */
class Edits {
  readonly text: MagicString;
  readonly #parenthesized = new Set<number>();

  constructor(text: MagicString) {
    this.text = text;
  }

  around({ start, end }: Node, before: string, after: string): void {
    this.text.prependRight(start, before);
    this.text.appendLeft(end, after);
    if (before.startsWith("(")) this.#parenthesized.add(start);
  }

  /** Whether what begins at an offset begins with a parenthesis now. */
  isParenthesized(start: number): boolean {
    return this.#parenthesized.has(start);
  }

  /** Makes arguments of a call of the two operands. */
  commaForOperator({ left, operator }: BinaryExpression | LogicalExpression): void {
    const start = operatorAt(this.text.original, left.end);
    this.text.overwrite(start, start + operator.length, ",");
  }
}

/** A member put before another value may be a number from DynamoDB (aws-appsync-community#308). */
function rewriteSum(node: BinaryExpression, edits: Edits, sum: string): void {
  const { left, right } = node;
  if (left.type !== "MemberExpression" || !isPath(left)) return;
  if (right.type === "Literal" && typeof right.value !== "string") return;
  const { start, end } = left.object;
  edits.commaForOperator(node);
  edits.around(node, `${sum}(`, `, ${edits.text.original.slice(start, end)})`);
}

/** Whether an expression names a value in data, so that it can be evaluated twice: `ctx.result.items[0].n`. */
function isPath(node: Expression | Super | PrivateIdentifier): boolean {
  if (node.type !== "MemberExpression") return node.type === "Identifier";
  const isNamed = !node.computed || node.property.type === "Identifier" || node.property.type === "Literal";
  return isNamed && !node.optional && isPath(node.object);
}

function nullForUndefined(node: Node, edits: Edits): void {
  edits.around(node, "((", ") ?? null)");
}

/** Expressions whose value is neither null nor undefined, whatever happens. */
const NEVER_NULL = [
  "ArrayExpression",
  "ArrowFunctionExpression",
  "BinaryExpression",
  "FunctionExpression",
  "ObjectExpression",
  "TemplateLiteral",
];

function mayBeNull(node: Expression): boolean {
  if (node.type === "Literal") return node.raw === "null";
  if (node.type === "UnaryExpression") return node.operator === "void";
  return !NEVER_NULL.includes(node.type);
}

function rewriteSwitch({ discriminant, cases }: SwitchStatement, edits: Edits): void {
  // With ?. on what is switched on, no case matches, only default (aws-appsync-community#411).
  if (discriminant.type === "ChainExpression") {
    edits.around(discriminant, "((", "), {})");
    return;
  }
  const nullable = cases.flatMap(({ test }) => (test && mayBeNull(test) ? [test] : []));
  if (nullable.length === 0) return;
  for (const node of [discriminant, ...nullable]) nullForUndefined(node, edits);
}

/** A loop goes round a thousand times at most; then it stops, silently (aws-appsync-community#371). */
function limitLoop({ right, body }: ForOfStatement | ForInStatement, edits: Edits, counter: string): void {
  const guard = ` if ((${counter} += 1) > ${String(MAX_ITERATIONS)}) break; `;
  edits.around(right, `(${counter} = 0, `, ")");
  if (body.type === "BlockStatement") edits.text.prependRight(body.start + 1, guard);
  else edits.around(body, `{${guard}`, "}");
}

/** Whether evaluating an expression calls a function; what is called in a function it makes does not count. */
function hasCall(expression: Expression): boolean {
  let found = false;
  const call = () => {
    found = true;
  };
  const outsideFunctions = { ...base, Function: () => undefined };
  simple(expression, { CallExpression: call, TaggedTemplateExpression: call }, outsideFunctions);
  return found;
}

/** Where the operator stands behind the left operand of an expression, which may be in parentheses. */
function operatorAt(code: string, leftEnd: number): number {
  const between = /(?:[\s)]|\/\*[^]*?\*\/|\/\/.*)*/y;
  between.lastIndex = leftEnd;
  between.exec(code);
  return between.lastIndex;
}
