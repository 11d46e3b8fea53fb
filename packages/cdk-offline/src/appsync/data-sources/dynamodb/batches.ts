// The operations on many items of several tables, each item by itself.
// https://docs.aws.amazon.com/appsync/latest/devguide/js-aws-appsync-resolver-reference-dynamodb-batch-get-item.html

import { AwsError } from "../../../aws/errors.ts";
import { membersOf, refuseOthers, required, RequestError, type SourceAnswer } from "../data-source.ts";
import { Expressions } from "./expressions.ts";
import { optional, type Members, type Operation, type TableSetting } from "./operation.ts";
import { fromWireItem, sameItem, toWireItem, type WireItem } from "./typed-values.ts";

type PerTable<Value> = readonly (readonly [table: string, value: Value])[];

/** The tables of a request. At least one is required, as each needs at least one item. */
function tablesOf<Value>(members: Members, read: (value: unknown, at: string) => Value): PerTable<Value> {
  refuseOthers(members, ["version", "operation", "tables"]);
  const tables = Object.entries(membersOf(required(members, "tables")));
  if (tables.length === 0) throw new RequestError("Value for field '$[tables]' not found.");
  return tables.map(([table, value]) => [table, read(value, `$[tables][${table}]`)]);
}

function itemsAt(value: unknown, at: string): readonly WireItem[] {
  if (!Array.isArray(value)) throw new RequestError(`Value for field '${at}' not found.`);
  return value.map((item, index) => toWireItem(item, `${at}[${index}]`));
}

/** By table, the items that were worked on, null for those that were not, and the latter by themselves. */
function answer(
  asked: PerTable<readonly WireItem[]>,
  resultOf: (table: string, item: WireItem) => WireItem | undefined,
  unprocessedName: string,
  isUnprocessed: (table: string, item: WireItem) => boolean,
): Members {
  return {
    data: Object.fromEntries(
      asked.map(([table, items]) => [table, items.map((item) => fromWireItem(resultOf(table, item)))]),
    ),
    [unprocessedName]: Object.fromEntries(
      asked.map(([table, items]) => [
        table,
        items.filter((item) => isUnprocessed(table, item)).map(fromWireItem),
      ]),
    ),
  };
}

/** Calls the store; an error of its is answered together with the result of nothing having been done. */
async function orNothing(
  { dynamodb, describe }: TableSetting,
  operation: string,
  input: Members,
  resultOf: (output: Members) => unknown,
  nothing: () => unknown,
): Promise<SourceAnswer> {
  try {
    return { result: resultOf(await dynamodb.call(operation, input)) };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { result: nothing(), error: describe(error) };
  }
}

interface WantedItems {
  readonly keys: readonly WireItem[];
  readonly parameters: Members;
  /** Attributes that are read only to tell the items apart. */
  readonly extra: readonly string[];
}

export const batchGetItem: Operation = (setting, members) => {
  const wanted = tablesOf(members, (value, at): WantedItems => {
    const { keys, consistentRead, projection, ...others } = membersOf(value);
    refuseOthers(others, [], at);
    const wireKeys = itemsAt(keys, `${at}[keys]`);
    const { parameters, extra } = withKeys(
      new Expressions(at).add("ProjectionExpression", "projection", projection).parameters(),
      Object.keys(wireKeys[0] ?? {}),
    );
    return {
      keys: wireKeys,
      parameters: { ...parameters, ...optional("ConsistentRead", consistentRead) },
      extra,
    };
  });
  const RequestItems = Object.fromEntries(
    wanted.map(([table, { keys, parameters }]) => [table, { Keys: keys, ...parameters }]),
  );
  const extras = new Map(wanted.map(([table, { extra }]) => [table, extra]));
  const asked = wanted.map(([table, { keys }]) => [table, keys] as const);
  return orNothing(
    setting,
    "BatchGetItem",
    { RequestItems },
    (output) => {
      const found = membersOf(output["Responses"]);
      const unprocessed = membersOf(output["UnprocessedKeys"]);
      return answer(
        asked,
        (table, key) => without(extras.get(table) ?? [], withKey(itemsOf(found[table]), key)),
        "unprocessedKeys",
        (table, key) => withKey(itemsOf(membersOf(unprocessed[table])["Keys"]), key) !== undefined,
      );
    },
    () =>
      answer(
        asked,
        () => undefined,
        "unprocessedKeys",
        () => true,
      ),
  );
};

function itemsOf(value: unknown): readonly WireItem[] {
  return Array.isArray(value) ? (value as WireItem[]) : [];
}

/** A projection with the key's attributes in it, and which of these it did not ask for. */
function withKeys(
  parameters: Members,
  keyNames: readonly string[],
): { readonly parameters: Members; readonly extra: readonly string[] } {
  const projection = parameters["ProjectionExpression"];
  if (typeof projection !== "string") return { parameters, extra: [] };
  const names = membersOf(parameters["ExpressionAttributeNames"]);
  const projected = projection.split(",").map((path) => path.trim());
  const extra = keyNames.filter((name) => !projected.some((path) => (names[path] ?? path) === name));
  const aliases = extra.map((name, index) => [`#keyOfBatch${index}`, name] as const);
  const all = { ...names, ...Object.fromEntries(aliases) };
  return {
    extra,
    parameters: {
      ProjectionExpression: [projection, ...aliases.map(([alias]) => alias)].join(", "),
      ...(Object.keys(all).length > 0 ? { ExpressionAttributeNames: all } : {}),
    },
  };
}

function without(names: readonly string[], item: WireItem | undefined): WireItem | undefined {
  return item && Object.fromEntries(Object.entries(item).filter(([name]) => !names.includes(name)));
}

/** The item with a key. */
function withKey(items: readonly WireItem[], key: WireItem): WireItem | undefined {
  return items.find((item) =>
    sameItem(Object.fromEntries(Object.keys(key).map((name) => [name, item[name] ?? {}])), key, []),
  );
}

/** Puts or deletes; both are BatchWriteItem and answer what they were given. */
function batchWrite(
  request: "PutRequest" | "DeleteRequest",
  member: "Item" | "Key",
  unprocessedName: string,
): Operation {
  return (setting, members) => {
    const asked = tablesOf(members, itemsAt);
    const RequestItems = Object.fromEntries(
      asked.map(([table, items]) => [table, items.map((item) => ({ [request]: { [member]: item } }))]),
    );
    return orNothing(
      setting,
      "BatchWriteItem",
      { RequestItems },
      (output) => {
        const unprocessed = membersOf(output["UnprocessedItems"]);
        const isLeft = (table: string, item: WireItem) =>
          itemsOf(unprocessed[table]).some((left) => {
            const [content] = Object.values(membersOf(left[request]));
            return sameItem(membersOf(content) as WireItem, item, []);
          });
        return answer(
          asked,
          (table, item) => (isLeft(table, item) ? undefined : item),
          unprocessedName,
          isLeft,
        );
      },
      () =>
        answer(
          asked,
          () => undefined,
          unprocessedName,
          () => true,
        ),
    );
  };
}

export const batchPutItem = batchWrite("PutRequest", "Item", "unprocessedItems");
export const batchDeleteItem = batchWrite("DeleteRequest", "Key", "unprocessedKeys");
