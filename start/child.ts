// Runs a tool of the project in a process of its own and keeps what it says for the case that it fails.

import { spawn } from "node:child_process";
import { StartError } from "cdk-offline";

export interface ChildOptions {
  /** What is being done, for the error: "synthesizing the stack". */
  readonly task: string;
  readonly cwd: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Whether the command is a line for the shell. Default is false. */
  readonly shell?: boolean;
}

/** Resolves when the process has ended well. Rejects with a `StartError` that ends with what the tool said. */
export async function run(
  command: string,
  args: readonly string[],
  { task, cwd, environment, signal, shell = false }: ChildOptions,
): Promise<void> {
  const child = spawn(command, [...args], {
    cwd,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
    shell,
    ...(signal && { signal }),
  });
  const said: string[] = [];
  child.stdout.setEncoding("utf8").on("data", (text: string) => said.push(text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => said.push(text));
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (exitCode !== 0) throw new StartError(`${task} failed:\n${said.join("").trim()}`);
}
