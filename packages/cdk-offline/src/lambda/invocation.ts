// What an invocation comes to, and how Lambda words the failures that the runtime cannot report itself.

import type { InvocationError } from "./function-message.ts";

/** As the status of a platform report: an error of the function, the end of its process, or the end of its time. */
type FailureStatus = "error" | "failure" | "timeout";

export type Outcome =
  | { readonly status: "success"; readonly payload: string }
  | { readonly status: FailureStatus; readonly error: InvocationError };

/** Largest request and response of a synchronous invocation, in bytes. */
export const maxPayloadBytes = 6 * 1024 * 1024;

/** Largest event of an asynchronous invocation, in bytes. */
export const maxEventBytes = 1024 * 1024;

/** Lambda allows a response some bytes more than a request. */
export const maxResponseBytes = maxPayloadBytes + 100;

export function timedOut(requestId: string, timeoutMs: number): Outcome {
  return {
    status: "timeout",
    error: {
      errorType: "Sandbox.Timedout",
      errorMessage: `RequestId: ${requestId} Error: Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`,
    },
  };
}

/** The process ended in the middle of an invocation: by process.exit, or because its memory was used up. */
export function exited(requestId: string, exitCode: number | null): Outcome {
  return {
    status: "failure",
    error: {
      errorType: "Runtime.ExitError",
      errorMessage: `RequestId: ${requestId} Error: Runtime exited ${reasonOf(exitCode)}`,
    },
  };
}

/** Without a code it was a signal: that of the watch, or of V8, which aborts where its heap cannot grow. */
function reasonOf(exitCode: number | null): string {
  if (exitCode === null) return "with error: signal: killed";
  return exitCode === 0 ? "without providing a reason" : `with error: exit status ${exitCode}`;
}

/** What takes the place of a response that is too large. */
export const responseTooLarge: InvocationError = {
  errorType: "Function.ResponseSizeTooLarge",
  errorMessage: `Response payload size exceeded maximum allowed payload size (${maxResponseBytes} bytes).`,
};
