// One execution environment: a process with a function loaded, handling one event at a time.

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { readLines } from "../lines.ts";
import { readMessage, type FunctionMessage } from "./function-message.ts";
import { isLineKept } from "./function-process/log-levels.ts";
import {
  INPUT_FILE,
  maxLogCharacters,
  OUTPUT_FILE,
  type FunctionStart,
  type Invocation,
} from "./function-process/protocol.ts";
import { exited, timedOut, type Outcome } from "./invocation.ts";

/** How long a function may take to load, as on Lambda. */
const initTimeoutMs = 10_000;

/** What Node.js takes for itself. It differs from version to version and is not counted as the function's memory. */
const OWN_MEMORY_MB = 64;

/** More than the longest response takes as JSON in JSON; what is longer does not come from the runtime's own program. */
const MAX_MESSAGE_CHARACTERS = 64 * 1024 * 1024;

export interface InstanceOptions {
  readonly program: string;
  readonly start: Omit<FunctionStart, "hiddenVariables" | "maxResidentBytes" | "runtimePid">;
  /** The environment of the process; of this process's own only the certificates come in that this machine trusts. */
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  /** Takes one log event of the function. */
  readonly log: (message: string) => void;
  readonly onExit: () => void;
}

export class Instance {
  readonly #process: ChildProcess;
  readonly #input: Writable;
  readonly #log: InstanceOptions["log"];
  readonly #ended: Promise<void>;
  /** What waits for the process: its start first, then one invocation at a time. */
  #waiting: { readonly requestId: string; readonly settle: (outcome: Outcome) => void } | undefined;
  #isAlive = true;
  #isTerminated = false;

  /**
   * Starts a process. Not a thread: V8 ends the whole process when one piece of memory cannot be had, whichever thread
   * asked for it. It has a session of its own, so that a terminal's Ctrl-C reaches the runtime alone, which then lets
   * deliveries end. Rejects with the system's error when there can be no further process.
   */
  static async start(options: InstanceOptions): Promise<Instance> {
    const { program, environment, memoryMb } = options;
    const maxResidentBytes = (memoryMb + OWN_MEMORY_MB) * 1024 * 1024;
    const trusted = trustedHere(environment);
    const start: FunctionStart = {
      ...options.start,
      hiddenVariables: Object.keys(trusted),
      maxResidentBytes,
      runtimePid: process.pid,
    };
    const args = [`--max-old-space-size=${memoryMb}`, program, JSON.stringify(start)];
    const started = spawn(process.execPath, args, {
      env: { ...environment, ...trusted },
      stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
      detached: true,
    });
    await once(started, "spawn");
    return new Instance(started, options);
  }

  private constructor(started: ChildProcess, { start, log, onExit }: InstanceOptions) {
    this.#process = started;
    this.#log = log;
    this.#input = started.stdio[INPUT_FILE] as Writable;
    this.#input.on("error", () => undefined); // the end of the process tells of it
    const output = started.stdio[OUTPUT_FILE] as Readable;
    const receive = (line: string) => {
      const message = readMessage(line);
      if (message !== undefined) this.#receive(message);
    };
    readLines(output, receive, MAX_MESSAGE_CHARACTERS);
    for (const stream of [started.stdout, started.stderr]) {
      // Written past the console and process.stdout: by native code, by other processes, by V8 at its end.
      const log = (line: string) => {
        if (!this.#isTerminated && isLineKept(line, start)) this.#log(line);
      };
      if (stream !== null) readLines(stream, log, maxLogCharacters);
    }
    this.#ended = Promise.all([once(started, "exit"), once(output, "close")]).then(([[code]]) => {
      this.#isAlive = false;
      onExit();
      this.#settle((requestId) => exited(requestId, code as number | null));
    });
  }

  /** Whether it can take another event. */
  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** Waits until the function is loaded. An outcome other than a success means that it never will be. */
  init(requestId: string): Promise<Outcome> {
    return this.#await(requestId, initTimeoutMs);
  }

  invoke(invocation: Invocation): Promise<Outcome> {
    this.#input.write(`${JSON.stringify(invocation)}\n`);
    return this.#await(invocation.requestId, invocation.timeoutMs);
  }

  async terminate(): Promise<void> {
    this.#isAlive = false;
    this.#isTerminated = true;
    this.#process.kill("SIGKILL");
    await this.#ended;
  }

  #await(requestId: string, timeoutMs: number): Promise<Outcome> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#settle(() => timedOut(requestId, timeoutMs));
        void this.terminate();
      }, timeoutMs);
      this.#waiting = {
        requestId,
        settle(outcome) {
          clearTimeout(timer);
          resolve(outcome);
        },
      };
    });
  }

  #receive(message: FunctionMessage): void {
    switch (message.type) {
      case "log":
        this.#log(message.message);
        break;
      case "ready":
        this.#settle(() => ({ status: "success", payload: "" }));
        break;
      case "result":
        this.#settle(() => ({ status: "success", payload: message.payload }));
        break;
      case "failure":
        if (message.isFatal) this.#isAlive = false;
        this.#settle(() => ({ status: "error", error: message.error }));
    }
  }

  #settle(outcome: (requestId: string) => Outcome): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.settle(outcome(waiting.requestId));
  }
}

/**
 * Authorities that Node.js trusts on this machine beside its own, such as a company proxy's; none where the template has
 * its own.
 */
function trustedHere(environment: Readonly<Record<string, string>>): Record<string, string> {
  const file = process.env["NODE_EXTRA_CA_CERTS"];
  if (file === undefined || environment["NODE_EXTRA_CA_CERTS"] !== undefined) return {};
  return { NODE_EXTRA_CA_CERTS: file };
}
