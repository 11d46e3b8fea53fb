// The process in which resolver code runs: one realm for each piece of code, calls read as lines and answered as lines.
// It is a process of its own because one allocation too large ends a process, and because a loop may never end.

import { createContext, Script } from "node:vm";
import { Worker } from "node:worker_threads";
import type { ResolverModule } from "../sandbox/entry.ts";
import { readLines } from "../../lines.ts";
import { PART_SEPARATOR, type Command, type Handler, type LoadReport, type SandboxStart } from "./wire.ts";

/** Slot 0 of the memory shared with the watch: how many calls have begun and ended; odd while one runs. */
const beat = new Int32Array(new SharedArrayBuffer(4));

/**
 * Ends the process when one call lasts longer than allowed. It cannot be the main thread, which the loop occupies. What
 * counts is the processor's time: on a busy machine honest code takes longer by the clock. Code cannot wait, so that a call
 * which lasts uses the processor.
 */
function watch(timeLimitMs: number): void {
  const source = `
    const { workerData } = require("node:worker_threads");
    const { beat, timeLimitMs } = workerData;
    const usedMs = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; };
    let last = 0, sinceMs = usedMs();
    setInterval(() => {
      const now = Atomics.load(beat, 0);
      if (now !== last || now % 2 === 0) { last = now; sinceMs = usedMs(); }
      else if (usedMs() - sinceMs >= timeLimitMs) process.kill(process.pid, "SIGKILL");
    }, timeLimitMs / 10);`;
  new Worker(source, { eval: true, workerData: { beat, timeLimitMs }, stdin: false }).unref();
}

/** The first line is a `SandboxStart` as JSON. Every line is answered by one line, in order. */
function main(): void {
  const modules = new Map<string, ResolverModule>();
  let sandbox: Script | undefined;
  readLines(process.stdin, (line) => {
    if (sandbox === undefined) {
      const { script, timeLimitMs } = JSON.parse(line) as SandboxStart;
      sandbox = new Script(script, { filename: "sandbox.js" });
      watch(timeLimitMs);
      process.stdout.write("\n");
      return;
    }
    Atomics.add(beat, 0, 1);
    const answer = serve(line, modules, sandbox);
    Atomics.add(beat, 0, 1);
    // At once, even where more is waiting: whoever reads the answers takes the first unanswered call for the one that
    // ended the process.
    process.stdout.write(`${answer}\n`);
  });
  // The end of the input is the end of the runtime, however it ended.
  process.stdin.on("end", () => process.exit());
}

function serve(line: string, modules: Map<string, ResolverModule>, sandbox: Script): string {
  const [command = "", key = "", nowMs = "", seed = "", source = "", content = ""] =
    line.split(PART_SEPARATOR);
  switch (command as Command) {
    case "unload":
      modules.delete(key);
      return "";
    case "load":
      return load(key, Number(nowMs), seed, JSON.parse(content) as string);
    case "request":
    case "response":
      try {
        return modules.get(key)?.call(command as Handler, Number(nowMs), seed, source, content) ?? "";
      } catch {
        // The thrown value may be an object of the realm: it is not looked at.
        return "";
      }
  }

  function load(key: string, nowMs: number, seed: string, code: string): string {
    let script: Script;
    try {
      script = new Script(code, { filename: "code.js" });
    } catch (error) {
      return JSON.stringify({ refusal: String(error) } satisfies LoadReport);
    }
    try {
      const module = define(script, sandbox);
      modules.set(key, module);
      return module.load(nowMs, seed);
    } catch {
      return "";
    }
  }
}

/** A fresh realm with the sandbox and one piece of compiled resolver code in it. */
function define(code: Script, sandbox: Script): ResolverModule {
  const realm = createContext(Object.create(null) as object, {
    codeGeneration: { strings: false, wasm: false },
    microtaskMode: "afterEvaluate",
  });
  const defineModule = sandbox.runInContext(realm) as (moduleFunction: unknown) => ResolverModule;
  // node:vm takes a function that is assigned to an undeclared name for a new global, even in strict code.
  Object.freeze(realm);
  return defineModule(code.runInContext(realm));
}

main();
