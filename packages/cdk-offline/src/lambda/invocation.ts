// What an invocation comes to, and how Lambda words the failures that the runtime cannot report itself.

import type { InvocationError } from "./function-process/protocol.ts";

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
const maxResponseBytes = maxPayloadBytes + 100;

export function timedOut(requestId: string, timeoutMs: number): Outcome {
  return {
    status: "timeout",
    error: {
      errorType: "Sandbox.Timedout",
      errorMessage: `RequestId: ${requestId} Error: Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`,
    },
  };
}

/** The worker ended in the middle of an invocation: by process.exit, or because its memory was used up. */
export function exited(requestId: string, exitCode: number, isOutOfMemory: boolean): Outcome {
  return {
    status: "failure",
    error: {
      errorType: "Runtime.ExitError",
      errorMessage: `RequestId: ${requestId} Error: Runtime exited ${reasonOf(exitCode, isOutOfMemory)}`,
    },
  };
}

function reasonOf(exitCode: number, isOutOfMemory: boolean): string {
  if (isOutOfMemory) return "with error: signal: killed";
  return exitCode === 0 ? "without providing a reason" : `with error: exit status ${exitCode}`;
}

/** A response that is too large is an error of the function. */
export function completed(payload: string): Outcome {
  if (payload.length <= maxResponseBytes / 3 || Buffer.byteLength(payload) <= maxResponseBytes) {
    return { status: "success", payload };
  }
  return {
    status: "error",
    error: {
      errorType: "Function.ResponseSizeTooLarge",
      errorMessage: `Response payload size exceeded maximum allowed payload size (${maxResponseBytes} bytes).`,
    },
  };
}
