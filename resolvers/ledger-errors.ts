// What a caller is told when a data source fails: what to do, and nothing of the inside.

import { util } from "@aws-appsync/utils";

/** Ends the field after a failed call to the table. The data source's own text may hold names and stays in the log. */
export function endWithLedgerError(error: { message: string; type: string }): never {
  console.error({ event: "ledger_error", type: error.type, message: error.message });
  if (
    error.type === "DynamoDB:ProvisionedThroughputExceededException" ||
    error.type === "DynamoDB:ThrottlingException" ||
    error.type === "DynamoDB:RequestLimitExceeded"
  ) {
    util.error("the ledger is busy; try again in a moment", "Throttled");
  }
  util.error("the ledger does not answer; try again later", "Unavailable");
}
