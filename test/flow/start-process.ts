// `npm start` as a process of a test: started, awaited, ended.

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

const START_LIMIT_MS = 90_000;
const STOP_LIMIT_MS = 15_000;

export interface StartProcess {
  readonly child: ChildProcess;
  /** Everything it has written so far, on both streams. */
  said(): string;
  /** Resolves when it has said that it is ready; rejects when it ends before. */
  readonly ready: Promise<void>;
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
  /** Ends it, the way Ctrl-C does unless another signal is named, and answers the exit code. */
  stop(signal?: "SIGINT" | "SIGTERM"): Promise<number | null>;
  /** Ends it so that it can do nothing about it. */
  kill(): Promise<void>;
}

export interface StartProcessOptions {
  readonly args: readonly string[];
  /** Whether npm stands in between, as it does for people. Default is false. */
  readonly throughNpm?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Starts the system on free ports, from the project's folder. */
export function startProcess({
  args,
  throughNpm = false,
  environment = {},
}: StartProcessOptions): StartProcess {
  const [command, ...first] = throughNpm
    ? ["npm", "start", "--"]
    : [process.execPath, resolve("start/start.mjs")];
  const child = spawn(command, [...first, ...args], {
    env: { ...process.env, PORT: "0", AWS_PORT: "0", NO_COLOR: "1", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  const ended = once(child, "close").then(([code]) => code as number | null);

  const ready = new Promise<void>((resolve, reject) => {
    const limit = setTimeout(() => {
      reject(new Error(`npm start was not ready after ${START_LIMIT_MS} ms:\n${text}`));
    }, START_LIMIT_MS);
    child.stdout.on("data", () => {
      if (text.includes("Ctrl-C ends it")) resolve();
    });
    void ended.then(() => {
      clearTimeout(limit);
      reject(new Error(`npm start ended:\n${text}`)); // changes nothing once it was ready
    });
  });
  ready.catch(() => undefined); // whoever awaits it sees the failure
  return {
    child,
    said: () => text,
    ready,
    ended,
    async stop(signal = "SIGINT") {
      child.kill(signal);
      const code = await Promise.race([ended, wait(STOP_LIMIT_MS, "late" as const, { ref: false })]);
      if (code !== "late") return code;
      child.kill("SIGKILL");
      throw new Error(`npm start did not end within ${STOP_LIMIT_MS} ms of ${signal}:\n${text}`);
    },
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
