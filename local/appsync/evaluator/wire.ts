// What passes between the runtime and the place where resolver code runs: text only, one line each way.

/** Which half of a resolver or function is called. */
export type Handler = "request" | "response";

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
 * - `faulted`: the code broke off, as by reading a property of null. `notServed`: it used what the runtime lacks.
 */
export type Ending =
  | { readonly kind: "returned" }
  | { readonly kind: "returnedEarly"; readonly skipTo: "END" | "NEXT" | null }
  | { readonly kind: "raised"; readonly error: RaisedError }
  | { readonly kind: "unauthorized" }
  | { readonly kind: "faulted"; readonly message: string }
  | { readonly kind: "notServed"; readonly message: string };

/** Everything about a call except its result and the stash, which stay JSON text on their way. */
export interface CallReport {
  readonly ending: Ending;
  /** What `util.appendError` collected. */
  readonly appended: readonly RaisedError[];
  /** What `console.log` and `console.error` printed. */
  readonly logs: readonly string[];
  /** The argument of `extensions.setSubscriptionFilter`, or null. */
  readonly subscriptionFilter: unknown;
  /** The argument of `extensions.setSubscriptionInvalidationFilter`, or null. */
  readonly invalidationFilter: unknown;
}

/** What loading a module answers: why it cannot be used, or null. */
export interface LoadReport {
  readonly refusal: string | null;
}

/**
 * Between the parts of a line. JSON text never holds it unescaped, so that the parts need neither quoting nor copying.
 */
export const PART_SEPARATOR = "\t";

/** The first line to the process. */
export interface SandboxStart {
  readonly script: string;
  /** How long one call may last. */
  readonly timeLimitMs: number;
}
