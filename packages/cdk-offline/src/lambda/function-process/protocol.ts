// What the runtime and a worker thread tell each other; the only thing that both sides of the thread share.

/** What a worker is started with. */
export interface WorkerStart {
  /** `module.export`, such as `index.handler`. */
  readonly handler: string;
  readonly taskRoot: string;
  readonly functionArn: string;
  readonly logFormat: "JSON" | "Text";
  readonly logLevel: string;
  /** HTTPS requests to a host name on the left go to the HTTP origin on the right. */
  readonly hosts: Readonly<Record<string, string>>;
}

/** To the worker: handle an event. */
export interface Invocation {
  readonly requestId: string;
  /** The event as JSON. */
  readonly payload: string;
  readonly timeoutMs: number;
}

/** A failed invocation, in the members that Lambda answers. */
export interface InvocationError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** From the worker. */
export type WorkerMessage =
  | { readonly type: "ready" }
  | { readonly type: "result"; readonly payload: string }
  /** The handler could not be loaded, or it failed. After a fatal failure the worker ends. */
  | { readonly type: "failure"; readonly error: InvocationError; readonly isFatal: boolean }
  /** One log event. */
  | { readonly type: "log"; readonly message: string };
