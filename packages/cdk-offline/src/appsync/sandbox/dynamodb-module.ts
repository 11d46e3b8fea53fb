// The module `@aws-appsync/utils/dynamodb`: helpers that write the request objects of a DynamoDB data source.
// https://docs.aws.amazon.com/appsync/latest/devguide/built-in-modules-js.html#built-in-ddb-modules

import { isPlainObject, typedValues } from "./dynamodb-values.ts";
import { toExpression } from "./filter-expression.ts";
import { FaultSignal } from "./signals.ts";
import { alias, operations, toUpdateExpression } from "./update-expression.ts";

type Payload = Readonly<Record<string, unknown>>;

/** A request without the members that were not given; null counts as not given. */
function request(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== null && value !== undefined),
  );
}

function attributes(value: unknown, what: string): unknown {
  if (!isPlainObject(value)) throw new FaultSignal(`${what} wants an object of attributes`);
  return typedValues(value);
}

/** A condition, filter or key condition. Without values it has no `expressionValues` at all. */
function expression(filter: unknown, what: string): unknown {
  if (filter === null || filter === undefined) return undefined;
  const built = toExpression(filter);
  if (built === null) throw new FaultSignal(`${what} wants a filter object such as { id: { eq: "1" } }`);
  const { expressionValues, ...rest } = built;
  return Object.keys(expressionValues).length > 0 ? built : rest;
}

/** Each segment of each path gets a placeholder of its own, and keeps it where it comes again. */
function projection(paths: unknown): unknown {
  if (!Array.isArray(paths) || paths.length === 0) return undefined;
  const expressionNames: Record<string, string> = {};
  const written = (paths as readonly string[]).map((path) =>
    path
      .split(".")
      .map((segment) => {
        const [name = "", ...indexes] = segment.split("[");
        return [alias(expressionNames, name), ...indexes].join("[");
      })
      .join("."),
  );
  return { expression: written.join(", "), expressionNames };
}

/** What a data source with conflict detection takes besides; a data source without it refuses them. */
function versioning(payload: Payload): Payload {
  return {
    _version: payload["_version"],
    customPartitionKey: payload["customPartitionKey"],
    populateIndexFields: payload["populateIndexFields"],
  };
}

export function get(payload: Payload): unknown {
  return request({
    operation: "GetItem",
    key: attributes(payload["key"], "key"),
    consistentRead: payload["consistentRead"],
    projection: projection(payload["projection"]),
  });
}

export function put(payload: Payload): unknown {
  return request({
    operation: "PutItem",
    key: attributes(payload["key"], "key"),
    attributeValues: attributes(payload["item"], "item"),
    condition: expression(payload["condition"], "condition"),
    ...versioning(payload),
  });
}

export function update(payload: Payload): unknown {
  return request({
    operation: "UpdateItem",
    key: attributes(payload["key"], "key"),
    update: toUpdateExpression(payload["update"]),
    condition: expression(payload["condition"], "condition"),
    ...versioning(payload),
  });
}

export function remove(payload: Payload): unknown {
  return request({
    operation: "DeleteItem",
    key: attributes(payload["key"], "key"),
    condition: expression(payload["condition"], "condition"),
    ...versioning(payload),
  });
}

export function query(payload: Payload): unknown {
  return request({
    operation: "Query",
    query: expression(payload["query"], "query"),
    index: payload["index"],
    nextToken: payload["nextToken"],
    limit: payload["limit"],
    scanIndexForward: payload["scanIndexForward"],
    consistentRead: payload["consistentRead"],
    select: payload["select"],
    filter: expression(payload["filter"], "filter"),
    projection: projection(payload["projection"]),
  });
}

export function scan(payload: Payload): unknown {
  return request({
    operation: "Scan",
    index: payload["index"],
    limit: payload["limit"],
    consistentRead: payload["consistentRead"],
    nextToken: payload["nextToken"],
    scanIndexForward: payload["scanIndexForward"],
    select: payload["select"],
    totalSegments: payload["totalSegments"],
    segment: payload["segment"],
    filter: expression(payload["filter"], "filter"),
    projection: projection(payload["projection"]),
  });
}

export function sync(payload: Payload): unknown {
  return request({
    operation: "Sync",
    basePartitionKey: payload["basePartitionKey"],
    deltaIndexName: payload["deltaIndexName"],
    limit: payload["limit"],
    nextToken: payload["nextToken"],
    lastSync: payload["lastSync"],
    filter: expression(payload["filter"], "filter"),
  });
}

export function batchGet(payload: Payload): unknown {
  return {
    operation: "BatchGetItem",
    tables: forEachTable(payload, (wanted, table) => {
      if (!isPlainObject(wanted)) throw new FaultSignal(`tables.${table} wants an object with keys`);
      return request({
        keys: listOfAttributes(wanted["keys"], "keys"),
        consistentRead: wanted["consistentRead"],
        projection: projection(wanted["projection"]),
      });
    }),
  };
}

export function batchPut(payload: Payload): unknown {
  return { operation: "BatchPutItem", tables: forEachTable(payload, listOfAttributes) };
}

export function batchDelete(payload: Payload): unknown {
  return { operation: "BatchDeleteItem", tables: forEachTable(payload, listOfAttributes) };
}

function forEachTable(payload: Payload, convert: (value: unknown, table: string) => unknown): unknown {
  const { tables } = payload;
  if (!isPlainObject(tables)) throw new FaultSignal("tables wants an object by table names");
  const converted = Object.entries(tables).map(([table, value]) => [table, convert(value, table)]);
  return Object.fromEntries(converted) as unknown;
}

function listOfAttributes(values: unknown, what: string): unknown[] {
  if (!Array.isArray(values)) throw new FaultSignal(`${what} wants a list`);
  return values.map((value) => attributes(value, what));
}

export function transactGet(payload: Payload): unknown {
  return {
    operation: "TransactGetItems",
    transactItems: itemsOf(payload).map((item) =>
      request({
        table: item["table"],
        key: attributes(item["key"], "key"),
        projection: projection(item["projection"]),
      }),
    ),
  };
}

export function transactWrite(payload: Payload): unknown {
  return { operation: "TransactWriteItems", transactItems: itemsOf(payload).map(transactItem) };
}

function itemsOf({ items }: Payload): Payload[] {
  if (!Array.isArray(items) || !items.every(isPlainObject)) throw new FaultSignal("items wants a list");
  return items;
}

/** What each kind of item has besides table, key and condition. */
const TRANSACTED: Readonly<Record<string, readonly [string, (item: Payload) => Payload]>> = {
  putItem: ["PutItem", (item) => ({ attributeValues: attributes(item["item"], "item") })],
  updateItem: ["UpdateItem", (item) => ({ update: toUpdateExpression(item["update"]) })],
  deleteItem: ["DeleteItem", () => ({})],
  conditionCheck: ["ConditionCheck", () => ({})],
};

function transactItem(given: Payload): unknown {
  const [kind = "", ...others] = Object.keys(given);
  const item = given[kind];
  const transacted = Object.hasOwn(TRANSACTED, kind) ? TRANSACTED[kind] : undefined;
  if (transacted === undefined || others.length > 0 || !isPlainObject(item)) {
    throw new FaultSignal(`an item of transactWrite wants one of ${Object.keys(TRANSACTED).join(", ")}`);
  }
  const [operation, membersOf] = transacted;
  return request({
    table: item["table"],
    operation,
    key: attributes(item["key"], "key"),
    ...membersOf(item),
    condition: expression(item["condition"], "condition"),
  });
}

export const toStringSet = (list: readonly string[]) => ({ SS: list });
export const toNumberSet = (numbers: readonly number[]) => ({ NS: numbers });
export const toBinarySet = (values: readonly string[]) => ({ BS: values });

export { operations };
