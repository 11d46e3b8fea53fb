// Gives flow and browser tests a running stack, known by its outputs file: the one named by LEDGER_OUTPUTS, which may be
// deployed, or one that is started on this machine for the length of the run.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { leftoverSecrets } from "./leftovers.ts";
import { startProcess } from "./start-process.ts";

interface RunningStack {
  users: number;
  readonly outputsFile: string;
  stop(): Promise<void>;
}

// Each project loads this file anew; the stack is one for all of them.
const shared = globalThis as typeof globalThis & { loginLedgerStack?: Promise<RunningStack> | undefined };

export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env["LEDGER_OUTPUTS"] !== undefined && shared.loginLedgerStack === undefined) return undefined;
  shared.loginLedgerStack ??= start();
  const stack = await shared.loginLedgerStack;
  stack.users += 1;
  process.env["LEDGER_OUTPUTS"] = stack.outputsFile;
  return async () => {
    stack.users -= 1;
    if (stack.users > 0) return;
    shared.loginLedgerStack = undefined;
    delete process.env["LEDGER_OUTPUTS"];
    try {
      await stack.stop();
    } catch (error) {
      process.exitCode = 1; // vitest prints what a teardown throws, and calls the run a success
      throw error;
    }
  };
}

async function start(): Promise<RunningStack> {
  const folder = mkdtempSync(join(tmpdir(), "login-ledger-flow-"));
  const outputsFile = join(folder, "outputs.json");
  const system = startProcess({ args: ["--state", join(folder, "state"), "--outputs", outputsFile] });
  await system.ready;
  return {
    users: 0,
    outputsFile,
    async stop() {
      const code = await system.stop();
      const leftovers = leftoverSecrets(join(folder, "state"), system.said());
      rmSync(folder, { recursive: true, force: true });
      if (code !== 0) throw new Error(`npm start ended with ${String(code)}:\n${system.said()}`);
      if (leftovers.length > 0) throw new Error(`after all tests there is ${leftovers.join(", ")}`);
    },
  };
}
