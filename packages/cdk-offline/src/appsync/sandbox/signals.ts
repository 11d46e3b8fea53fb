// The exceptions with which util and runtime leave a handler.

import type { RaisedError } from "../evaluator/wire.ts";

/** The error in its form, whatever the code gave. */
export function raisedError(
  message: unknown,
  errorType: unknown,
  data: unknown,
  errorInfo: unknown,
): RaisedError {
  return {
    message: String(message),
    errorType: typeof errorType === "string" ? errorType : null,
    data: data ?? null,
    errorInfo: errorInfo ?? null,
  };
}

/** `util.error`. */
export class RaisedSignal extends Error {
  readonly error: RaisedError;

  constructor(error: RaisedError) {
    super(error.message);
    this.error = error;
  }
}

/** `util.unauthorized`. */
export class UnauthorizedSignal extends Error {}

/** `runtime.earlyReturn`. */
export class EarlyReturnSignal extends Error {
  readonly value: unknown;
  readonly skipTo: "END" | "NEXT" | null;

  constructor(value: unknown, skipTo: "END" | "NEXT" | null) {
    super("runtime.earlyReturn");
    this.value = value;
    this.skipTo = skipTo;
  }
}

/** The code used something AppSync has and this runtime lacks. */
export class NotServedSignal extends Error {
  constructor(what: string) {
    super(`${what} is not served by the local runtime`);
  }
}

/** A utility was given what it cannot work with. */
export class FaultSignal extends Error {}

/** A fault of which AppSync says no more than these words, and no place. */
export class RuntimeErrorSignal extends Error {
  constructor() {
    super("Runtime Error");
  }
}
