// What `npm start` can be told, on the command line and in the environment.

import { parseArgs } from "node:util";
import { FAULTS, readFaults, readPort, StartError, type Fault } from "cdk-offline";

export interface StartOptions {
  /** Where the runtime keeps its state. */
  readonly state: string;
  /** Where the outputs are written when everything is ready. */
  readonly outputs: string;
  /** Serve this cloud assembly as it is, instead of synthesizing the project's. */
  readonly app: string | undefined;
  /** Known faults of the service to reproduce. */
  readonly faults: ReadonlySet<Fault>;
  /** Throw the state away first. */
  readonly fresh: boolean;
  readonly help: boolean;
  /** Port of the page's origin; 0 = any free one. */
  readonly appPort: number;
  /** Port of everything of AWS; 0 = any free one. */
  readonly awsPort: number;
}

export const USAGE = `Runs the whole system on this machine, from the template that cdk deploy ships.

Usage: npm start -- [options]

  --state DIR      keep users, items, files and parameters in DIR (default .local)
  --outputs FILE   write the stack's outputs to FILE when ready (default outputs.local.json)
  --app DIR        serve the cloud assembly in DIR as it is, without synthesizing
  --faults NAMES   reproduce known faults of AWS, separated by commas: ${FAULTS.join(", ")}
  --fresh          throw the state away and start anew
  --help           show this

Environment: PORT (default 4000) is the page's port, AWS_PORT (default 4001) that of the AWS services; 0 = any free one.
`;

const DEFAULT_APP_PORT = 4000;
const DEFAULT_AWS_PORT = 4001;

/** Reads the options; throws `StartError` for one that is unknown or has no sensible value. */
export function readOptions(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): StartOptions {
  const { values } = parse(argv);
  return {
    state: values.state,
    outputs: values.outputs,
    app: values.app,
    faults: readFaults(values.faults),
    fresh: values.fresh,
    help: values.help,
    appPort: readPort("PORT", environment["PORT"], DEFAULT_APP_PORT),
    awsPort: readPort("AWS_PORT", environment["AWS_PORT"], DEFAULT_AWS_PORT),
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        state: { type: "string", default: ".local" },
        outputs: { type: "string", default: "outputs.local.json" },
        app: { type: "string" },
        faults: { type: "string", default: "" },
        fresh: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
  } catch (cause) {
    throw new StartError(`${cause instanceof Error ? cause.message : String(cause)} (npm start -- --help)`, {
      cause,
    });
  }
}
