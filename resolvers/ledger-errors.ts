// What a caller is told when a data source fails: what to do, and nothing of the inside.

import { util } from "@aws-appsync/utils";

/**
 * What stands in an error of the table that is busy. AppSync has named such errors by DynamoDB's code and by the classes of
 * two SDKs (`DynamoDB:RequestLimitExceeded`, `…Exception`); what its SDK has no class for comes as
 * `DynamoDB:DynamoDbException` or `DynamoDB:AmazonDynamoDBException`, and only the message tells. A transaction that meets
 * another one waits as well.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
 */
const SIGNS_OF_A_BUSY_TABLE = [
  "ThroughputExceeded",
  "RequestLimitExceeded",
  "Throttl",
  "throughput",
  "Throughput exceeds",
  "Rate exceeded",
  "TransactionConflict",
  "TransactionInProgress",
];

/** Ends the field after a failed call to the table. The data source's own text may hold names and stays in the log. */
export function endWithLedgerError(error: { message: string; type: string }): never {
  console.error({ event: "ledger_error", type: error.type, message: error.message });
  const said = `${error.type} ${error.message}`;
  if (SIGNS_OF_A_BUSY_TABLE.some((sign) => said.indexOf(sign) > -1)) {
    util.error("the ledger is busy; try again in a moment", "Throttled");
  }
  util.error("the ledger does not answer; try again later", "Unavailable");
}
