// The sources of the process in which resolver code runs, bundled when the runtime starts.

import { bundleProgram } from "../../bundle-program.ts";

/**
 * What the sandbox's own code uses of the realm. The realm loses these globals before resolver code runs, so they are
 * taken beforehand.
 */
const OWN_GLOBALS = [
  "Array",
  "BigInt",
  "Boolean",
  "Date",
  "Error",
  "Intl",
  "JSON",
  "Map",
  "Math",
  "Number",
  "Object",
  "Proxy",
  "Reflect",
  "RegExp",
  "Set",
  "String",
  "Symbol",
  "SyntaxError",
  "TypeError",
  "decodeURIComponent",
  "encodeURIComponent",
];

export interface EvaluatorSources {
  /** A CommonJS program for a Node process. */
  readonly program: string;
  /** A script for a bare realm; its value is the function `define` of the sandbox. */
  readonly sandbox: string;
}

export async function bundleEvaluator(): Promise<EvaluatorSources> {
  const [program, sandbox] = await Promise.all([
    bundleProgram(new URL("./process.ts", import.meta.url)),
    bundleProgram(new URL("../sandbox/entry.ts", import.meta.url)),
  ]);
  return {
    program,
    // Strict from its first word on: a function that is called without an object must not be given the realm's globals.
    sandbox: `(function () { "use strict";
const { ${OWN_GLOBALS.join(", ")} } = globalThis;
const module = { exports: {} };
${sandbox}
return module.exports.define;
})()`,
  };
}
