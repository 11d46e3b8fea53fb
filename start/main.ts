// npm start: builds what has changed, serves the whole system, and says where to go.

import { rmSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { readAssembly } from "../packages/cdk-offline/src/assembly/assembly.ts";
import { startRuntime, type Runtime } from "../packages/cdk-offline/src/runtime.ts";
import { writeJsonFile } from "../packages/cdk-offline/src/state/atomic-file.ts";
import { buildAssembly, buildPage } from "./build.ts";
import { createDemoUser, type DemoUser } from "./demo-user.ts";
import { StartError } from "../packages/cdk-offline/src/errors.ts";
import { readOptions, USAGE, type StartOptions } from "./options.ts";
import { createProgress, paint } from "./progress.ts";
import { publishPage } from "./publish.ts";
import { openStateFolder } from "../packages/cdk-offline/src/state/state-folder.ts";
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
  const state = openStateFolder(resolve(options.state), { fresh: options.fresh });
  try {
    removeOutputs(options);
    await serve(options, state, stopping.signal);
  } catch (error) {
    // A step that was interrupted fails; that is what was asked for.
    if (!stopping.signal.aborted) throw error;
  } finally {
    state.release();
  }
}

/** Nobody is to take the outputs of an earlier start for those of this one. */
function removeOutputs({ outputs }: StartOptions): void {
  orRefuseOutputs(outputs, () => {
    rmSync(outputs, { force: true });
  });
}

function orRefuseOutputs(outputs: string, work: () => void): void {
  try {
    work();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StartError(`${outputs} cannot be written (${reason}); choose another file with --outputs`, {
      cause,
    });
  }
}

async function serve(
  options: StartOptions,
  state: { readonly path: string; readonly isNew: boolean },
  signal: AbortSignal,
): Promise<void> {
  out.write(`\n${paint(out, "bold", "login-ledger")} on this machine\n\n`);
  const progress = createProgress({ stream: out, clock: Date.now });
  const outcome = ({ built }: { built: boolean }) => (built ? "built" : "up to date");
  const page = await progress.step("page", () => buildPage(root, signal), outcome);
  const assembly =
    options.app === undefined
      ? await progress.step("stack", () => buildAssembly(root, signal), outcome)
      : { directory: resolve(options.app) };

  process.umask(0o077); // whatever is stored from here on is for this user's eyes
  const runtime = await progress.step("services", () =>
    startRuntime({
      assembly: readAssembly(assembly.directory),
      directory: state.path,
      appPort: options.appPort,
      awsPort: options.awsPort,
      faults: options.faults,
      clock: Date.now,
      log: (line) => process.stderr.write(`${line}\n`),
    }),
  );
  try {
    const outputs = { [runtime.stackName]: { ...runtime.outputs, AwsEndpoint: runtime.awsEndpoint } };
    await progress.step(
      "page's files",
      () => publishPage({ root, page, outputs, directory: state.path, signal }),
      (published) => (published ? "published" : "up to date"),
    );
    const demoUser = await createDemoUser(runtime, state.path);
    orRefuseOutputs(options.outputs, () => {
      writeJsonFile(resolve(options.outputs), outputs);
    });
    runtime.ready();
    greet(options, runtime, demoUser);
    await aborted(signal);
    removeOutputs(options);
  } finally {
    await runtime.close();
  }
}

function greet(options: StartOptions, runtime: Runtime, demoUser: DemoUser): void {
  out.write(
    welcome({
      appUrl: runtime.appUrl,
      awsEndpoint: runtime.awsEndpoint,
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

try {
  await main();
} catch (error) {
  const isExpected = error instanceof StartError;
  const message =
    error instanceof Error ? (isExpected ? error.message : (error.stack ?? error.message)) : String(error);
  process.stderr.write(`\n${message}\n`);
  process.exitCode = 1;
}
