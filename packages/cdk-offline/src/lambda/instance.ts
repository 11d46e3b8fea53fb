// One execution environment: a worker thread with a function loaded, handling one event at a time.

import { Worker } from "node:worker_threads";
import { completed, exited, timedOut, type Outcome } from "./invocation.ts";
import type { Invocation, WorkerMessage, WorkerStart } from "./function-process/protocol.ts";

/** How long a function may take to load, as on Lambda. */
const initTimeoutMs = 10_000;

export interface InstanceOptions {
  readonly program: string;
  readonly start: WorkerStart;
  /** The whole environment of the worker; nothing of this process's own comes in. */
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  /** Takes one log event of the function. */
  readonly log: (message: string) => void;
  readonly onExit: () => void;
}

export class Instance {
  readonly #worker: Worker;
  readonly #log: InstanceOptions["log"];
  /** What waits for the worker: its start first, then one invocation at a time. */
  #waiting: { readonly requestId: string; readonly settle: (outcome: Outcome) => void } | undefined;
  #isOutOfMemory = false;
  #isAlive = true;

  constructor({ program, start, environment, memoryMb, log, onExit }: InstanceOptions) {
    this.#log = log;
    this.#worker = new Worker(program, {
      workerData: start,
      env: environment,
      execArgv: [],
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    });
    this.#worker.on("message", (message: WorkerMessage) => {
      this.#receive(message);
    });
    this.#worker.on("error", (error: NodeJS.ErrnoException) => {
      this.#isOutOfMemory = error.code === "ERR_WORKER_OUT_OF_MEMORY";
    });
    this.#worker.on("exit", (code) => {
      this.#isAlive = false;
      onExit();
      this.#settle((requestId) => exited(requestId, code, this.#isOutOfMemory));
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
    this.#worker.postMessage(invocation);
    return this.#await(invocation.requestId, invocation.timeoutMs);
  }

  async terminate(): Promise<void> {
    this.#isAlive = false;
    await this.#worker.terminate();
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

  #receive(message: WorkerMessage): void {
    switch (message.type) {
      case "log":
        this.#log(message.message);
        break;
      case "ready":
        this.#settle(() => ({ status: "success", payload: "" }));
        break;
      case "result":
        this.#settle(() => completed(message.payload));
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
