// The command: serves a cloud assembly until it is interrupted, and writes the outputs where other programs find them.

import { relative, resolve } from "node:path";
import { openOutputsFile, PortError, serve, StartError } from "../serve.ts";
import { readCommand, USAGE, type CommandOptions } from "./options.ts";

// Lambda's clock shows UTC, and so do the functions that run in here.
process.env["TZ"] = "UTC";

async function main(): Promise<void> {
  const options = readCommand(process.argv.slice(2));
  if (options === "help") {
    process.stdout.write(USAGE);
    return;
  }
  const interrupted = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.on(signal, () => {
        resolve();
      });
    }
  });
  process.umask(0o077); // whatever is stored is for this user's eyes
  const outputsFile = openOutputsFile(resolve(options.outputs));
  try {
    const served = await serve(options.cloudAssembly, options);
    try {
      outputsFile.write(served.outputs);
      served.ready();
      process.stdout.write(welcome(options, served.endpoints));
      await interrupted;
    } finally {
      await served.close();
    }
  } finally {
    outputsFile.release();
  }
}

function welcome(
  { cloudAssembly, outputs, state }: CommandOptions,
  { aws, app }: { readonly aws: string; readonly app: string | undefined },
): string {
  const here = (path: string) => relative(process.cwd(), resolve(path)) || ".";
  const rows = [
    ...(app === undefined ? [] : [["page", app]]),
    ["AWS", aws],
    ["outputs", here(outputs)],
    ["state", here(state)],
  ];
  return [
    `${here(cloudAssembly)} is served\n\n`,
    ...rows.map(([name = "", value = ""]) => `  ${name.padEnd(9)}${value}\n`),
    `\n  AWS_ENDPOINT_URL=${aws} leads AWS SDKs here; any credentials are good. Ctrl-C ends it.\n`,
  ].join("");
}

/** A sentence for what is expected to happen, everything that is known for what is not. */
function explain(error: unknown): string {
  if (error instanceof PortError) return `${error.message}, or choose another with --${error.server}-port`;
  if (error instanceof StartError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = 1;
}
