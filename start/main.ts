// npm start: builds what has changed, serves the whole system, and says where to go.

import { mkdirSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import {
  openOutputsFile,
  orStorageFault,
  PortError,
  serve,
  StartError,
  type OutputsFile,
  type Served,
} from "cdk-offline";
import { buildAssembly, buildPage } from "./build.ts";
import { createDemoUser, type DemoUser } from "./demo-user.ts";
import { readOptions, USAGE, type StartOptions } from "./options.ts";
import { createProgress, paint } from "./progress.ts";
import { publishPage } from "./publish.ts";
import { welcome } from "./welcome.ts";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const out = process.stdout;
// Lambda's clock shows UTC, and so do the threads that functions run in here.
process.env["TZ"] = "UTC";

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options.help) {
    out.write(USAGE);
    return;
  }
  const stopping = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      stopping.abort();
    });
  }
  const outputsFile = openOutputsFile(resolve(options.outputs));
  try {
    await run(options, outputsFile, stopping.signal);
  } catch (error) {
    // A step that was interrupted fails; that is what was asked for.
    if (!stopping.signal.aborted) throw error;
  } finally {
    outputsFile.release();
  }
}

async function run(options: StartOptions, outputsFile: OutputsFile, signal: AbortSignal): Promise<void> {
  out.write(`\n${paint(out, "bold", "login-ledger")} on this machine\n\n`);
  const progress = createProgress({ stream: out, clock: Date.now });
  const outcome = ({ built }: { built: boolean }) => (built ? "built" : "up to date");
  const page = await progress.step("page", () => buildPage(root, signal), outcome);
  const assembly =
    options.app === undefined
      ? await progress.step("stack", () => buildAssembly(root, signal), outcome)
      : { directory: options.app };

  process.umask(0o077); // whatever is stored from here on is for this user's eyes
  const served = await progress.step("services", () => serve(assembly.directory, options));
  try {
    const outputs = withEndpoint(served);
    const demoUser = await inStateFolder(resolve(options.state), async (directory) => {
      await progress.step(
        "page's files",
        () => publishPage({ root, page, outputs, directory, signal }),
        (published) => (published ? "published" : "up to date"),
      );
      return createDemoUser(served, directory);
    });
    outputsFile.write(outputs);
    served.ready();
    greet(options, served, demoUser);
    await aborted(signal);
  } finally {
    await served.close();
  }
}

/** Work that keeps files of its own in the state folder. Rejects with `StorageFault` where the file system does not let it. */
async function inStateFolder<Result>(
  state: string,
  work: (directory: string) => Promise<Result>,
): Promise<Result> {
  const directory = join(state, "start");
  try {
    mkdirSync(directory, { recursive: true });
    return await work(directory);
  } catch (error) {
    throw orStorageFault(state, error);
  }
}

/** The outputs as the commands and tests of this project read them: where AWS is on this machine stands among them. */
function withEndpoint({ outputs, endpoints }: Served): Served["outputs"] {
  return Object.fromEntries(
    Object.entries(outputs).map(([stack, values]) => [stack, { ...values, AwsEndpoint: endpoints.aws }]),
  );
}

function greet(options: StartOptions, { endpoints }: Served, demoUser: DemoUser): void {
  out.write(
    welcome({
      appUrl: endpoints.app ?? "none: the stack has no distribution",
      awsEndpoint: endpoints.aws,
      outputsFile: relative(process.cwd(), resolve(options.outputs)),
      stateFolder: relative(process.cwd(), resolve(options.state)),
      demoUser,
      style: (style, text) => paint(out, style, text),
    }),
  );
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    else
      signal.addEventListener(
        "abort",
        () => {
          done();
        },
        { once: true },
      );
  });
}

/** A sentence for what is expected to happen, everything that is known for what is not. */
function explain(error: unknown): string {
  if (error instanceof PortError) {
    return `${error.message}, or choose another with ${{ app: "PORT", aws: "AWS_PORT" }[error.server]}=…`;
  }
  if (error instanceof StartError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`\n${explain(error)}\n`);
  process.exitCode = 1;
}
