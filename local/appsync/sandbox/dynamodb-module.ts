// The module `@aws-appsync/utils/dynamodb`: helpers that write the request objects of a DynamoDB data source.
// https://docs.aws.amazon.com/appsync/latest/devguide/built-in-modules-js.html#built-in-ddb-modules

import { isPlainObject, typedValues } from "./dynamodb-values.ts";
import { toExpression } from "./filter-expression.ts";
import { FaultSignal, NotServedSignal } from "./signals.ts";
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

/** What conflict resolution needs; refused, since no data source here is versioned. */
function refuseVersioning(payload: Payload): void {
  for (const name of ["_version", "customPartitionKey", "populateIndexFields"]) {
    if (payload[name] !== undefined && payload[name] !== null)
      throw new NotServedSignal(`${name} (conflict detection)`);
  }
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
  refuseVersioning(payload);
  return request({
    operation: "PutItem",
    key: attributes(payload["key"], "key"),
    attributeValues: attributes(payload["item"], "item"),
    condition: expression(payload["condition"], "condition"),
  });
}

export function update(payload: Payload): unknown {
  refuseVersioning(payload);
  return request({
    operation: "UpdateItem",
    key: attributes(payload["key"], "key"),
    update: toUpdateExpression(payload["update"]),
    condition: expression(payload["condition"], "condition"),
  });
}

export function remove(payload: Payload): unknown {
  refuseVersioning(payload);
  return request({
    operation: "DeleteItem",
    key: attributes(payload["key"], "key"),
    condition: expression(payload["condition"], "condition"),
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
    totalSegments: payload["totalSegments"],
    segment: payload["segment"],
    filter: expression(payload["filter"], "filter"),
    projection: projection(payload["projection"]),
  });
}

export function batchGet(payload: Payload): unknown {
  const tables = isPlainObject(payload["tables"]) ? payload["tables"] : {};
  return {
    operation: "BatchGetItem",
    tables: Object.fromEntries(
      Object.entries(tables).map(([table, wanted]) => {
        const { keys, consistentRead, projection: paths } = wanted as Payload;
        if (!Array.isArray(keys)) throw new FaultSignal("keys wants a list of keys");
        return [
          table,
          request({
            keys: keys.map((key) => attributes(key, "keys")),
            consistentRead,
            projection: projection(paths),
          }),
        ];
      }),
    ),
  };
}

const notServed = (name: string) => () => {
  throw new NotServedSignal(`${name} of @aws-appsync/utils/dynamodb`);
};

export const sync = notServed("sync");
export const batchPut = notServed("batchPut");
export const batchDelete = notServed("batchDelete");
export const transactGet = notServed("transactGet");
export const transactWrite = notServed("transactWrite");

export const toStringSet = (list: readonly string[]) => ({ SS: list });
export const toNumberSet = (numbers: readonly number[]) => ({ NS: numbers });
export const toBinarySet = (values: readonly string[]) => ({ BS: values });

export { operations };
