// The command as a process of a test, on an app of the examples.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Synthesizes an app of the examples into a folder, as `cdk synth` does. */
export async function synthesize(example: string, folder: string): Promise<void> {
  await promisify(execFile)(process.execPath, ["--import", "tsx", at(`../../examples/${example}/app.ts`)], {
    env: { ...process.env, CDK_OUTDIR: folder },
  });
}

export interface RunningCommand {
  /** Everything it has written so far, on both streams. */
  said(): string;
  /** Resolves when it says that it is ready; rejects when it ends before. */
  readonly ready: Promise<void>;
  /** The exit code. */
  readonly ended: Promise<number | null>;
  interrupt(): Promise<number | null>;
  /** Sends it a signal, and resolves when it has ended. */
  end(signal: NodeJS.Signals): Promise<number | null>;
  readonly pid: number;
}

export function runCommand(...args: readonly string[]): RunningCommand {
  const child = spawn(process.execPath, [at("../../src/command/cdk-offline.mjs"), ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  const ended = once(child, "close").then(([code]) => code as number | null);
  const ready = new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
        if (text.includes("Ctrl-C ends it")) resolve();
      });
    }
    void ended.then(() => {
      reject(new Error(`the command ended:\n${text}`)); // changes nothing once it was ready
    });
  });
  ready.catch(() => undefined); // whoever awaits it sees the failure
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return ended;
  };
  return { said: () => text, ready, ended, end, interrupt: () => end("SIGINT"), pid: child.pid ?? 0 };
}
