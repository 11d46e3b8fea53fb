// The data source AMAZON_DYNAMODB: which operation a request asks for, and how the store's errors reach the resolver.

import { randomBytes } from "node:crypto";
import { AwsError } from "../../../aws/errors.ts";
import { membersOf, required, RequestError, type DataSource, type SourceError } from "../data-source.ts";
import { batchDeleteItem, batchGetItem, batchPutItem } from "./batches.ts";
import { deleteItem, getItem, putItem, updateItem } from "./items.ts";
import type { Operation, TableSetting } from "./operation.ts";
import { query, scan } from "./pages.ts";
import { PageTokenError } from "./page-token.ts";
import { transactGetItems, transactWriteItems } from "./transactions.ts";

/**
 * The errors that AppSync's SDK has a class for, by the code DynamoDB answers with; any other is a plain
 * DynamoDbException. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
 */
const CLASSES: ReadonlyMap<string, string> = new Map([
  ["ConditionalCheckFailedException", "ConditionalCheckFailedException"],
  ["IdempotentParameterMismatchException", "IdempotentParameterMismatchException"],
  ["InternalServerError", "InternalServerErrorException"],
  ["ItemCollectionSizeLimitExceededException", "ItemCollectionSizeLimitExceededException"],
  ["ProvisionedThroughputExceededException", "ProvisionedThroughputExceededException"],
  ["RequestLimitExceeded", "RequestLimitExceededException"],
  ["ResourceNotFoundException", "ResourceNotFoundException"],
  ["TransactionCanceledException", "TransactionCanceledException"],
  ["TransactionConflictException", "TransactionConflictException"],
  ["TransactionInProgressException", "TransactionInProgressException"],
]);

/** In the form of the AWS SDK for Java 2. */
function describe(error: AwsError): SourceError {
  return {
    type: `DynamoDB:${CLASSES.get(error.code) ?? "DynamoDbException"}`,
    message:
      `${error.message} (Service: DynamoDb, Status Code: ${error.status}, Request ID: ${requestId()}) ` +
      "(SDK Attempt Count: 1)",
  };
}

/** 52 letters and digits, as DynamoDB's request ids. */
function requestId(): string {
  return [...randomBytes(52)].map((byte) => (byte % 36).toString(36).toUpperCase()).join("");
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
  GetItem: getItem,
  PutItem: putItem,
  UpdateItem: updateItem,
  DeleteItem: deleteItem,
  Query: query,
  Scan: scan,
  BatchGetItem: batchGetItem,
  BatchPutItem: batchPutItem,
  BatchDeleteItem: batchDeleteItem,
  TransactGetItems: transactGetItems,
  TransactWriteItems: transactWriteItems,
};

/** A table as a data source. */
export function tableDataSource(table: Omit<TableSetting, "describe">): DataSource {
  const setting = { ...table, describe };
  return async (call) => {
    const members = membersOf(call.request);
    const name = String(required(members, "operation"));
    const operation = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
    if (name === "Sync") {
      throw new RequestError(
        "the operation Sync, which needs a versioned data source, is not served by the local runtime",
      );
    }
    if (operation === undefined) throw new RequestError(`Unsupported operation '${name}'.`);
    try {
      return await operation(setting, members, call);
    } catch (error) {
      if (error instanceof AwsError) return { result: null, error: describe(error) };
      if (error instanceof PageTokenError) {
        return {
          result: null,
          error: { type: "DynamoDB:UserIllegalArgumentException", message: error.message },
        };
      }
      throw error;
    }
  };
}
