// npm run deploy: builds the page, deploys the stack of a stage, and publishes the page to it.

import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { runCommand } from "./command.ts";
import { OperateError } from "./errors.ts";

const USAGE = `Usage: npm run deploy -- [--stage dev|prod] [-- further arguments of cdk deploy]

Builds the page, runs cdk deploy, writes outputs.<stage>.json and publishes the page. Account and region are those of
the AWS credentials in the environment.
`;

await runCommand(() => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { stage: { type: "string", default: "dev" }, help: { type: "boolean", default: false } },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return Promise.resolve();
  }
  const outputsFile = `outputs.${values.stage}.json`;
  step("npx", ["vite", "build", "--config", "web/vite.config.ts"]);
  step("npx", [
    "cdk",
    "deploy",
    "-c",
    `stage=${values.stage}`,
    "--outputs-file",
    outputsFile,
    ...positionals,
  ]);
  step(process.execPath, ["--import", "tsx", "operate/publish.ts", "--outputs", outputsFile]);
  return Promise.resolve();
});

function step(command: string, args: readonly string[]): void {
  const { status, error } = spawnSync(command, [...args], { stdio: "inherit" });
  if (error !== undefined)
    throw new OperateError(`${command} cannot be run: ${error.message}`, { cause: error });
  if (status !== 0)
    throw new OperateError(`${command} ${args[0] ?? ""} ended with exit code ${String(status)}`);
}
