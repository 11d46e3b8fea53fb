// Why a client is not let in, in the words it is told.

import type { RealtimeError } from "./protocol.ts";

/** A connection or subscription that is not let in; the errors are for the client. */
export class RealtimeRefusal extends Error {
  readonly errors: readonly RealtimeError[];

  constructor(errors: readonly RealtimeError[]) {
    super(errors[0]?.message);
    this.errors = errors;
  }
}
