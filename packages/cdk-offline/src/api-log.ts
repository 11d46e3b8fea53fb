// What the GraphQL API says of its requests: into its log group, as on AWS, and faults of the runtime itself to the
// developer as well.

import type { OnRequestLog } from "./appsync/http/graphql-endpoint.ts";
import type { Clock } from "./clock.ts";
import { WriteRefused } from "./errors.ts";

export interface ApiLogOptions {
  readonly apiId: string;
  readonly clock: Clock;
  readonly logs: {
    put(
      logGroup: string,
      logStream: string,
      events: readonly { readonly timestamp: number; readonly message: string }[],
    ): void;
  };
  /** Takes a line for the developer. */
  readonly log: (line: string) => void;
}

/**
 * Writes a line for every request with errors and for everything resolvers printed. AppSync's own lines have another
 * form, which is documented nowhere as a contract. Never throws: no request depends on its log.
 */
export function apiLog({ apiId, clock, logs, log }: ApiLogOptions): OnRequestLog {
  return ({ requestId, status, operationName, errorTypes, notes, failures }) => {
    for (const failure of failures) {
      log(failure instanceof Error ? (failure.stack ?? failure.message) : String(failure));
    }
    if (errorTypes.length === 0 && notes.length === 0) return;
    const timestamp = clock();
    const message = JSON.stringify({ requestId, status, operationName, errorTypes });
    const lines = [...notes.map((note) => `${requestId} ${note}`), message];
    try {
      logs.put(
        `/aws/appsync/apis/${apiId}`,
        "requests",
        lines.map((line) => ({ timestamp, message: line })),
      );
    } catch (error) {
      if (error instanceof WriteRefused) return; // the terminal has been told
      log(`the log of the GraphQL API: ${String(error)}`);
    }
  };
}
