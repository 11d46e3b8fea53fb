// The data source AMAZON_DYNAMODB: what becomes of a request whose condition fails.

import { beforeEach, describe, expect, it } from "vitest";
import { CLAIMS } from "./support/api.ts";
import { TABLE, tableFields } from "./support/table-fields.ts";

/** What the function that decides on failed conditions is sent, and answers. */
const decisions: { readonly functionName: string; readonly payload: unknown }[] = [];
let decide: (payload: Readonly<Record<string, unknown>>) => unknown = () => ({ action: "reject" });

const { field, run, calls, put, get, update, remove } = tableFields({
  invoke(functionName, payload) {
    const sent = JSON.parse(payload) as Readonly<Record<string, unknown>>;
    decisions.push({ functionName, payload: sent });
    const decision = decide(sent);
    if (decision instanceof Error) {
      return Promise.resolve({
        functionError: "Unhandled",
        payload: JSON.stringify({ errorMessage: decision.message, errorType: "Error" }),
      });
    }
    return Promise.resolve({ payload: JSON.stringify(decision) });
  },
});
beforeEach(() => {
  decisions.length = 0;
});

describe("a condition that fails", () => {
  const ABSENT = { id: { attributeExists: false } };

  it("dynamodb-condition: sets ctx.error, and ctx.result to the item that is there, read consistently", async () => {
    await run(put, { id: "1", item: { n: 1 } });
    calls();
    const { result, error } = await run(put, { id: "1", item: { n: 2 }, condition: ABSENT });
    expect(result).toEqual({ id: "1", n: 1 });
    expect(error?.type).toBe("DynamoDB:ConditionalCheckFailedException");
    expect(error?.message).toMatch(
      /^The conditional request failed \(Service: DynamoDb, Status Code: 400, Request ID: [A-Z0-9]{52}\) \(SDK Attempt Count: 1\)$/,
    );
    expect(calls().map(({ operation, input }) => [operation, input["ConsistentRead"]])).toEqual([
      ["PutItem", undefined],
      ["GetItem", true],
    ]);
  });

  it("is success when the item there is the one to be written", async () => {
    const item = { n: 1, list: [1, { a: "b" }], nothing: null };
    await run(put, { id: "1", item });
    expect(await run(put, { id: "1", item, condition: ABSENT })).toEqual({
      result: { id: "1", ...item },
      error: null,
    });
  });

  it("is none of the kind when an attribute is missing, more, or of another type", async () => {
    await run(put, { id: "1", item: { n: 1 } });
    for (const item of [{}, { n: 1, m: 1 }, { n: "1" }]) {
      const { error } = await run(put, { id: "1", item, condition: ABSENT });
      expect(error?.type).toBe("DynamoDB:ConditionalCheckFailedException");
    }
  });

  const ignoring = field(
    `({ operation: "PutItem", key: { id: { S: "1" } }, attributeValues: util.dynamodb.toMapValues(a),
        condition: { expression: "attribute_not_exists(id)", equalsIgnore: ["writeId"], consistentRead: false } })`,
  );
  it("leaves out what equalsIgnore names, gives the stored item, and reads eventually if asked to", async () => {
    await run(put, { id: "1", item: { n: 1, writeId: "first" } });
    calls();
    expect(await run(ignoring, { n: 1, writeId: "second" })).toEqual({
      result: { id: "1", n: 1, writeId: "first" },
      error: null,
    });
    expect(calls()[1]?.input["ConsistentRead"]).toBe(false);
    expect((await run(ignoring, { n: 2, writeId: "second" })).error).not.toBeNull();
  });

  it("of DeleteItem is success when the item is gone", async () => {
    const condition = { n: { eq: 1 } };
    expect(await run(remove, { id: "none", condition })).toEqual({ result: null, error: null });
    await run(put, { id: "1", item: { n: 2 } });
    const { result, error } = await run(remove, { id: "1", condition });
    expect(result).toEqual({ id: "1", n: 2 });
    expect(error?.type).toBe("DynamoDB:ConditionalCheckFailedException");
  });

  it("of UpdateItem is never success", async () => {
    const { result, error } = await run(update, {
      id: "none",
      update: { n: 1 },
      condition: { id: { attributeExists: true } },
    });
    expect(result).toBeNull();
    expect(error?.type).toBe("DynamoDB:ConditionalCheckFailedException");
  });

  const FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:decide";
  const HANDLER = `conditionalCheckFailedHandler: { strategy: "Custom", lambdaArn: "${FUNCTION}" }`;
  const version = `util.dynamodb.toMapValues({ ":v": a })`;
  const customPut = field(
    `({ operation: "PutItem", key: { id: { S: "1" } }, attributeValues: { version: { N: a } },
        condition: { expression: "version = :v", expressionValues: ${version}, ${HANDLER} } })`,
  );
  const customUpdate = field(
    `({ operation: "UpdateItem", key: { id: { S: "1" } },
        update: { expression: "SET version = :v", expressionValues: ${version} },
        condition: { expression: "attribute_not_exists(id)", ${HANDLER} } })`,
  );
  const customDelete = field(
    `({ operation: "DeleteItem", key: { id: { S: "1" } },
        condition: { expression: "version = :v", expressionValues: ${version}, ${HANDLER} } })`,
  );

  it("is put to a function that gets the arguments, the request, the item that is there and the caller", async () => {
    await run(put, { id: "1", item: { version: 8 } });
    decide = () => ({ action: "reject" });
    const { result, error } = await run(customPut, 1);
    expect(result).toEqual({ id: "1", version: 8 });
    expect(error?.type).toBe("DynamoDB:ConditionalCheckFailedException");
    expect(decisions).toEqual([
      {
        functionName: FUNCTION,
        payload: {
          arguments: { a: 1 },
          requestMapping: {
            operation: "PutItem",
            key: { id: { S: "1" } },
            attributeValues: { version: { N: 1 } },
            condition: {
              expression: "version = :v",
              expressionValues: { ":v": { N: 1 } },
              conditionalCheckFailedHandler: { strategy: "Custom", lambdaArn: FUNCTION },
            },
          },
          currentValue: { id: { S: "1" }, version: { N: 8 } },
          resolver: {
            tableName: TABLE,
            awsRegion: "us-east-1",
            parentType: "Query",
            field: customPut,
            outputType: "AWSJSON",
          },
          identity: expect.objectContaining({ sub: CLAIMS.sub, username: "nadia" }) as unknown,
        },
      },
    ]);
  });

  it("is forgotten when the function says discard: the item that is there is the result", async () => {
    await run(put, { id: "1", item: { version: 8 } });
    decide = () => ({ action: "discard" });
    for (const name of [customPut, customUpdate, customDelete]) {
      expect(await run(name, 1)).toEqual({ result: { id: "1", version: 8 }, error: null });
    }
  });

  it("is tried again as the function says", async () => {
    await run(put, { id: "1", item: { version: 8 } });
    decide = ({ currentValue }) => ({
      action: "retry",
      retryMapping: {
        attributeValues: { version: { N: 9 } },
        condition: {
          expression: "version = :v",
          expressionValues: { ":v": (currentValue as { version: unknown }).version },
        },
      },
    });
    expect(await run(customPut, 1)).toEqual({ result: { id: "1", version: 9 }, error: null });
    decide = () => ({
      action: "retry",
      retryMapping: { update: { expression: "SET version = :n", expressionValues: { ":n": { N: 10 } } } },
    });
    expect(await run(customUpdate, 1)).toEqual({ result: { id: "1", version: 10 }, error: null });
    decide = () => ({ action: "retry", retryMapping: { condition: { consistentRead: true } } });
    expect(await run(customDelete, 1)).toEqual({ result: { id: "1", version: 10 }, error: null });
    expect(await run(get, "1")).toEqual({ result: null, error: null });
  });

  it("that fails a second time is an error, and nobody is asked again", async () => {
    await run(put, { id: "1", item: { version: 8 } });
    const condition = { expression: "version = :v", expressionValues: { ":v": { N: 2 } } };
    decide = () => ({ action: "retry", retryMapping: { attributeValues: {}, condition } });
    const { result, error } = await run(customPut, 1);
    expect(result).toEqual({ id: "1", version: 8 });
    expect(error?.type).toBe("DynamoDB:ConditionalCheckFailedException");
    expect(decisions).toHaveLength(1);
  });

  it("is not put to the function when what was wanted is there already", async () => {
    expect(await run(customDelete, 1)).toEqual({ result: null, error: null });
    expect(decisions).toEqual([]);
  });

  it("whose function fails has the function's error", async () => {
    await run(put, { id: "1", item: { version: 8 } });
    decide = () => new Error("cannot decide");
    expect(await run(customPut, 1)).toEqual({
      result: null,
      error: { type: "Lambda:Unhandled", message: "cannot decide", unhandledErrorType: "Error" },
    });
  });
});
