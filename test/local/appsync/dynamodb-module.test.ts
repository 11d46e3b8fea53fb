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
