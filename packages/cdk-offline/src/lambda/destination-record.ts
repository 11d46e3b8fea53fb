// The record that a failure destination gets of an event that was given up.

import type { QueuedEvent } from "./event-journal.ts";
import type { Outcome } from "./invocation.ts";

/** Why an event was given up, in Lambda's words. */
export type GiveUpCondition = "RetriesExhausted" | "EventAgeExceeded";

/**
 * Makes the record. An event that was given up without an attempt has no response in it.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export function destinationRecord(
  functionArn: string,
  event: QueuedEvent,
  condition: GiveUpCondition,
  outcome: Outcome | undefined,
  nowMs: number,
): object {
  return {
    version: "1.0",
    timestamp: new Date(nowMs).toISOString(),
    requestContext: {
      requestId: event.id,
      functionArn: `${functionArn}:$LATEST`,
      condition,
      approximateInvokeCount: event.failures,
    },
    requestPayload: JSON.parse(event.payload) as unknown,
    ...(outcome === undefined || outcome.status === "success"
      ? {}
      : {
          responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
          responsePayload: outcome.error,
        }),
  };
}
