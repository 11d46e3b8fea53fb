// Resolver code is an ES module; the place where it runs takes a script. esbuild rewrites the one into the other.

import { transform, type TransformFailure } from "esbuild";

/** Resolver code that cannot be used: it does not parse, imports what there is not, or lacks a handler. */
export class ResolverCodeError extends Error {
  override readonly name = "ResolverCodeError";
}

/**
 * The code as the source of a script whose value is a function: of the names in scope, giving a function of a CommonJS
 * module and its `require`. Imports keep their aliases, since they are rewritten on the syntax tree.
 * Throws a ResolverCodeError that says where the code does not parse.
 */
export async function compileResolverCode(code: string): Promise<string> {
  let compiled: string;
  try {
    ({ code: compiled } = await transform(code, { format: "cjs", target: "node20", logLevel: "silent" }));
  } catch (error) {
    throw new ResolverCodeError(syntaxErrorText(error), { cause: error });
  }
  // The inner function has the code's own declarations, which may be named like what is in scope.
  return `(function ({ util, runtime, extensions, console }) { return function (module, require) { "use strict";\n${compiled}\n} })`;
}

function syntaxErrorText(error: unknown): string {
  const [first] = (error as Partial<TransformFailure>).errors ?? [];
  if (first === undefined) return String(error);
  const { text, location } = first;
  return location === null ? text : `code.js:${location.line}:${location.column + 1}: ${text}`;
}
