// The data source AMAZON_DYNAMODB: requests for one item, results and errors.

import { describe, expect, it } from "vitest";
import { AwsError } from "../../src/aws/errors.ts";
import { tableFields } from "./support/table-fields.ts";

const { field, run, failure, calls, answerInstead, put, get, update, remove } = tableFields();

describe("items", () => {
  const project = field("ddb.get({ key: { id: a }, projection: ['user', 'map.x'] })");

  it("PutItem gives the item with its key, GetItem the same, and null for none", async () => {
    const item = { user: "u", n: 1.5, yes: true, nothing: null, list: [1, "x"], map: { x: { y: "z" } } };
    expect(await run(put, { id: "1", item })).toEqual({ result: { id: "1", ...item }, error: null });
    expect(await run(get, "1")).toEqual({ result: { id: "1", ...item }, error: null });
    expect(await run(get, "2")).toEqual({ result: null, error: null });
    expect((await run(project, "1")).result).toEqual({ user: "u", map: { x: { y: "z" } } });
  });

  const sets = field(
    `({ operation: "PutItem", key: { id: { S: "s" } },
        attributeValues: { ss: { SS: ["a", "b"] }, ns: { NS: [1, 2.5] }, b: { B: "aGk=" }, no: { NULL: null } } })`,
  );
  it("take typed values in every form, and give sets as lists and binary data as base64", async () => {
    await run(sets);
    expect((await run(get, "s")).result).toEqual({
      id: "s",
      ss: ["a", "b"],
      ns: [1, 2.5],
      b: "aGk=",
      no: null,
    });
  });

  const operations = field(
    `ddb.update({ key: { id: a }, update: { n: ops.increment(2), m: ops.decrement(), list: ops.append([3]),
       map: { x: 1 }, gone: ops.remove(), fresh: ops.add({ a: 1 }) } })`,
  );
  it("UpdateItem gives the item as it is afterwards", async () => {
    await run(put, { id: "1", item: { n: 1, m: 1, list: [1, 2], map: { x: 0, y: 2 }, gone: "x" } });
    expect((await run(operations, "1")).result).toEqual({
      id: "1",
      n: 3,
      m: 0,
      list: [1, 2, 3],
      map: { x: 1, y: 2 },
      fresh: { a: 1 },
    });
  });

  it("ddb-nested-object: changing part of a map that is not there is an error of DynamoDB", async () => {
    await run(put, { id: "1", item: {} });
    const { result, error } = await run(update, { id: "1", update: { pref: { a: 1 } } });
    expect(result).toBeNull();
    expect(error?.type).toBe("DynamoDB:DynamoDbException");
    expect(error?.message).toContain("The document path provided in the update expression is invalid");
  });

  it("ddb-dotted-key: a name with a dot is one attribute", async () => {
    await run(put, { id: "1", item: {} });
    expect((await run(update, { id: "1", update: { "settings.foo": 1 } })).result).toEqual({
      id: "1",
      "settings.foo": 1,
    });
  });

  it("DeleteItem gives the item that was there, and null for none", async () => {
    await run(put, { id: "1", item: { n: 1 } });
    expect((await run(remove, { id: "1" })).result).toEqual({ id: "1", n: 1 });
    expect((await run(remove, { id: "1" })).result).toBeNull();
  });
});

describe("errors", () => {
  it.each([
    ["ProvisionedThroughputExceededException", "DynamoDB:ProvisionedThroughputExceededException"],
    ["ResourceNotFoundException", "DynamoDB:ResourceNotFoundException"],
    ["ValidationException", "DynamoDB:DynamoDbException"],
    ["ThrottlingException", "DynamoDB:DynamoDbException"],
    ["RequestLimitExceeded", "DynamoDB:RequestLimitExceededException"],
    ["InternalServerError", "DynamoDB:InternalServerErrorException"],
    ["TransactionInProgressException", "DynamoDB:TransactionInProgressException"],
    ["constructor", "DynamoDB:DynamoDbException"],
  ])("dynamodb-generic: %s is known to resolvers as %s", async (code, type) => {
    answerInstead(new AwsError(code, "Not now"));
    const { result, error } = await run(get, "1");
    expect(result).toBeNull();
    expect(error?.type).toBe(type);
    expect(error?.message).toMatch(/^Not now \(Service: DynamoDb, Status Code: 400, Request ID: /);
  });

  const putAny = field(
    `({ operation: "PutItem", key: { id: { S: "1" } }, attributeValues: { data: { M: a } } })`,
  );
  it("an attribute named __proto__ is refused by name, and nothing is written", async () => {
    const { error } = await run(putAny, { ["__proto__"]: { S: "lost" }, kept: { S: "kept" } });
    expect(error?.type).toBe("DynamoDB:DynamoDbException");
    expect(error?.message).toMatch(/^an attribute named __proto__ in DynamoDB is not served/);
    expect((await run(get, "1")).result).toBeNull();
  });

  const requests = [
    ["{ payload: 1 }", "Value for field '$[operation]' not found."],
    ["null", "Value for field '$[operation]' not found."],
    [`{ operation: "GetItem" }`, "Value for field '$[key]' not found."],
    [
      `{ operation: "GetItem", key: { id: "1" } }`,
      `Expected a typed value such as {"S": "text"} at '$[key][id]'.`,
    ],
    [`{ operation: "Query", query: {} }`, "Value for field '$[query][expression]' not found."],
    [
      `{ operation: "GetItem", key: { id: { S: "1" } }, consistendRead: true }`,
      "Unsupported element '$[consistendRead]'.",
    ],
    [
      `{ operation: "UpdateItem", key: { id: { S: "1" } }, update: { expression: "SET n = n", values: {} } }`,
      "Unsupported element '$[update][values]'.",
    ],
    [
      `{ operation: "DeleteItem", key: { id: { S: "1" } },
         condition: { expression: "n = n", returnValuesOnConditionCheckFailure: false } }`,
      "Unsupported element '$[condition][returnValuesOnConditionCheckFailure]'.",
    ],
    [
      `{ operation: "DeleteItem", key: { id: { S: "1" } },
         condition: { expression: "n = n", conditionalCheckFailedHandler: { strategy: "Custom" } } }`,
      "Expected the strategy Reject, or Custom with a lambdaArn, at '$[condition][conditionalCheckFailedHandler]'.",
    ],
    [`{ operation: "BatchPutItem", tables: {} }`, "Value for field '$[tables]' not found."],
    [
      `{ operation: "BatchGetItem", tables: { t: [{ id: { S: "1" } }] } }`,
      "Value for field '$[tables][t][keys]' not found.",
    ],
    [
      `{ operation: "TransactWriteItems", transactItems: [{ table: "t", operation: "Put" }] }`,
      "Unsupported operation 'Put'.",
    ],
    [
      `{ operation: "TransactWriteItems", transactItems: [{ table: "t", operation: "DeleteItem" }] }`,
      "Value for field '$[transactItems][0][key]' not found.",
    ],
    [
      `{ operation: "TransactWriteItems",
         transactItems: [{ table: "t", operation: "ConditionCheck", key: { id: { S: "1" } } }] }`,
      "Value for field '$[transactItems][0][condition]' not found.",
    ],
    [`{ operation: "TransactGetItems" }`, "Value for field '$[transactItems]' not found."],
    [
      `{ operation: "Sync" }`,
      "the operation Sync, which needs a versioned data source, is not served by the local runtime",
    ],
    [`{ operation: "constructor" }`, "Unsupported operation 'constructor'."],
  ].map(([request = "", message]) => [request, field(`(${request})`), message] as const);
  it.each(requests)(
    "the request %s fails the field before any handler sees it",
    async (_request, name, message) => {
      expect(await failure(name)).toMatchObject({ errorType: "MappingTemplate", message });
      expect(calls()).toEqual([]);
    },
  );
});
