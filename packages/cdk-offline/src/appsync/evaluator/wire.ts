// What passes between the runtime and the place where resolver code runs: text only, one line each way.

/** Which half of a resolver or function is called. */
export type Handler = "request" | "response";

/** Says of `ctx.result` that it came out of DynamoDB. */
export const DYNAMODB = "DynamoDB";

/** A place in resolver code. Lines and columns count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A fault in AppSync's words: `code.js:5:3: TypeError: …`. */
export function describeFault(message: string, { line, column }: Place): string {
  return `code.js:${String(line)}:${String(column)}: ${message}`;
}

/** An error of `util.error` or `util.appendError`, as AppSync puts it into `errors`. */
export interface RaisedError {
  readonly message: string;
  readonly errorType: string | null;
  readonly data: unknown;
  readonly errorInfo: unknown;
}

/**
 * How a call ended.
 * - `returned`: the handler's result. `returnedEarly`: what was given to `runtime.earlyReturn`.
 * - `raised`: `util.error`. `unauthorized`: `util.unauthorized`.
 * - `faulted`: the code broke off, as by reading a property of null; `place`: the start of the call, or of the member, at
 *   which it did, in the code as it was loaded. `notServed`: it used what the runtime lacks.
 */
export type Ending =
  | { readonly kind: "returned" }
  | { readonly kind: "returnedEarly"; readonly skipTo: "END" | "NEXT" | null }
  | { readonly kind: "raised"; readonly error: RaisedError }
  | { readonly kind: "unauthorized" }
  | { readonly kind: "faulted"; readonly message: string; readonly place?: Place | undefined }
  | { readonly kind: "notServed"; readonly message: string };

/** How many different calls of `extensions.invalidateSubscriptions` a GraphQL request may make. */
export const MAX_INVALIDATIONS = 5;
export const TOO_MANY_INVALIDATIONS = `extensions.invalidateSubscriptions takes at most ${String(MAX_INVALIDATIONS)} different calls in a request`;

/** The argument of `extensions.invalidateSubscriptions`. */
export interface SubscriptionInvalidation {
  readonly subscriptionField: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Everything about a call except its result and the stash, which stay JSON text on their way. */
export interface CallReport {
  readonly ending: Ending;
  /** What `util.appendError` collected: EvaluateCode's `outErrors`. */
  readonly appended: readonly RaisedError[];
  /** What `console.log` and `console.error` printed, as AppSync words it: `INFO - code.js:5:3: "text" {"a":1}`. */
  readonly logs: readonly string[];
  /** The argument of `extensions.setSubscriptionFilter`, or null. */
  readonly subscriptionFilter: unknown;
  /** The argument of `extensions.setSubscriptionInvalidationFilter`, or null. */
  readonly invalidationFilter: unknown;
  /** The different arguments of `extensions.invalidateSubscriptions`, at most five. */
  readonly invalidations: readonly SubscriptionInvalidation[];
}

/** One line of `console`. */
export interface PrintedLine {
  readonly level: "INFO" | "ERROR";
  readonly text: string;
  readonly place?: Place | undefined;
}

/** A CallReport as it leaves the process: its places are those of the compiled code. */
export type CompiledCallReport = Omit<CallReport, "logs"> & { readonly logs: readonly PrintedLine[] };

/** The report of a call of which nothing is known but how it ended. */
export function bareReport(ending: Ending): CallReport & CompiledCallReport {
  return {
    ending,
    appended: [],
    logs: [],
    subscriptionFilter: null,
    invalidationFilter: null,
    invalidations: [],
  };
}

/** What loading a module answers: why it cannot be used, and where in the compiled code; or null. */
export interface LoadReport {
  readonly refusal: string | null;
  readonly place?: Place | undefined;
}

/** What a line asks for. `unload` forgets a module. */
export type Command = Handler | "load" | "unload";

/**
 * Between the parts of a line. JSON text never holds it unescaped, so that the parts need neither quoting nor copying.
 */
export const PART_SEPARATOR = "\t";

/** The first line to the process. It is answered as every other is, when the process is ready. */
export interface SandboxStart {
  readonly script: string;
  /** How long one call may last. */
  readonly timeLimitMs: number;
}

/** How large the result of one handler may be: https://docs.aws.amazon.com/general/latest/gr/appsync.html */
export const MAX_RESULT_BYTES = 5 * 1024 * 1024;

/** How a call with a larger result ends. The words are those AppSync had for mapping templates. */
export const TOO_LARGE = {
  kind: "raised",
  error: { message: "Transformation too large", errorType: "MappingTemplate", data: null, errorInfo: null },
} as const satisfies Ending;

/**
 * How often a loop goes round at most, and how many items a method of a list visits
 * (https://docs.aws.amazon.com/general/latest/gr/appsync.html).
 */
export const MAX_ITERATIONS = 1000;
