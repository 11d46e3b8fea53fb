// Runs APPSYNC_JS code, in a process of its own that holds nothing of value.
//
// What a call costs, as a multiple of a plain call into a realm of this thread (3 µs, two cores): with a time limit by
// node:vm 19, which keeps the event loop waiting and lets one allocation too large end the runtime (in a worker thread it
// does so too); by a line to another process 14 one after the other, 9 with 16 under way. Hence the other process.

import { randomBytes } from "node:crypto";
import type { Clock } from "../../clock.ts";
import { bundleEvaluator } from "./bundle.ts";
import { compileResolverCode, ResolverCodeError, type CompiledCode } from "./compile.ts";
import { openLineProcess, ProcessEnd } from "../../line-process.ts";
import type { FindPlace } from "./places.ts";
import {
  bareReport,
  type DYNAMODB,
  MAX_RESULT_BYTES,
  PART_SEPARATOR,
  TOO_LARGE,
  type CallReport,
  type Command,
  type CompiledCallReport,
  type Ending,
  type Handler,
  type LoadReport,
  type PrintedLine,
  type SandboxStart,
} from "./wire.ts";

/** What the heap of the process may grow to; AppSync's own limit is not published. */
const HEAP_LIMIT_MB = 256;

/** How many pieces of code are kept ready. A realm takes about 0.6 MB. */
const MAX_READY = 150;

/**
 * A second wall, should code get out of its realm: the process may not touch files or start others, and makes no code
 * from text. The flag's name changed with Node.js 23.5.
 */
const CONFINEMENT = [
  process.allowedNodeEnvironmentFlags.has("--permission") ? "--permission" : "--experimental-permission",
  "--allow-worker",
  "--disallow-code-generation-from-strings",
  "--no-warnings",
];

export interface Evaluation {
  readonly report: CallReport;
  /** The handler's result as JSON text. */
  readonly result: string;
  /** The stash after the call as JSON text. */
  readonly stash: string;
}

/** A piece of resolver code that is ready to be called. */
export interface LoadedCode {
  /**
   * @param context the handler's argument as JSON text: an object without the member `args`.
   * @param resultFrom where `ctx.result` comes from, if it is DynamoDB: its numbers have a flaw on AppSync.
   */
  call(handler: Handler, context: string, resultFrom?: typeof DYNAMODB): Promise<Evaluation>;
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
  const sources = await bundleEvaluator();
  const start: SandboxStart = { script: sources.sandbox, timeLimitMs };
  /** The lines that loaded what the process has ready; the least recently called first. */
  const ready = new Set<string>();
  const lines = openLineProcess({
    purpose: "evaluates resolver code",
    program: sources.program,
    flags: [`--max-old-space-size=${String(HEAP_LIMIT_MB)}`, ...CONFINEMENT],
    firstLine: JSON.stringify(start),
    onStart(needed) {
      ready.clear();
      for (const line of needed) ready.add(line);
    },
  });
  let loaded = 0;

  function lineOf(command: Command, key: number, content: string, resultFrom = ""): string {
    return [command, key, clock(), randomBytes(16).toString("hex"), resultFrom, content].join(PART_SEPARATOR);
  }
  /** For lines whose answer says nothing. Where they meet a fault, so does the next question. */
  function say(line: string): void {
    lines.ask(line).catch(() => undefined);
  }
  /** Makes the code that a line loads the most recently called. */
  function keepReady(loadLine: string): void {
    ready.delete(loadLine);
    ready.add(loadLine);
    if (ready.size <= MAX_READY) return;
    const [oldest = ""] = ready;
    ready.delete(oldest);
    const [, key] = oldest.split(PART_SEPARATOR, 2);
    say(lineOf("unload", Number(key), ""));
  }

  return {
    async load(code) {
      const { script, placeOf } = compileResolverCode(code);
      const key = loaded++;
      const loadLine = lineOf("load", key, JSON.stringify(script));
      const refusal = refusalIn(await lines.ask(loadLine), placeOf);
      if (refusal !== null) {
        say(lineOf("unload", key, ""));
        throw new ResolverCodeError(refusal);
      }
      keepReady(loadLine);
      return {
        async call(handler, context, resultFrom) {
          if (!ready.has(loadLine)) say(loadLine);
          keepReady(loadLine);
          const answer = await lines.ask(lineOf(handler, key, inOneLine(context), resultFrom), loadLine);
          return toEvaluation(answer, placeOf, timeLimitMs);
        },
      };
    },
    close: () => lines.close(),
  };
}

/** JSON text has raw separators between its values only, where they mean no more than a space. */
function inOneLine(text: string): string {
  return /[\n\t]/.test(text) ? text.replaceAll(/[\n\t]/g, " ") : text;
}

function refusalIn(answer: string | ProcessEnd, placeOf: CompiledCode["placeOf"]): string | null {
  if (answer instanceof ProcessEnd || answer === "") return "its top level does not end";
  const { refusal, place } = JSON.parse(answer) as LoadReport;
  if (refusal === null) return null;
  return `${placeText(placeOf(place))}${refusal}`;
}

function placeText(place: ReturnType<FindPlace>): string {
  return place === undefined ? "" : `code.js:${String(place.line)}:${String(place.column)}: `;
}

function toEvaluation(
  answer: string | ProcessEnd,
  placeOf: CompiledCode["placeOf"],
  timeLimitMs: number,
): Evaluation {
  if (answer instanceof ProcessEnd)
    return endedBy({ kind: "faulted", message: stopText(answer, timeLimitMs) });
  const [report, result, stash] = answer.split(PART_SEPARATOR);
  if (report === undefined || result === undefined || stash === undefined) {
    return endedBy({ kind: "faulted", message: "the code was stopped: its call came to no answer" });
  }
  // No more bytes than three times the UTF-16 units.
  if (result.length * 3 > MAX_RESULT_BYTES && Buffer.byteLength(result) > MAX_RESULT_BYTES) {
    return endedBy(TOO_LARGE);
  }
  return { report: toCallReport(JSON.parse(report) as CompiledCallReport, placeOf), result, stash };
}

function toCallReport(report: CompiledCallReport, placeOf: FindPlace): CallReport {
  return {
    ...report,
    ending: placedEnding(report.ending, placeOf),
    logs: report.logs.length === 0 ? [] : report.logs.map((line) => logLine(line, placeOf)),
  };
}

function placedEnding(ending: Ending, placeOf: FindPlace): Ending {
  if (ending.kind !== "faulted") return ending;
  const { kind, message } = ending;
  const place = placeOf(ending.place);
  return place === undefined ? { kind, message } : { kind, message, place };
}

/** https://docs.aws.amazon.com/appsync/latest/devguide/test-resolvers.html */
function logLine({ level, text, place }: PrintedLine, placeOf: FindPlace): string {
  return `${level} - ${placeText(placeOf(place))}${text}`;
}

/** How V8 ends a process whose heap is full. */
const HEAP_SIGNALS = ["SIGABRT", "SIGILL", "SIGTRAP"];

/** The watch in the process ends it by SIGKILL. */
function stopText({ signal }: ProcessEnd, timeLimitMs: number): string {
  if (signal === "SIGKILL") return `the code was stopped: it took more than ${String(timeLimitMs)} ms`;
  if (signal !== null && HEAP_SIGNALS.includes(signal)) {
    return `the code was stopped: it took more than ${String(HEAP_LIMIT_MB)} MB`;
  }
  return "the code was stopped: it ended its process";
}

function endedBy(ending: Ending): Evaluation {
  return { report: bareReport(ending), result: "null", stash: "{}" };
}
