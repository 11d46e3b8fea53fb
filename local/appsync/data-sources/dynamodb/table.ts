// The data source AMAZON_DYNAMODB: which operation a request asks for, and how the store's errors reach the resolver.

import { randomBytes } from "node:crypto";
import { AwsError } from "../../../aws/errors.ts";
import { membersOf, required, RequestError, type DataSource, type SourceError } from "../data-source.ts";
import { OPERATIONS, type DynamoDBPort } from "./operations.ts";
import { PageTokenError, type PageTokens } from "./page-token.ts";

/** The exceptions that AppSync's SDK has a class for; any other is a plain DynamoDbException. */
const NAMED_EXCEPTIONS = [
  "ConditionalCheckFailedException",
  "InternalServerErrorException",
  "ItemCollectionSizeLimitExceededException",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceededException",
  "ResourceNotFoundException",
  "TransactionCanceledException",
  "TransactionConflictException",
];

/** In the form of the AWS SDK for Java 2. */
function describe(error: AwsError): SourceError {
  const name = NAMED_EXCEPTIONS.includes(error.code) ? error.code : "DynamoDbException";
  return {
    type: `DynamoDB:${name}`,
    message:
      `${error.message} (Service: DynamoDb, Status Code: ${error.status}, Request ID: ${requestId()}) ` +
      "(SDK Attempt Count: 1)",
  };
}

/** 52 letters and digits, as DynamoDB's request ids. */
function requestId(): string {
  return [...randomBytes(52)].map((byte) => (byte % 36).toString(36).toUpperCase()).join("");
}

/** A table as a data source. */
export function tableDataSource(
  dynamodb: DynamoDBPort,
  tableName: string,
  pageTokens: PageTokens,
): DataSource {
  const setting = { dynamodb, tableName, pageTokens, describe };
  return async ({ request, callerSub }) => {
    const members = membersOf(request);
    const name = String(required(members, "operation"));
    const operation = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
    if (operation === undefined) {
      throw new RequestError(
        `the operation ${name} of a DynamoDB data source is not served by the local runtime`,
      );
    }
    try {
      return await operation(setting, members, callerSub);
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
