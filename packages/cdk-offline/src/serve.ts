// The door of the package: serves a cloud assembly on this machine until it is told to stop.

import { resolve } from "node:path";
import { readAssembly, type Assembly } from "./assembly/assembly.ts";
import type { Clock } from "./clock.ts";
import type { Fault } from "./cognito/faults.ts";
import { StartError, StorageFault } from "./errors.ts";
import { startRuntime, type Runtime } from "./runtime.ts";
import { orStorageFault } from "./state/file-system-error.ts";
import { openStateFolder, type StateFolder } from "./state/state-folder.ts";

export { FAULTS, type Fault } from "./cognito/faults.ts";
export { readFaults, readPort } from "./command/options.ts";
export { orStorageFault } from "./state/file-system-error.ts";
export { openOutputsFile, type OutputsFile } from "./state/outputs-file.ts";
export { NotServed, PortError, StartError, StorageFault, TemplateError } from "./errors.ts";

const DEFAULT_REGION = "us-east-1";
const DEFAULT_ACCOUNT = "000000000000";

export interface ServeOptions {
  /** The folder that keeps everything stored; made where it is not there, and locked until `close`. */
  readonly state: string;
  /** Throw away what the state folder holds, once nothing of the template is refused. Default is false. */
  readonly fresh?: boolean;
  /** Port of the distribution on `localhost`; 0 = any free one, which is the default. */
  readonly appPort?: number;
  /** Port of everything of AWS on 127.0.0.1; 0 = any free one, which is the default. */
  readonly awsPort?: number;
  /** The region, for an app that leaves it open. Default is us-east-1. */
  readonly region?: string;
  /** The account's twelve digits, for an app that leaves it open. Default is 000000000000. */
  readonly account?: string;
  /** Known faults of AWS to reproduce. Default is none. */
  readonly faults?: Iterable<Fault>;
  /** Milliseconds since 1970. Default is the machine's clock. */
  readonly clock?: Clock;
  /** Takes a line about something that happened outside any request's answer. Default is standard error. */
  readonly log?: (line: string) => void;
}

export interface Served {
  /** What the template puts out, by stack and name, as `cdk deploy --outputs-file` writes it. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly endpoints: {
    /** Everything of AWS, such as `http://127.0.0.1:4001`: the value for `AWS_ENDPOINT_URL`. */
    readonly aws: string;
    /** The distribution, such as `http://localhost:4000`; `undefined` for a template without one. */
    readonly app: string | undefined;
  };
  /** From now on `GET /_local/ready` answers 200: to be called when all is done that callers wait for. */
  ready(): void;
  /** Ends all servers and services and lets go of the state folder; what was acknowledged is stored. */
  close(): Promise<void>;
}

/**
 * Serves the cloud assembly in a folder, such as `cdk.out`. Throws `TemplateError` for a template that cannot be served
 * and `StartError` for what is in the way around it; nothing is left open then.
 */
export async function serve(cloudAssembly: string, options: ServeOptions): Promise<Served> {
  const assembly = readAssembly(resolve(cloudAssembly));
  const place = placeOf(assembly, options);
  const state = openStateFolder(resolve(options.state), { fresh: options.fresh ?? false });
  try {
    const runtime = await startRuntime({
      assembly,
      ...place,
      directory: state.path,
      ...(state.isNew && {
        begin: () => {
          state.begin();
        },
      }),
      appPort: options.appPort ?? 0,
      awsPort: options.awsPort ?? 0,
      faults: new Set(options.faults),
      clock: options.clock ?? Date.now,
      log: options.log ?? ((line) => process.stderr.write(`${line}\n`)),
    });
    await noted(state, runtime);
    return {
      outputs: { [assembly.stackName]: runtime.outputs },
      endpoints: { aws: runtime.awsEndpoint, app: runtime.appUrl },
      ready() {
        runtime.ready();
      },
      async close() {
        try {
          await runtime.close();
          noteAtEnd(state);
        } finally {
          state.release();
        }
      },
    };
  } catch (error) {
    noteAtEnd(state);
    state.release();
    throw error;
  }
}

/** A start is not done before what it found is written down. */
async function noted(state: StateFolder, runtime: Runtime): Promise<void> {
  try {
    state.note();
  } catch (error) {
    await runtime.close();
    throw orStorageFault(state.path, error);
  }
}

/** On a full disk what was noted before stays, which is less and holds still. */
function noteAtEnd(state: StateFolder): void {
  try {
    state.note();
  } catch (error) {
    if (!(orStorageFault(state.path, error) instanceof StorageFault)) throw error;
  }
}

/** Where the stack is: as the app says, or as the options do where the app leaves it open. */
function placeOf(assembly: Assembly, options: ServeOptions): { region: string; account: string } {
  const choose = (what: "region" | "account", fallback: string): string => {
    const [pinned, given] = [assembly[what], options[what]];
    if (pinned !== undefined && given !== undefined && pinned !== given) {
      throw new StartError(
        `the ${what} is ${JSON.stringify(given)}, but ${assembly.stackName} is made for ${pinned}; leave the option out`,
      );
    }
    return pinned ?? given ?? fallback;
  };
  return { region: choose("region", DEFAULT_REGION), account: choose("account", DEFAULT_ACCOUNT) };
}
