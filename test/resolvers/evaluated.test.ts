// What no request brings about on one machine: the deployed code, given its context by EvaluateCode.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openResolverCodeChecks, type ResolverCodeChecks } from "cdk-offline/testing";
import { localAssembly } from "../local-assembly.ts";

const resources = Object.values(localAssembly().template.Resources);

/** The code of every root field, by `Type.field`. */
const fields = new Map(
  resources
    .filter(({ Type }) => Type === "AWS::AppSync::Resolver")
    .map(({ Properties: { TypeName, FieldName, Code } }) => [
      `${String(TypeName)}.${String(FieldName)}`,
      String(Code),
    ]),
);

/** The code of every step of a pipeline, by its name. */
const steps = new Map(
  resources
    .filter(({ Type }) => Type === "AWS::AppSync::FunctionConfiguration")
    .map(({ Properties: { Name, Code } }) => [String(Name), String(Code)]),
);

function codeOf(name: string): string {
  const code = fields.get(name) ?? steps.get(name);
  if (code === undefined) throw new Error(`the template has no code named ${name}`);
  return code;
}

let checks: ResolverCodeChecks;
beforeAll(async () => {
  checks = await openResolverCodeChecks();
  await checks.evaluate(codeOf("put_login")); // loads the checker and the evaluator, which takes a while
});
afterAll(() => checks.close());

const CLAIMS = {
  ...{ token_use: "access", sub: "s", username: "ada", origin_jti: "o" },
  ...{ auth_time: 1_700_000_000, exp: 1_700_000_300, client_id: "c" },
};

describe.each([...fields])("%s", (name, code) => {
  const handler = name.startsWith("Subscription.") ? "response" : "request";

  test.each([
    ["without an identity", null],
    ["without claims", { claims: {}, groups: ["auditors"] }],
    ["with an ID token", { claims: { ...CLAIMS, token_use: "id" }, groups: ["auditors"] }],
  ])("B4: takes no caller %s", async (_, identity) => {
    const { error } = await checks.evaluate(code, { identity }, handler);
    expect(error?.message).toBe("this API takes access tokens; the token sent is of another kind");
  });

  test.each(["sub", "username", "origin_jti", "auth_time", "client_id"])(
    "B8: takes no caller whose token lacks %s",
    async (claim) => {
      const identity = { claims: { ...CLAIMS, [claim]: undefined }, groups: ["auditors"] };
      const { error } = await checks.evaluate(code, { identity }, handler);
      expect(error?.message).toContain("the access token names no user or no authentication event");
    },
  );
});

test.each([
  ["without exp", { exp: undefined }],
  ["whose exp is text", { exp: "1700000300" }],
  ["whose auth_time is no whole number", { auth_time: 1_700_000_000.5 }],
])("a token %s is no caller's", async (_, claims) => {
  const identity = { claims: { ...CLAIMS, ...claims } };
  const { error } = await checks.evaluate(codeOf("Mutation.recordLogin"), { identity });
  expect(error?.message).toBe("the access token has no times in whole seconds; sign in again");
});

test.each([
  ["sixty seconds ahead", 60, undefined],
  ["further ahead", 3600, "the access token names an authentication that lies ahead; sign in again"],
])("an auth_time %s", async (_, seconds, message) => {
  const claims = { ...CLAIMS, auth_time: Math.floor(Date.now() / 1000) + seconds };
  const { error } = await checks.evaluate(codeOf("Mutation.recordLogin"), { identity: { claims } });
  expect(error?.message).toBe(message);
});

describe("after the table has failed", () => {
  const readers = [
    "put_login",
    "read_first_login",
    "read_own_login",
    "last_login",
    "Query.thisLogin",
    "Query.myLogins",
    "Query.loginsOf",
  ];

  test.each(
    readers.flatMap((name) =>
      [
        ["ProvisionedThroughputExceededException", "the ledger is busy; try again in a moment"],
        ["ThrottlingException", "the ledger is busy; try again in a moment"],
        ["RequestLimitExceeded", "the ledger is busy; try again in a moment"],
        // Both spellings of what has one in DynamoDB and another one in AWS's SDK.
        ["RequestLimitExceededException", "the ledger is busy; try again in a moment"],
        ["ProvisionedThroughputExceeded", "the ledger is busy; try again in a moment"],
        ["TransactionConflictException", "the ledger is busy; try again in a moment"],
        ["InternalServerErrorException", "the ledger does not answer; try again later"],
        ["AmazonDynamoDBException", "the ledger does not answer; try again later"],
        ["DynamoDbException", "the ledger does not answer; try again later"],
        // Where no page token was sent, none can be what is wrong.
        ["UserIllegalArgumentException", "the ledger does not answer; try again later"],
      ].map(([type, message]) => [name, type, message]),
    ),
  )("H4: %s, after %s, says: %s", async (name, type, message) => {
    const { error } = await checks.evaluate(
      codeOf(String(name)),
      { error: { type: `DynamoDB:${String(type)}`, message: "arn:aws:dynamodb:x" } },
      "response",
    );
    expect(error?.message).toBe(message);
  });

  test.each([
    [
      "AmazonDynamoDBException",
      "(Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ThrottlingException)",
    ],
    [
      "AmazonDynamoDBException",
      "(Service: AmazonDynamoDBv2; Status Code: 400; Error Code: RequestLimitExceeded)",
    ],
    ["DynamoDbException", "Throughput exceeds the current capacity of your table or index."],
    ["TransactionCanceledException", "specific reasons [None, ThrottlingError]"],
  ])(
    "H4: a busy table is known by what it says where its type, %s, does not tell: %s",
    async (type, message) => {
      const { error } = await checks.evaluate(
        codeOf("Query.myLogins"),
        { error: { type: `DynamoDB:${type}`, message } },
        "response",
      );
      expect(error?.message).toBe("the ledger is busy; try again in a moment");
    },
  );

  test.each(["Query.myLogins", "Query.loginsOf"])("%s blames the page token it was sent", async (name) => {
    const { error } = await checks.evaluate(
      codeOf(name),
      {
        arguments: { nextToken: "t" },
        error: { type: "DynamoDB:UserIllegalArgumentException", message: "arn:aws:dynamodb:x" },
      },
      "response",
    );
    expect(error?.message).toBe("nextToken is none of this query and caller; start again without it");
  });
});

test("an API without RETENTION_DAYS keeps its items for ever", async () => {
  const begun = await checks.evaluate(codeOf("Mutation.recordLogin"), {
    identity: { claims: CLAIMS, groups: null },
  });
  const stash = JSON.parse(begun.stash ?? "") as unknown;
  const put = async (env: object) => {
    const { evaluationResult } = await checks.evaluate(codeOf("put_login"), { stash, env });
    return JSON.parse(evaluationResult ?? "") as { readonly attributeValues: object };
  };
  expect((await put({ RETENTION_DAYS: "1" })).attributeValues).toHaveProperty("expiresAt");
  expect((await put({})).attributeValues).not.toHaveProperty("expiresAt");
});
