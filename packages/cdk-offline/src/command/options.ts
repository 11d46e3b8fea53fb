// What the command can be told, and how the texts of its options are read.

import { parseArgs } from "node:util";
import { FAULTS, type Fault } from "../cognito/faults.ts";
import { StartError } from "../errors.ts";

export interface CommandOptions {
  /** The cloud assembly. */
  readonly cloudAssembly: string;
  readonly state: string;
  /** Where the outputs are written when everything is ready. */
  readonly outputs: string;
  readonly fresh: boolean;
  readonly appPort: number;
  readonly awsPort: number;
  readonly faults: ReadonlySet<Fault>;
}

export const USAGE = `Serves a CDK app on this machine, from the cloud assembly that cdk synth makes and cdk deploy ships.

Usage: cdk-offline DIR [options]

  DIR              the cloud assembly, such as cdk.out
  --state DIR      keep everything that is stored in DIR (default .cdk-offline)
  --outputs FILE   write the stack's outputs to FILE when ready (default outputs.json)
  --fresh          throw away what is stored and start anew
  --app-port N     port of the distribution, if there is one (default 4000; 0 = any free one)
  --aws-port N     port of everything of AWS (default 4001; 0 = any free one)
  --faults NAMES   reproduce known faults of AWS, separated by commas: ${FAULTS.join(", ")}
  --help           show this
`;

const DEFAULT_APP_PORT = 4000;
const DEFAULT_AWS_PORT = 4001;

/** Reads the arguments; `"help"` when that is asked for. Throws `StartError` for what has no sensible value. */
export function readCommand(argv: readonly string[]): CommandOptions | "help" {
  const { values, positionals } = parse(argv);
  if (values.help) return "help";
  const [cloudAssembly, ...others] = positionals;
  if (cloudAssembly === undefined || others.length > 0) {
    throw new StartError(
      `${positionals.length} folders are named; name one cloud assembly, such as cdk.out\n\n${USAGE}`,
    );
  }
  return {
    cloudAssembly,
    state: values.state,
    outputs: values.outputs,
    fresh: values.fresh,
    appPort: readPort("--app-port", values["app-port"], DEFAULT_APP_PORT),
    awsPort: readPort("--aws-port", values["aws-port"], DEFAULT_AWS_PORT),
    faults: readFaults(values.faults),
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        state: { type: "string", default: ".cdk-offline" },
        outputs: { type: "string", default: "outputs.json" },
        fresh: { type: "boolean", default: false },
        "app-port": { type: "string" },
        "aws-port": { type: "string" },
        faults: { type: "string", default: "" },
        help: { type: "boolean", default: false },
      },
    });
  } catch (cause) {
    throw new StartError(`${cause instanceof Error ? cause.message : String(cause)}\n\n${USAGE}`, { cause });
  }
}

/** Names of faults, separated by commas. Throws `StartError` for one that does not exist. */
export function readFaults(text: string): ReadonlySet<Fault> {
  const names = text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  const unknown = names.find((name) => !FAULTS.some((fault) => fault === name));
  if (unknown !== undefined) {
    throw new StartError(`--faults names ${JSON.stringify(unknown)}; there are ${FAULTS.join(", ")}`);
  }
  return new Set(FAULTS.filter((fault) => names.includes(fault)));
}

/** A port number; the fallback for a value that is empty or not given. `name` is what the value was given as. */
export function readPort(name: string, value: string | undefined, fallback: number): number {
  if (value === undefined || value === "") return fallback;
  const port = Number(value);
  if (!/^\d+$/.test(value) || port > 65_535) {
    throw new StartError(`${name} is ${JSON.stringify(value)}; it must be a port number from 0 to 65535`);
  }
  return port;
}
