// The operations of a DynamoDB data source, each from the request object of a resolver to its result.
// https://docs.aws.amazon.com/appsync/latest/devguide/js-resolver-reference-dynamodb.html

import { AwsError } from "../../../aws/errors.ts";
import {
  membersOf,
  refuseOthers,
  RequestError,
  required,
  type SourceAnswer,
  type SourceError,
} from "../data-source.ts";
import { Expressions } from "./expressions.ts";
import type { PageTokens } from "./page-token.ts";
import { fromWireItem, sameItem, toWireItem, type WireItem } from "./typed-values.ts";

export interface DynamoDBPort {
  /** Operations and shapes of DynamoDB's JSON API. Rejects with an AwsError. */
  call(operation: string, input: object): Promise<Record<string, unknown>>;
}

interface TableSetting {
  readonly dynamodb: DynamoDBPort;
  readonly tableName: string;
  readonly pageTokens: PageTokens;
  /** Names an exception as AppSync names it to a resolver. */
  readonly describe: (error: AwsError) => SourceError;
}

type Members = Readonly<Record<string, unknown>>;

/** Carries out one request. Rejects with an AwsError of the store, or a RequestError. */
export type Operation = (
  setting: TableSetting,
  members: Members,
  callerSub: string | null,
) => Promise<SourceAnswer>;

/** A parameter that is set only when the request has it. */
function optional(name: string, value: unknown): Members {
  return value === undefined || value === null ? {} : { [name]: value };
}

function keyOf(members: Members): WireItem {
  return toWireItem(required(members, "key"), "$[key]");
}

const getItem: Operation = async ({ dynamodb, tableName }, members) => {
  refuseOthers(members, ["version", "operation", "key", "consistentRead", "projection"]);
  const { Item } = await dynamodb.call("GetItem", {
    TableName: tableName,
    Key: keyOf(members),
    ...optional("ConsistentRead", members["consistentRead"]),
    ...new Expressions().add("ProjectionExpression", "projection", members["projection"]).parameters(),
  });
  return { result: fromWireItem(Item as WireItem | undefined) };
};

/** What a condition has besides its expression. */
const CONDITION_MEMBERS = ["equalsIgnore", "consistentRead", "conditionalCheckFailedHandler"];

function conditioned(expressions: Expressions, members: Members): Members {
  return expressions
    .add("ConditionExpression", "condition", members["condition"], CONDITION_MEMBERS)
    .parameters();
}

/**
 * Writes under a condition. Where it fails, the item is read, consistently unless the condition says otherwise: if it is
 * what was wanted, that is success; else the answer holds both the error and the item.
 * https://docs.aws.amazon.com/appsync/latest/devguide/js-aws-appsync-resolver-reference-dynamodb-condition-expressions.html
 */
async function write(
  { dynamodb, tableName, describe }: TableSetting,
  {
    operation,
    input,
    key,
    condition,
    isWanted,
  }: {
    readonly operation: "PutItem" | "UpdateItem" | "DeleteItem";
    readonly input: Members;
    readonly key: WireItem;
    readonly condition: Members;
    readonly isWanted: (current: WireItem | undefined) => boolean;
  },
): Promise<{ readonly output: Members } | { readonly answer: SourceAnswer }> {
  const { strategy } = membersOf(condition["conditionalCheckFailedHandler"]);
  if (strategy !== undefined && strategy !== "Reject") {
    throw new RequestError(
      "a conditionalCheckFailedHandler other than Reject is not served by the local runtime",
    );
  }
  try {
    return { output: await dynamodb.call(operation, { TableName: tableName, ...input }) };
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== "ConditionalCheckFailedException") throw error;
    const { Item } = await dynamodb.call("GetItem", {
      TableName: tableName,
      Key: key,
      ConsistentRead: condition["consistentRead"] !== false,
    });
    const current = Item as WireItem | undefined;
    const result = fromWireItem(current);
    return { answer: isWanted(current) ? { result } : { result, error: describe(error) } };
  }
}

const putItem: Operation = async (setting, members) => {
  refuseOthers(members, ["version", "operation", "key", "attributeValues", "condition"]);
  const key = keyOf(members);
  const item = { ...toWireItem(members["attributeValues"] ?? {}, "$[attributeValues]"), ...key };
  const condition = membersOf(members["condition"]);
  const ignored = Array.isArray(condition["equalsIgnore"]) ? condition["equalsIgnore"].map(String) : [];
  const written = await write(setting, {
    operation: "PutItem",
    input: { Item: item, ...conditioned(new Expressions(), members) },
    key,
    condition,
    isWanted: (current) => current !== undefined && sameItem(current, item, ignored),
  });
  return "answer" in written ? written.answer : { result: fromWireItem(item) };
};

const updateItem: Operation = async (setting, members) => {
  refuseOthers(members, ["version", "operation", "key", "update", "condition"]);
  const key = keyOf(members);
  const update = new Expressions().add("UpdateExpression", "update", required(members, "update"));
  const written = await write(setting, {
    operation: "UpdateItem",
    input: { Key: key, ReturnValues: "ALL_NEW", ...conditioned(update, members) },
    key,
    condition: membersOf(members["condition"]),
    isWanted: () => false,
  });
  if ("answer" in written) return written.answer;
  return { result: fromWireItem(written.output["Attributes"] as WireItem | undefined) };
};

const deleteItem: Operation = async (setting, members) => {
  refuseOthers(members, ["version", "operation", "key", "condition"]);
  const key = keyOf(members);
  const written = await write(setting, {
    operation: "DeleteItem",
    input: { Key: key, ReturnValues: "ALL_OLD", ...conditioned(new Expressions(), members) },
    key,
    condition: membersOf(members["condition"]),
    isWanted: (current) => current === undefined,
  });
  if ("answer" in written) return written.answer;
  return { result: fromWireItem(written.output["Attributes"] as WireItem | undefined) };
};

/** Query and Scan: one page of items and the token of the next. */
async function readPage(
  operation: "Query" | "Scan",
  { dynamodb, tableName, pageTokens }: TableSetting,
  members: Members,
  callerSub: string | null,
  parameters: Members,
): Promise<SourceAnswer> {
  // Everything but the size of the page: another query's token would start in the wrong place.
  const binding = JSON.stringify([operation, tableName, callerSub, members["index"] ?? null, parameters]);
  const token = members["nextToken"];
  const output = await dynamodb.call(operation, {
    TableName: tableName,
    ...parameters,
    ...optional("IndexName", members["index"]),
    ...optional("Limit", members["limit"]),
    ...optional("ConsistentRead", members["consistentRead"]),
    ...optional("Select", members["select"]),
    ...(typeof token === "string" ? { ExclusiveStartKey: pageTokens.open(token, binding) } : {}),
  });
  const lastKey = output["LastEvaluatedKey"] as WireItem | undefined;
  return {
    result: {
      items: (output["Items"] as readonly WireItem[]).map(fromWireItem),
      nextToken: lastKey === undefined ? null : pageTokens.seal(lastKey, binding),
      scannedCount: output["ScannedCount"],
    },
  };
}

const PAGE_MEMBERS = [
  "version",
  "operation",
  "index",
  "nextToken",
  "limit",
  "consistentRead",
  "select",
  "filter",
  "projection",
];

const query: Operation = (setting, members, callerSub) => {
  refuseOthers(members, [...PAGE_MEMBERS, "query", "scanIndexForward"]);
  const expressions = new Expressions()
    .add("KeyConditionExpression", "query", required(members, "query"))
    .add("FilterExpression", "filter", members["filter"])
    .add("ProjectionExpression", "projection", members["projection"]);
  return readPage("Query", setting, members, callerSub, {
    ...expressions.parameters(),
    ...optional("ScanIndexForward", members["scanIndexForward"]),
  });
};

const scan: Operation = (setting, members, callerSub) => {
  refuseOthers(members, [...PAGE_MEMBERS, "totalSegments", "segment"]);
  const expressions = new Expressions()
    .add("FilterExpression", "filter", members["filter"])
    .add("ProjectionExpression", "projection", members["projection"]);
  return readPage("Scan", setting, members, callerSub, {
    ...expressions.parameters(),
    ...optional("TotalSegments", members["totalSegments"]),
    ...optional("Segment", members["segment"]),
  });
};

/** Answers in the order of the keys, with null where there is no item. */
const batchGetItem: Operation = async ({ dynamodb }, members) => {
  refuseOthers(members, ["version", "operation", "tables"]);
  const wanted = Object.entries(membersOf(required(members, "tables"))).map(([table, value]) => {
    const { keys, consistentRead, projection } = membersOf(value);
    if (!Array.isArray(keys)) {
      throw new RequestError(`Value for field '$[tables][${table}][keys]' not found.`);
    }
    const expressions = new Expressions().add("ProjectionExpression", "projection", projection);
    const wireKeys = keys.map((key, index) => toWireItem(key, `$[tables][${table}][keys][${index}]`));
    return { table, wireKeys, consistentRead, parameters: expressions.parameters() };
  });
  const output = await dynamodb.call("BatchGetItem", {
    RequestItems: Object.fromEntries(
      wanted.map(({ table, wireKeys, consistentRead, parameters }) => [
        table,
        { Keys: wireKeys, ...optional("ConsistentRead", consistentRead), ...parameters },
      ]),
    ),
  });
  const found = membersOf(output["Responses"]) as Readonly<Record<string, readonly WireItem[]>>;
  const unprocessed = membersOf(output["UnprocessedKeys"]);
  const perTable = <Value>(valueOf: (table: string, keys: readonly WireItem[]) => Value) =>
    Object.fromEntries(wanted.map(({ table, wireKeys }) => [table, valueOf(table, wireKeys)]));
  return {
    result: {
      data: perTable((table, keys) => keys.map((key) => fromWireItem(withKey(found[table] ?? [], key)))),
      unprocessedKeys: perTable((table) => {
        const { Keys } = membersOf(unprocessed[table]);
        return Array.isArray(Keys) ? (Keys as WireItem[]).map(fromWireItem) : [];
      }),
    },
  };
};

/** The item with a key, which a projection must not have left out. */
function withKey(items: readonly WireItem[], key: WireItem): WireItem | undefined {
  return items.find((item) =>
    sameItem(Object.fromEntries(Object.keys(key).map((name) => [name, item[name] ?? {}])), key, []),
  );
}

export const OPERATIONS: Readonly<Record<string, Operation>> = {
  GetItem: getItem,
  PutItem: putItem,
  UpdateItem: updateItem,
  DeleteItem: deleteItem,
  Query: query,
  Scan: scan,
  BatchGetItem: batchGetItem,
};
