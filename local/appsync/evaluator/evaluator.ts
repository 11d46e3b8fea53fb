// Runs APPSYNC_JS code, in a process of its own that holds nothing of value.
//
// What a call costs, as a multiple of a plain call into a realm of this thread (3 µs, two cores): with a time limit by
// node:vm 19, which keeps the event loop waiting and lets one allocation too large end the runtime (in a worker thread it
// does so too); by a line to another process 14 one after the other, 9 with 16 under way. Hence the other process.

import { spawn, type ChildProcessByStdio } from "node:child_process";
import { randomBytes } from "node:crypto";
import type { Readable, Writable } from "node:stream";
import type { Clock } from "../../clock.ts";
import { bundleEvaluator, type EvaluatorSources } from "./bundle.ts";
import { compileResolverCode, ResolverCodeError } from "./compile.ts";
import { readLines } from "./lines.ts";
import { PART_SEPARATOR, type CallReport, type Handler, type LoadReport, type SandboxStart } from "./wire.ts";

/** What the heap of the process may grow to; AppSync's own limit is not published. */
const HEAP_LIMIT_MB = 256;

export interface Evaluation {
  readonly report: CallReport;
  /** The handler's result as JSON text. */
  readonly result: string;
  /** The stash after the call as JSON text. */
  readonly stash: string;
}

/** A piece of resolver code that is ready to be called. */
export interface LoadedCode {
  /** @param context the handler's argument as JSON text: an object without the member `args`. */
  call(handler: Handler, context: string): Promise<Evaluation>;
}

export interface Evaluator {
  /** Rejects with a ResolverCodeError for code that does not parse, imports what there is not, or lacks a handler. */
  load(code: string): Promise<LoadedCode>;
  close(): Promise<void>;
}

export interface EvaluatorOptions {
  readonly clock: Clock;
  /** How long one call of a handler may last. */
  readonly timeLimitMs: number;
}

/** Starts the process; it is started again whenever code has ended it. */
export async function openEvaluator({ clock, timeLimitMs }: EvaluatorOptions): Promise<Evaluator> {
  const lines = conversation(await bundleEvaluator(), timeLimitMs);
  let loaded = 0;
  const ask = (command: Handler | "load", key: number, content: string) => {
    const seed = randomBytes(16).toString("hex");
    return lines.ask([command, key, clock(), seed, content].join(PART_SEPARATOR), command === "load");
  };
  return {
    async load(code) {
      const key = loaded++;
      const answer = await ask("load", key, JSON.stringify(await compileResolverCode(code)));
      const { refusal } =
        answer === "" ? { refusal: "its top level does not end" } : (JSON.parse(answer) as LoadReport);
      if (refusal !== null) throw new ResolverCodeError(refusal);
      return {
        async call(handler, context) {
          return toEvaluation(await ask(handler, key, context), timeLimitMs);
        },
      };
    },
    close: () => lines.close(),
  };
}

function toEvaluation(answer: string, timeLimitMs: number): Evaluation {
  const [report, result, stash] = answer.split(PART_SEPARATOR);
  if (report === undefined || result === undefined || stash === undefined) {
    const message = `the code was stopped: it took more than ${timeLimitMs} ms or ${HEAP_LIMIT_MB} MB`;
    return {
      report: {
        ending: { kind: "faulted", message },
        appended: [],
        logs: [],
        subscriptionFilter: null,
        invalidationFilter: null,
      },
      result: "null",
      stash: "{}",
    };
  }
  return { report: JSON.parse(report) as CallReport, result, stash };
}

interface Question {
  readonly line: string;
  readonly answered: (line: string) => void;
}

interface Conversation {
  /**
   * Sends a line and waits for its answer; an empty one when the line ended the process.
   * @param repeated whether it is said again, first of all, to a process that takes the place of this one.
   */
  ask(line: string, repeated: boolean): Promise<string>;
  close(): Promise<void>;
}

type EvaluatorProcess = ChildProcessByStdio<Writable, Readable, null>;

/** Lines to the process and back. Answers come in order, so that the oldest question is the one being worked on. */
function conversation(sources: EvaluatorSources, timeLimitMs: number): Conversation {
  const repeatedLines: string[] = [];
  let open: Question[] = [];
  let closed = false;
  let current = start();

  function start(): EvaluatorProcess {
    const child = spawn(process.execPath, [`--max-old-space-size=${HEAP_LIMIT_MB}`, "-e", sources.program], {
      stdio: ["pipe", "pipe", "ignore"],
      env: {},
    });
    const first: SandboxStart = { script: sources.sandbox, timeLimitMs };
    child.stdin.on("error", () => undefined); // whoever ended the process is found when its exit is told
    child.stdin.write(`${JSON.stringify(first)}\n`);
    readLines(child.stdout, (line) => open.shift()?.answered(line));
    child.on("close", () => {
      if (!closed) restart();
    });
    return child;
  }

  function restart(): void {
    const [culprit, ...others] = open;
    open = [];
    current = start();
    for (const line of repeatedLines) say({ line, answered: () => undefined });
    for (const question of others) say(question);
    culprit?.answered("");
  }

  function say(question: Question): void {
    open.push(question);
    current.stdin.write(`${question.line}\n`);
  }

  return {
    ask: (line, repeated) =>
      new Promise((resolve) => {
        say({
          line,
          answered(answer) {
            if (repeated && answer !== "") repeatedLines.push(line);
            resolve(answer);
          },
        });
      }),
    close: () =>
      new Promise((resolve) => {
        closed = true;
        current.once("close", () => {
          resolve();
        });
        current.kill("SIGKILL"); // it holds nothing
      }),
  };
}
