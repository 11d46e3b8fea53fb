// What the runtime tells a function's process, and where they talk to each other.

/** Numbers of the files that are open in the process: one it reads what follows from, one it answers on. */
export const INPUT_FILE = 3;
export const OUTPUT_FILE = 4;

/** The largest event of CloudWatch Logs. What is longer becomes several. */
export const maxLogCharacters = 1024 * 1024;

/** The argument of the program, as JSON: the function that the process is for. */
export interface FunctionStart {
  /** Variables that are for Node.js alone: taken away before the function is loaded. */
  readonly hiddenVariables: readonly string[];
  /** `module.export`, such as `index.handler`. */
  readonly handler: string;
  readonly taskRoot: string;
  readonly functionArn: string;
  readonly logFormat: "JSON" | "Text";
  readonly logLevel: string;
  /** HTTPS requests to a host name on the left go to the HTTP origin on the right. */
  readonly hosts: Readonly<Record<string, string>>;
  /** How much of the machine's memory the process may hold, in bytes. */
  readonly maxResidentBytes: number;
  /** The process id of the runtime. */
  readonly runtimePid: number;
}

/** A line of its input, as JSON: handle an event. */
export interface Invocation {
  readonly requestId: string;
  /** The event as JSON. */
  readonly payload: string;
  readonly timeoutMs: number;
}
