// The program of the process in which one viewer function runs, in a bare realm: nothing but text goes in or out.

import { createContext, Script, type Context } from "node:vm";
import { readLines } from "../lines.ts";
import type { FunctionAnswer } from "./viewer-function.ts";

/** CloudFront allows less than a millisecond; this only ends what never ends, on a slow machine as well. */
const TIME_LIMIT_MS = 5_000;

/** What a function finds beside JavaScript's own globals. What it says to the console goes nowhere. */
const GLOBALS = `const console = { log() {}, error() {}, warn() {}, info() {}, debug() {} };`;

const CALL = new Script(
  `answer = undefined;
  Promise.resolve().then(() => handler(JSON.parse(event))).then((value) => JSON.stringify({ value })).then(
    (text) => { answer = text },
    (reason) => {
      let error = "it failed";
      try { error = String(reason) } catch {}
      answer = JSON.stringify({ error });
    },
  );`,
  { filename: "call.js" },
);

/** The first line is the code as JSON; each line after it is an event, answered by a `FunctionAnswer`. */
function main(): void {
  let realm: Context | undefined;
  let refusal: string | undefined;
  readLines(process.stdin, (line) => {
    if (realm === undefined) {
      realm = createContext(
        { event: "", answer: undefined },
        { codeGeneration: { strings: false, wasm: false }, microtaskMode: "afterEvaluate" },
      );
      refusal = tried(realm, () => new Script(`${GLOBALS}${JSON.parse(line) as string}`));
      process.stdout.write("\n");
      return;
    }
    process.stdout.write(`${refusal === undefined ? call(realm, line) : failed(refusal)}\n`);
  });
  // The end of the input is the end of the runtime, however it ended.
  process.stdin.on("end", () => process.exit());
}

function call(realm: Context, event: string): string {
  realm["event"] = event;
  const refusal = tried(realm, () => CALL);
  if (refusal !== undefined) return failed(refusal);
  const answer: unknown = realm["answer"];
  return typeof answer === "string" ? answer : failed("the promise of the function is never settled");
}

/** Runs a script; answers why it failed. What is thrown may be the realm's own, whose text may be anything. */
function tried(realm: Context, script: () => Script): string | undefined {
  try {
    script().runInContext(realm, { timeout: TIME_LIMIT_MS });
    return undefined;
  } catch (error) {
    try {
      return String(error);
    } catch {
      return "it failed";
    }
  }
}

const failed = (error: string): string => JSON.stringify({ error } satisfies FunctionAnswer);

main();
