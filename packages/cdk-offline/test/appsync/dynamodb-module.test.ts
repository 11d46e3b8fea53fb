// The module @aws-appsync/utils/dynamodb: the request objects its helpers write.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestEvaluator, type TestEvaluator } from "./support/evaluator.ts";

let test: TestEvaluator;
beforeAll(async () => {
  test = await openTestEvaluator();
});
afterAll(() => test.close());

const key = { id: { S: "test" } };

describe("requests", () => {
  it.each([
    [`ddb.get({ key: { id: "test" } })`, { operation: "GetItem", key }],
    [
      `ddb.get({ key: { id: "test" }, consistentRead: true, projection: ["id", "nested.field", "nested.id", "list[1].a"] })`,
      {
        operation: "GetItem",
        key,
        consistentRead: true,
        projection: {
          expression: "#expName_1, #expName_2.#expName_3, #expName_2.#expName_1, #expName_4[1].#expName_5",
          expressionNames: {
            "#expName_1": "id",
            "#expName_2": "nested",
            "#expName_3": "field",
            "#expName_4": "list",
            "#expName_5": "a",
          },
        },
      },
    ],
    [
      `ddb.put({ key: { id: "test" }, item: { value: 10 } })`,
      { operation: "PutItem", key, attributeValues: { value: { N: 10 } } },
    ],
    [
      `ddb.put({ key: { id: "test" }, item: {}, condition: { id: { attributeExists: false } } })`,
      {
        operation: "PutItem",
        key,
        attributeValues: {},
        condition: { expression: "(attribute_not_exists(#id))", expressionNames: { "#id": "id" } },
      },
    ],
    [`ddb.remove({ key: { id: "test" } })`, { operation: "DeleteItem", key }],
    [
      `ddb.remove({ key: { id: "test" }, condition: { owner: { eq: "o" } } })`,
      {
        operation: "DeleteItem",
        key,
        condition: {
          expression: "(#owner = :owner_eq)",
          expressionNames: { "#owner": "owner" },
          expressionValues: { ":owner_eq": { S: "o" } },
        },
      },
    ],
    [
      `ddb.scan({ limit: 10, nextToken: "abc", filter: null, index: null })`,
      { operation: "Scan", limit: 10, nextToken: "abc" },
    ],
    [
      `ddb.query({ query: { user: { eq: "u" }, at: { beginsWith: "2026" } }, index: "byUser", scanIndexForward: false,
         limit: null, select: "ALL_ATTRIBUTES", filter: { n: { gt: 1 } } })`,
      {
        operation: "Query",
        query: {
          expression: "(#user = :user_eq) AND (begins_with(#at,:at_beginsWith))",
          expressionNames: { "#user": "user", "#at": "at" },
          expressionValues: { ":user_eq": { S: "u" }, ":at_beginsWith": { S: "2026" } },
        },
        index: "byUser",
        scanIndexForward: false,
        select: "ALL_ATTRIBUTES",
        filter: {
          expression: "(#n > :n_gt)",
          expressionNames: { "#n": "n" },
          expressionValues: { ":n_gt": { N: 1 } },
        },
      },
    ],
    [
      `ddb.batchGet({ tables: { post: { keys: [{ id: "test" }], consistentRead: false } } })`,
      { operation: "BatchGetItem", tables: { post: { keys: [key], consistentRead: false } } },
    ],
    [
      `ddb.put({ key: { id: "test" }, item: {}, _version: 2, customPartitionKey: "p", populateIndexFields: true })`,
      {
        operation: "PutItem",
        key,
        attributeValues: {},
        _version: 2,
        customPartitionKey: "p",
        populateIndexFields: true,
      },
    ],
    [`ddb.remove({ key: { id: "test" }, _version: 3 })`, { operation: "DeleteItem", key, _version: 3 }],
    [
      `ddb.scan({ select: "ALL_PROJECTED_ATTRIBUTES", scanIndexForward: true, totalSegments: 4, segment: 0, projection: ["id"] })`,
      {
        operation: "Scan",
        select: "ALL_PROJECTED_ATTRIBUTES",
        scanIndexForward: true,
        totalSegments: 4,
        segment: 0,
        projection: { expression: "#expName_1", expressionNames: { "#expName_1": "id" } },
      },
    ],
    [
      `ddb.sync({ limit: 10, nextToken: null, lastSync: 1, basePartitionKey: "p", deltaIndexName: "d", filter: { a: { eq: 1 } } })`,
      {
        operation: "Sync",
        limit: 10,
        lastSync: 1,
        basePartitionKey: "p",
        deltaIndexName: "d",
        filter: {
          expression: "(#a = :a_eq)",
          expressionNames: { "#a": "a" },
          expressionValues: { ":a_eq": { N: 1 } },
        },
      },
    ],
    [
      `ddb.batchPut({ tables: { post: [{ id: "test", n: 1 }, { id: "b", tags: ["x"] }], user: [] } })`,
      {
        operation: "BatchPutItem",
        tables: {
          post: [
            { id: { S: "test" }, n: { N: 1 } },
            { id: { S: "b" }, tags: { L: [{ S: "x" }] } },
          ],
          user: [],
        },
      },
    ],
    [
      `ddb.batchDelete({ tables: { post: [{ id: "test" }] } })`,
      { operation: "BatchDeleteItem", tables: { post: [key] } },
    ],
    [
      `ddb.transactGet({ items: [{ table: "post", key: { id: "test" } }, { table: "user", key: { id: "test" }, projection: ["a"] }] })`,
      {
        operation: "TransactGetItems",
        transactItems: [
          { table: "post", key },
          {
            table: "user",
            key,
            projection: { expression: "#expName_1", expressionNames: { "#expName_1": "a" } },
          },
        ],
      },
    ],
    [
      `ddb.transactWrite({ items: [
         { putItem: { table: "post", key: { id: "test" }, item: { n: 1 }, condition: { id: { attributeExists: false } } } },
         { updateItem: { table: "post", key: { id: "test" }, update: { n: ddb.operations.increment(2) } } },
         { deleteItem: { table: "post", key: { id: "test" } } },
         { conditionCheck: { table: "user", key: { id: "test" }, condition: { role: { eq: "r" } } } },
       ] })`,
      {
        operation: "TransactWriteItems",
        transactItems: [
          {
            table: "post",
            operation: "PutItem",
            key,
            attributeValues: { n: { N: 1 } },
            condition: { expression: "(attribute_not_exists(#id))", expressionNames: { "#id": "id" } },
          },
          {
            table: "post",
            operation: "UpdateItem",
            key,
            update: {
              expression: "SET #expName_1 = #expName_1 + :expValue_1",
              expressionNames: { "#expName_1": "n" },
              expressionValues: { ":expValue_1": { N: 2 } },
            },
          },
          { table: "post", operation: "DeleteItem", key },
          {
            table: "user",
            operation: "ConditionCheck",
            key,
            condition: {
              expression: "(#role = :role_eq)",
              expressionNames: { "#role": "role" },
              expressionValues: { ":role_eq": { S: "r" } },
            },
          },
        ],
      },
    ],
    [
      `[ddb.toStringSet(["a"]), ddb.toNumberSet([1]), ddb.toBinarySet(["aGk="])]`,
      [{ SS: ["a"] }, { NS: [1] }, { BS: ["aGk="] }],
    ],
  ])("%s", async (expression, request) => {
    expect(await test.value(expression)).toEqual(request);
  });

  it.each([
    [
      `ddb.put({ key: { id: 1 }, item: {}, condition: { expression: "attribute_exists(id)" } })`,
      "condition wants a filter object",
    ],
    [`ddb.query({ query: { id: "1" } })`, "query wants a filter object"],
    [`ddb.get({})`, "key wants an object"],
    [`ddb.put({ key: { id: 1 } })`, "item wants an object"],
    [`ddb.update({ key: { id: 1 } })`, "update wants an object"],
    [`ddb.put({ key: { id: 1 }, item: { f: () => 1 } })`, "a function cannot be stored"],
    [`ddb.batchGet({})`, "tables wants an object"],
    [`ddb.batchGet({ tables: { post: [{ id: 1 }] } })`, "tables.post wants an object with keys"],
    [`ddb.batchPut({ tables: { post: { id: 1 } } })`, "post wants a list"],
    [`ddb.batchDelete({ tables: { post: ["a"] } })`, "post wants an object"],
    [`ddb.transactGet({})`, "items wants a list"],
    [`ddb.transactWrite({ items: [{ scan: {} }] })`, "wants one of putItem, updateItem"],
    [`ddb.transactWrite({ items: [{ putItem: {}, deleteItem: {} }] })`, "wants one of putItem, updateItem"],
  ])("%s is a fault", async (expression, message) => {
    const { report } = await test.call(`return ${expression};`);
    expect(report.ending).toMatchObject({
      kind: "faulted",
      message: expect.stringContaining(message) as string,
    });
  });
});

describe("updates", () => {
  const update = async (changes: string) => {
    const request = (await test.value(`ddb.update({ key: { id: "test" }, update: ${changes} })`)) as {
      readonly update: {
        readonly expression: string;
        readonly expressionNames: Readonly<Record<string, string>>;
        readonly expressionValues: Readonly<Record<string, unknown>>;
      };
    };
    expect(request).toMatchObject({ operation: "UpdateItem", key });
    return request.update;
  };

  it("set every attribute in one clause, null as null", async () => {
    expect(await update(`{ name: "Toni", imageUrl: null, bio: ["x"] }`)).toEqual({
      expression: "SET #expName_1 = :expValue_1, #expName_2 = :expValue_2, #expName_3 = :expValue_3",
      expressionNames: { "#expName_1": "name", "#expName_2": "imageUrl", "#expName_3": "bio" },
      expressionValues: {
        ":expValue_1": { S: "Toni" },
        ":expValue_2": { NULL: null },
        ":expValue_3": { L: [{ S: "x" }] },
      },
    });
  });

  it.each([
    [`{ age: ddb.operations.add(10) }`, "SET #expName_1 = :expValue_1"],
    [`{ age: ddb.operations.replace({ a: 1 }) }`, "SET #expName_1 = :expValue_1"],
    [`{ age: ddb.operations.increment(10) }`, "SET #expName_1 = #expName_1 + :expValue_1"],
    [`{ age: ddb.operations.decrement() }`, "SET #expName_1 = #expName_1 - :expValue_1"],
    [`{ list: ddb.operations.append([1]) }`, "SET #expName_1 = list_append(#expName_1, :expValue_1)"],
    [`{ list: ddb.operations.prepend([1]) }`, "SET #expName_1 = list_append(:expValue_1, #expName_1)"],
    [
      `{ list: [ddb.operations.updateListItem("a", 1), ddb.operations.updateListItem("b", 2)] }`,
      "SET #expName_1[1] = :expValue_1, #expName_1[2] = :expValue_2",
    ],
    [`{ gone: ddb.operations.remove() }`, "REMOVE #expName_1"],
    [`{ gone: ddb.operations.remove(), age: 1 }`, "SET #expName_1 = :expValue_1 REMOVE #expName_2"],
    [
      `{ pref: { a: 1, b: { c: 2 } } }`,
      "SET #expName_1.#expName_2 = :expValue_1, #expName_1.#expName_3.#expName_4 = :expValue_2",
    ],
    [`{ "settings.foo": 1 }`, "SET #expName_1 = :expValue_1"],
  ])("%s is %s", async (changes, expression) => {
    expect((await update(changes)).expression).toBe(expression);
  });

  it("steps by one when no step is given", async () => {
    expect((await update("{ n: ddb.operations.increment() }")).expressionValues).toEqual({
      ":expValue_1": { N: 1 },
    });
  });

  it("operations are objects of their kinds", async () => {
    expect(
      await test.value(`(() => { const o = ddb.operations;
        return [o.add(1), o.append([1]), o.increment(2), o.replace({ a: 1 }), o.remove(), o.updateListItem("x", 1)]; })()`),
    ).toEqual([
      { type: "OPERATION_ADD", value: 1 },
      { type: "OPERATION_APPEND", items: [1] },
      { type: "OPERATION_INCREMENT", by: 2 },
      { type: "OPERATION_REPLACE", value: { a: 1 } },
      { type: "OPERATION_REMOVE" },
      { type: "OPERATION_UPDATE_LIST_ITEM", value: "x", index: 1 },
    ]);
  });
});
