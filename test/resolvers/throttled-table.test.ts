// H4: a table that is busy is told as such, by whatever name AppSync gives its error; what else fails is not.

import { AwsError } from "cdk-offline/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { openLedgerApi, signInOf, type Claims, type LedgerApi } from "./ledger-api.ts";

/** DynamoDB's codes with its own words. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html */
const ERRORS: readonly (readonly [code: string, message: string, errorType: string])[] = [
  [
    "ProvisionedThroughputExceededException",
    "The level of configured provisioned throughput for the table was exceeded.",
    "Throttled",
  ],
  ["RequestLimitExceeded", "Throughput exceeds the current throughput limit for your account.", "Throttled"],
  ["ThrottlingException", "Rate of requests exceeds the allowed throughput.", "Throttled"],
  ["ThrottlingException", "Throughput exceeds the current capacity of your table or index.", "Throttled"],
  ["ThrottlingException", "Rate exceeded", "Throttled"],
  ["TransactionConflictException", "Transaction is ongoing for the item", "Throttled"],
  ["InternalServerError", "Internal server error", "Unavailable"],
  ["ResourceNotFoundException", "Requested resource not found: Table: x", "Unavailable"],
  ["AccessDeniedException", "User: arn:aws:sts::0:assumed-role/x is not authorized", "Unavailable"],
  ["ValidationException", "One or more parameter values were invalid", "Unavailable"],
  ["ItemCollectionSizeLimitExceededException", "Collection size exceeded.", "Unavailable"],
];

/** Fields that ask the table, with the operation that is to fail. */
const FIELDS = [
  ["mutation { recordLogin { id } }", "recordLogin", "PutItem"],
  ["mutation { recordLogin { id } }", "recordLogin", "GetItem"],
  ["{ greeting { message } }", "greeting", "GetItem"],
  ["{ greeting { message } }", "greeting", "Query"],
  ["{ thisLogin { id } }", "thisLogin", "GetItem"],
  ["{ myLogins { nextToken } }", "myLogins", "Query"],
  ['{ loginsOf(username: "ada") { nextToken } }', "loginsOf", "Query"],
] as const;

let api: LedgerApi;
let claims: Claims;
beforeAll(async () => {
  api = await openLedgerApi();
  claims = signInOf(api, { "cognito:groups": ["auditors"] });
  // Recorded, so that recordLogin comes to read what it could not put.
  expect((await api.ask(claims, FIELDS[0][0])).errors).toEqual([]);
});

describe.each(FIELDS)("%s, field %s, when %s fails", (query, field, operation) => {
  test.each(ERRORS)("%s (%s) is %s", async (code, message, errorType) => {
    api.failNext(operation, new AwsError(code, `${message} arn:aws:dynamodb:us-east-1:0:table/x`));
    const { data, errors } = await api.ask(claims, query);
    expect(data).toEqual({ [field]: null });
    expect(errors.map((error) => error.errorType)).toEqual([errorType]);
    expect(errors[0]?.message).toMatch(
      /^the ledger (is busy; try again in a moment|does not answer; try again later)$/,
    );
    // The failure was this field's: the next time there is none.
    expect((await api.ask(claims, query)).errors).toEqual([]);
  });
});
