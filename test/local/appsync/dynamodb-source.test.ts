// The data source AMAZON_DYNAMODB, on a table of dynalite: requests, results, conditions, pages and errors.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { AwsError } from "../../../local/aws/errors.ts";
import { CLAIMS, openApi, type TestApi } from "./support/api.ts";
import { openDynalite, type TestDynamoDB } from "./support/dynalite.ts";

const TABLE = "Ledger";
const fields = new Map<string, string>();
let dynamodb: TestDynamoDB;
let api: TestApi;
/** Stands in for the table where a test needs it to fail. */
let broken: Error | undefined;

/** Names a field whose request handler returns the expression over `ctx`. */
function field(request: string): string {
  const name = `f${String(fields.size)}`;
  fields.set(name, request);
  return name;
}

beforeAll(async () => {
  dynamodb = await openDynalite();
  const string = (AttributeName: string) => ({ AttributeName, AttributeType: "S" });
  const key = (AttributeName: string, KeyType: string) => ({ AttributeName, KeyType });
  await dynamodb.call("CreateTable", {
    TableName: TABLE,
    AttributeDefinitions: [string("id"), string("user"), string("at")],
    KeySchema: [key("id", "HASH")],
    BillingMode: "PAY_PER_REQUEST",
    GlobalSecondaryIndexes: [
      {
        IndexName: "byUser",
        KeySchema: [key("user", "HASH"), key("at", "RANGE")],
        Projection: { ProjectionType: "ALL" },
      },
    ],
  });
  const code = (request: string) => `
    import { util } from "@aws-appsync/utils";
    import * as ddb from "@aws-appsync/utils/dynamodb";
    import { operations as ops } from "@aws-appsync/utils/dynamodb";
    export function request(ctx) { const a = ctx.args.a; return ${request}; }
    export function response(ctx) { return { result: ctx.result, error: ctx.error }; }`;
  api = await openApi({
    schema: `type Query { ${[...fields.keys()].map((name) => `${name}(a: AWSJSON): AWSJSON`).join(" ")} }`,
    resolvers: Object.fromEntries(
      [...fields].map(([name, request]) => [
        `Query.${name}`,
        { source: { table: TABLE }, code: code(request) },
      ]),
    ),
    dynamodb: {
      call: (operation, input) =>
        broken === undefined ? dynamodb.call(operation, input) : Promise.reject(broken),
    },
  });
});
afterAll(async () => {
  await api.close();
  await dynamodb.close();
});

beforeEach(async () => {
  broken = undefined;
  const { Items } = await dynamodb.call("Scan", { TableName: TABLE });
  for (const { id } of Items as { id: unknown }[]) {
    await dynamodb.call("DeleteItem", { TableName: TABLE, Key: { id } });
  }
  dynamodb.calls();
});

interface Outcome {
  readonly result: unknown;
  readonly error: { readonly message: string; readonly type: string } | null;
}

async function run(name: string, argument: unknown = null, sub: string = CLAIMS.sub): Promise<Outcome> {
  const { data, errors } = await api.query(
    `query ($a: AWSJSON) { ${name}(a: $a) }`,
    { a: JSON.stringify(argument) },
    { ...CLAIMS, sub },
  );
  expect(errors).toEqual([]);
  return JSON.parse(String(data?.[name])) as Outcome;
}

async function failure(name: string, argument: unknown = null) {
  const answer = await api.query(`query ($a: AWSJSON) { ${name}(a: $a) }`, { a: JSON.stringify(argument) });
  return answer.errors[0];
}

const put = field("ddb.put({ key: { id: a.id }, item: a.item, condition: a.condition })");
const get = field("ddb.get({ key: { id: a }, consistentRead: true })");
const project = field("ddb.get({ key: { id: a }, projection: ['user', 'map.x'] })");
const update = field("ddb.update({ key: { id: a.id }, update: a.update, condition: a.condition })");
const remove = field("ddb.remove({ key: { id: a.id }, condition: a.condition })");
const ABSENT = { id: { attributeExists: false } };

describe("items", () => {
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

describe("a condition that fails", () => {
  it("dynamodb-condition: sets ctx.error, and ctx.result to the item that is there, read consistently", async () => {
    await run(put, { id: "1", item: { n: 1 } });
    dynamodb.calls();
    const { result, error } = await run(put, { id: "1", item: { n: 2 }, condition: ABSENT });
    expect(result).toEqual({ id: "1", n: 1 });
    expect(error?.type).toBe("DynamoDB:ConditionalCheckFailedException");
    expect(error?.message).toMatch(
      /^The conditional request failed \(Service: DynamoDb, Status Code: 400, Request ID: [A-Z0-9]{52}\) \(SDK Attempt Count: 1\)$/,
    );
    expect(dynamodb.calls().map(({ operation, input }) => [operation, input["ConsistentRead"]])).toEqual([
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
    dynamodb.calls();
    expect(await run(ignoring, { n: 1, writeId: "second" })).toEqual({
      result: { id: "1", n: 1, writeId: "first" },
      error: null,
    });
    expect(dynamodb.calls()[1]?.input["ConsistentRead"]).toBe(false);
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

  const custom = field(
    `({ operation: "PutItem", key: { id: { S: "1" } }, attributeValues: {}, condition: {
        expression: "attribute_not_exists(id)",
        conditionalCheckFailedHandler: { strategy: "Custom", lambdaArn: "arn:aws:lambda:::function:x" } } })`,
  );
  it("cannot be handed to a function: that is refused by name", async () => {
    expect((await failure(custom))?.["message"]).toContain("conditionalCheckFailedHandler");
  });
});

describe("pages", () => {
  const mine = field(
    `ddb.query({ index: "byUser", query: { user: { eq: a.user }, at: { ge: a.from } }, limit: a.limit,
       nextToken: a.token, scanIndexForward: false, filter: a.filter })`,
  );
  const others = field(
    `ddb.query({ index: "byUser", query: { user: { eq: a.user } }, limit: 2, nextToken: a.token })`,
  );
  const scan = field(`ddb.scan({ limit: a.limit, nextToken: a.token, filter: { n: { gt: 2 } } })`);
  interface Page {
    readonly items: readonly Readonly<Record<string, unknown>>[];
    readonly nextToken: string | null;
    readonly scannedCount: number;
  }
  const page = async (name: string, argument: unknown, sub?: string) =>
    (await run(name, argument, sub)).result as Page;

  beforeEach(async () => {
    for (const n of [1, 2, 3, 4, 5])
      await run(put, { id: `i${String(n)}`, item: { user: "u", at: `t${String(n)}`, n } });
    await run(put, { id: "x", item: { user: "v", at: "t1", n: 9 } });
  });

  it("Query walks an index page by page, newest first, to a page without a token", async () => {
    const seen: unknown[] = [];
    let token: string | null = null;
    do {
      const { items, nextToken }: Page = await page(mine, { user: "u", from: "t2", limit: 2, token });
      seen.push(...items.map(({ n }) => n));
      token = nextToken;
    } while (token !== null);
    expect(seen).toEqual([5, 4, 3, 2]);
  });

  it("Query counts what it looked at, filters after it", async () => {
    const { items, scannedCount } = await page(mine, { user: "u", from: "t1", filter: { n: { le: 2 } } });
    expect(items.map(({ n }) => n)).toEqual([2, 1]);
    expect(scannedCount).toBe(5);
  });

  it("Scan walks the whole table", async () => {
    const first = await page(scan, { limit: 3 });
    const second = await page(scan, { limit: 3, token: first.nextToken });
    expect(first.scannedCount + second.scannedCount).toBe(6);
    expect([...first.items, ...second.items].map(({ n }) => n).sort()).toEqual([3, 4, 5, 9]);
  });

  it("a token tells nothing of the table", async () => {
    const { nextToken } = await page(mine, { user: "u", from: "t1", limit: 2 });
    const bytes = Buffer.from(nextToken ?? "", "base64").toString("latin1");
    for (const word of ["user", "i4", "t4", "byUser"]) expect(bytes).not.toContain(word);
  });

  it("a token is good only for the query and the caller it was made for", async () => {
    const { nextToken: token } = await page(mine, { user: "u", from: "t1", limit: 2 });
    const foreign = [
      run(mine, { user: "v", from: "t1", limit: 2, token }),
      run(mine, { user: "u", from: "t2", limit: 2, token }),
      run(others, { user: "u", token }),
      run(scan, { limit: 2, token }),
      run(mine, { user: "u", from: "t1", limit: 2, token }, "another-user"),
      run(mine, { user: "u", from: "t1", limit: 2, token: `${String(token).slice(0, -6)}AAAAA=` }),
      run(mine, { user: "u", from: "t1", limit: 2, token: "" }),
      run(mine, { user: "u", from: "t1", limit: 2, token: "meow" }),
    ];
    for (const outcome of await Promise.all(foreign)) {
      expect(outcome.error).toEqual({
        type: "DynamoDB:UserIllegalArgumentException",
        message:
          "com.amazonaws.deepdish.common.pagination.InvalidPaginationTokenException: Invalid pagination token given.",
      });
    }
    const next = await page(mine, { user: "u", from: "t1", limit: 1, token });
    expect(next.items.map(({ n }) => n)).toEqual([3]);
  });

  it("D12: text of an argument stays text", async () => {
    const { items } = await page(mine, { user: "u) OR begins_with(#sk, :x", from: "t1" });
    expect(items).toEqual([]);
  });

  const batch = field(
    `ddb.batchGet({ tables: { ${TABLE}: { keys: [{ id: "i2" }, { id: "none" }, { id: "i1" }] } } })`,
  );
  it("BatchGetItem answers by table in the order of the keys, null for what is not there", async () => {
    const { result } = await run(batch);
    expect(result).toEqual({
      data: {
        [TABLE]: [{ id: "i2", user: "u", at: "t2", n: 2 }, null, { id: "i1", user: "u", at: "t1", n: 1 }],
      },
      unprocessedKeys: { [TABLE]: [] },
    });
  });
});

describe("errors", () => {
  it.each([
    ["ProvisionedThroughputExceededException", "DynamoDB:ProvisionedThroughputExceededException"],
    ["ResourceNotFoundException", "DynamoDB:ResourceNotFoundException"],
    ["ValidationException", "DynamoDB:DynamoDbException"],
    ["ThrottlingException", "DynamoDB:DynamoDbException"],
  ])("dynamodb-generic: %s is known to resolvers as %s", async (code, type) => {
    broken = new AwsError(code, "Not now");
    const { result, error } = await run(get, "1");
    expect(result).toBeNull();
    expect(error?.type).toBe(type);
    expect(error?.message).toMatch(/^Not now \(Service: DynamoDb, Status Code: 400, Request ID: /);
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
      `{ operation: "TransactWriteItems", transactItems: [] }`,
      "the operation TransactWriteItems of a DynamoDB data source is not served by the local runtime",
    ],
    [
      `{ operation: "constructor" }`,
      "the operation constructor of a DynamoDB data source is not served by the local runtime",
    ],
  ].map(([request = "", message]) => [request, field(`(${request})`), message] as const);
  it.each(requests)(
    "the request %s fails the field before any handler sees it",
    async (_request, name, message) => {
      expect(await failure(name)).toMatchObject({ errorType: "MappingTemplate", message });
      expect(dynamodb.calls()).toEqual([]);
    },
  );
});
