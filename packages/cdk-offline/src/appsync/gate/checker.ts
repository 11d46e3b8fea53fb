// Runs the checks in a process of their own: the compiler and the linter take a second to load and much memory, and code
// can be written on which they take for ever.

import { spawn, type ChildProcessByStdio } from "node:child_process";
import type { Socket } from "node:net";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { readLines } from "../../lines.ts";
import type { Finding } from "./finding.ts";

/** How long one piece of code may be checked. It takes some 50 ms, the first one a second. */
const TIME_LIMIT_MS = 60_000;

/** What the heap of the process may grow to. */
const HEAP_LIMIT_MB = 512;

/** How much is kept of what the process says in trouble. */
const MAX_TROUBLE = 2000;

export interface Checker {
  /** Rejects when the code ends the process or takes longer than allowed. */
  check(code: string): Promise<readonly Finding[]>;
  close(): Promise<void>;
}

export interface CheckerOptions {
  /** How long the process waits for more before it ends, in milliseconds. It is started again when it is needed. */
  readonly idleMs: number;
  /** How long one piece of code may be checked, in milliseconds. Default is 60,000. */
  readonly timeLimitMs?: number;
}

/** Starts nothing yet. A process that waits keeps Node from nothing: it ends with the one that started it. */
export function openChecker({ idleMs, timeLimitMs = TIME_LIMIT_MS }: CheckerOptions): Checker {
  let program: Promise<string> | undefined;
  let current: CheckerProcess | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let closed = false;

  async function check(code: string): Promise<readonly Finding[]> {
    program ??= bundle();
    const text = await program;
    if (closed) throw new Error("resolver code could not be checked: the gate is closed");
    if (current === undefined || current.isOver()) current = startProcess(text, { idleMs, timeLimitMs });
    return current.check(code);
  }
  return {
    check(code) {
      // One after the other, so that the one being checked is to blame when the process ends.
      const answer = last.then(() => check(code));
      last = answer.catch(() => undefined);
      return answer;
    },
    async close() {
      closed = true;
      await current?.close();
    },
  };
}

/** The checks as a CommonJS program, which starts sooner than one of ES modules. */
async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("./process.ts", import.meta.url))],
    bundle: true,
    packages: "external",
    write: false,
    platform: "node",
    format: "cjs",
    target: "node20",
    define: { "import.meta.url": JSON.stringify(import.meta.url) },
    logLevel: "silent",
  });
  return outputFiles[0]?.text ?? "";
}

interface CheckerProcess extends Checker {
  isOver(): boolean;
}

function startProcess(program: string, { idleMs, timeLimitMs }: Required<CheckerOptions>): CheckerProcess {
  const child: ChildProcessByStdio<Writable, Readable, Readable> = spawn(
    process.execPath,
    [`--max-old-space-size=${String(HEAP_LIMIT_MB)}`, "-e", program],
    {
      cwd: fileURLToPath(new URL(".", import.meta.url)), // packages are looked for from here
      env: {},
      stdio: ["pipe", "pipe", "pipe"],
    },
  );
  const handles = [child, ...[child.stdin, child.stdout, child.stderr].map((stream) => stream as Socket)];
  const hold = (held: boolean) => {
    for (const handle of handles) {
      if (held) handle.ref();
      else handle.unref();
    }
  };
  let over = false;
  let trouble = "";
  let waiting:
    { readonly answered: (line: string) => void; readonly ended: (error: Error) => void } | undefined;
  let timer: NodeJS.Timeout | undefined;
  const wait = (milliseconds: number, act: () => void) => {
    clearTimeout(timer);
    timer = setTimeout(act, milliseconds).unref();
  };

  const gone = new Promise<void>((resolve) => {
    child.once("close", () => {
      over = true;
      clearTimeout(timer);
      waiting?.ended(
        new Error(`resolver code could not be checked: ${trouble.trim() || "the process ended"}`),
      );
      resolve();
    });
  });
  child.once("error", (error) => (trouble = error.message));
  child.stdin.on("error", () => undefined); // its end is told by `close`
  child.stderr
    .setEncoding("utf8")
    .on("data", (text: string) => (trouble = (trouble + text).slice(-MAX_TROUBLE)));
  readLines(child.stdout, (line) => waiting?.answered(line));

  return {
    isOver: () => over,
    check: (code) =>
      new Promise((resolve, reject) => {
        hold(true);
        wait(timeLimitMs, () => {
          trouble = `it takes longer than ${String(timeLimitMs)} ms`;
          child.kill("SIGKILL");
        });
        waiting = {
          answered(line) {
            waiting = undefined;
            hold(false);
            wait(idleMs, () => {
              over = true;
              child.stdin.end();
            });
            resolve(JSON.parse(line) as readonly Finding[]);
          },
          ended: reject,
        };
        child.stdin.write(`${JSON.stringify(code)}\n`);
      }),
    close() {
      over = true;
      clearTimeout(timer);
      hold(true);
      child.kill("SIGKILL"); // it holds nothing
      return gone;
    },
  };
}
