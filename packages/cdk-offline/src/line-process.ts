// Lines to a process and back. The process may end at any time: it is started again, and whatever ended it is told so.

import { spawn, type ChildProcessByStdio } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { readLines } from "./lines.ts";

export interface LineProcessOptions {
  /** What the process does, as its errors say it, such as `evaluates resolver code`. */
  readonly purpose: string;
  /** A CommonJS program that answers every line with one line, in order. */
  readonly program: string;
  /** Options of Node.js for it. */
  readonly flags: readonly string[];
  /** What is said to it first of all, each time it starts. */
  readonly firstLine: string;
  /** Told at each start of the lines that are said next, because lines that wait need them. */
  readonly onStart: (needed: ReadonlySet<string>) => void;
}

/** Takes the place of an answer: the line ended the process. */
export class ProcessEnd {
  readonly signal: NodeJS.Signals | null;

  constructor(signal: NodeJS.Signals | null) {
    this.signal = signal;
  }
}

/** There is no process to ask: it ended several times running while it started, or it was closed. */
export class ProcessStartError extends Error {
  override readonly name = "ProcessStartError";
}

export interface LineProcess {
  /**
   * Sends a line and waits for its answer. Rejects with a ProcessStartError when the process cannot be started; a later
   * line tries again.
   * @param needed a line that has to be said before this one to a process that was started anew.
   */
  ask(line: string, needed?: string): Promise<string | ProcessEnd>;
  close(): Promise<void>;
}

/** How often running a start may fail. */
const MAX_FAILED_STARTS = 3;
/** How much of what the process says of its end is told. */
const LAST_WORDS_CHARACTERS = 1_000;

interface Question {
  readonly line: string;
  readonly needed: string | undefined;
  readonly answered: (answer: string | ProcessEnd) => void;
  readonly failed: (error: ProcessStartError) => void;
  /** Whether it belongs to the start of the process. */
  readonly first: boolean;
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

const noticed = () => undefined;

/** Starts the process. Answers come in order, so that the oldest question is the one being worked on. */
export function openLineProcess(options: LineProcessOptions): LineProcess {
  const closedError = () => new ProcessStartError(`the process that ${options.purpose} is closed`);
  let open: Question[] = [];
  let failedStarts = 0;
  let closed = false;
  let current: Child | undefined;

  function start(): Child {
    const child = spawn(process.execPath, [...options.flags, "-e", options.program], {
      stdio: ["pipe", "pipe", "pipe"],
      env: {},
    });
    let lastWords = "";
    let failure: Error | undefined;
    let ended = false;
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      lastWords = (lastWords + text).slice(-LAST_WORDS_CHARACTERS);
    });
    child.stdin.on("error", noticed); // whoever ended the process is found when its end is told
    readLines(child.stdout, (line) => open.shift()?.answered(line));
    const end = (code: number | null, signal: NodeJS.Signals | null) => {
      if (ended || closed) return;
      ended = true;
      const how = failure?.message ?? (signal === null ? `exit code ${String(code)}` : `signal ${signal}`);
      restart(signal, `${how}${lastWords === "" ? "" : `: ${lastWords.trim()}`}`);
    };
    child.on("error", (error) => {
      failure = error;
      // A process that could not be made has no end to tell of.
      if (child.pid === undefined) end(null, null);
    });
    child.on("close", end);
    return child;
  }

  function begin(waiting: readonly Question[]): void {
    const child = start();
    current = child;
    const needed = new Set(waiting.flatMap((question) => question.needed ?? []));
    options.onStart(needed);
    const firsts = [options.firstLine, ...needed].map((line): Question => {
      return { line, needed: undefined, answered: noticed, failed: noticed, first: true };
    });
    open = [...firsts, ...waiting];
    for (const { line } of open) child.stdin.write(`${line}\n`);
  }

  function restart(signal: NodeJS.Signals | null, how: string): void {
    current = undefined;
    const starting = open[0]?.first === true;
    const culprit = starting ? undefined : open.shift();
    const waiting = open.filter(({ first }) => !first);
    open = [];
    failedStarts = starting ? failedStarts + 1 : 0;
    if (failedStarts < MAX_FAILED_STARTS) {
      begin(waiting);
    } else {
      const error = new ProcessStartError(
        `the process that ${options.purpose} ended ${String(failedStarts)} times while starting (${how})`,
      );
      failedStarts = 0;
      for (const { failed } of waiting) failed(error);
    }
    culprit?.answered(new ProcessEnd(signal));
  }

  begin([]);
  return {
    ask: (line, needed) =>
      new Promise((answered, failed) => {
        const question: Question = { line, needed, answered, failed, first: false };
        if (closed) {
          failed(closedError());
          return;
        }
        if (current === undefined) {
          begin([question]);
          return;
        }
        open.push(question);
        current.stdin.write(`${line}\n`);
      }),
    close: () =>
      new Promise((resolve) => {
        closed = true;
        for (const { failed } of open) failed(closedError());
        if (current?.pid === undefined || current.exitCode !== null || current.signalCode !== null) {
          resolve();
          return;
        }
        current.once("close", () => {
          resolve();
        });
        current.kill("SIGKILL"); // it holds nothing
      }),
  };
}
