// Resolver code is an ES module in a language of its own; the place where it runs takes a script. The one is rewritten
// into the other, and every place in the script can be found again in the code.

import { parse, tokTypes, type Node, type Program, type Token } from "acorn";
import { simple } from "acorn-walk";
import MagicString from "magic-string";
import { takeOutModuleSyntax } from "./module-syntax.ts";
import { placesOf, type CallSite, type FindPlace } from "./places.ts";
import { rewriteSemantics } from "./semantics.ts";

/** Resolver code that cannot be used: it does not parse, imports what there is not, or lacks a handler. */
export class ResolverCodeError extends Error {
  override readonly name = "ResolverCodeError";
}

export interface CompiledCode {
  /**
   * A script whose value is a function of the names in scope, giving a function of `require` and of what adds a member to
   * another value, giving the exports.
   */
  readonly script: string;
  readonly placeOf: FindPlace;
}

/** The names that resolver code finds in scope, besides the constants of the language. */
const SCOPE = [
  "util",
  "runtime",
  "extensions",
  "console",
  "Object",
  "Array",
  "String",
  "Number",
  "Boolean",
  "Math",
  "JSON",
];

/** Compiles resolver code. Throws a ResolverCodeError that says where it does not parse. */
export function compileResolverCode(code: string): CompiledCode {
  try {
    return compiled(code);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ResolverCodeError("the code is nested too deeply", { cause: error });
  }
}

function compiled(code: string): CompiledCode {
  const names = new Set<string>();
  const program = parsed(code, names);
  refuseAsynchrony(program, code);
  const text = new MagicString(code);
  const own = unusedName(names);
  const declarations = rewriteSemantics(program, text, { counter: `${own}loop`, sum: `${own}sum` });
  const { head, tail } = takeOutModuleSyntax(program, text, `${own}require`);
  // The inner function has the code's own declarations, which may be named like what is in scope. What is in scope is
  // made of parameters, so that a call which assigns to them changes nothing for the next.
  text.prepend(
    `(function ({ ${SCOPE.join(", ")} }) { return function (${own}require, ${own}sum) { "use strict"; ${head} ${declarations} `,
  );
  text.append(`\n${tail} } })`);
  const { mappings } = text.generateDecodedMap({ hires: "boundary" });
  return { script: text.toString(), placeOf: placesOf(code, mappings, callsIn(program)) };
}

/** Node's V8 knows this edition; what is newer AppSync does not know either. */
const ECMA_VERSION = 2023;

/** @param names takes up the names in the code as they are meant: what is written with escapes is none the less used. */
function parsed(code: string, names: Set<string>): Program {
  try {
    return parse(code, {
      ecmaVersion: ECMA_VERSION,
      sourceType: "module",
      allowHashBang: false,
      onToken(token) {
        const { type, value } = token as Token & { readonly value?: unknown }; // not in acorn's declarations
        if (type === tokTypes.name) names.add(String(value));
      },
    });
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const { pos } = error as SyntaxError & { readonly pos?: number };
    const text = error.message.replace(/ \(\d+:\d+\)$/, "");
    throw new ResolverCodeError(`${placeText(code, pos ?? 0)}: ${text}`, { cause: error });
  }
}

/**
 * Nothing in resolver code may go on after its handler has returned. And `import()` fails with an object of the process
 * outside the realm, which must not get into the code's hands.
 */
function refuseAsynchrony(program: Program, code: string): void {
  const refuse = (what: string) => (node: Node) => {
    throw new ResolverCodeError(`${placeText(code, node.start)}: ${what} is not supported`);
  };
  const refuseAsync = (node: Node & { readonly async: boolean }) => {
    if (node.async) refuse("an async function")(node);
  };
  simple(program, {
    ImportExpression: refuse("import()"),
    MetaProperty: refuse("a meta property"),
    AwaitExpression: refuse("await"),
    Function: refuseAsync,
  });
}

function callsIn(program: Program): CallSite[] {
  const calls: CallSite[] = [];
  simple(program, {
    CallExpression({ callee, start }) {
      calls.push({ calleeStart: callee.start, calleeEnd: callee.end, start });
    },
  });
  return calls;
}

/** The beginning of names that are not among the ones the code uses. */
function unusedName(used: ReadonlySet<string>): string {
  let beginning = "$appsync_";
  while ([...used].some((name) => name.startsWith(beginning))) beginning += "_";
  return beginning;
}

function placeText(code: string, offset: number): string {
  const before = code.slice(0, offset).split("\n");
  return `code.js:${String(before.length)}:${String((before.at(-1)?.length ?? 0) + 1)}`;
}
