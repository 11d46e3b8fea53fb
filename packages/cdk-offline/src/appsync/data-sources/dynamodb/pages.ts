// Query and Scan: one page of items and the token of the next.
// https://docs.aws.amazon.com/appsync/latest/devguide/js-aws-appsync-resolver-reference-dynamodb-query.html

import { refuseOthers, required, type SourceAnswer } from "../data-source.ts";
import { Expressions } from "./expressions.ts";
import { optional, type Members, type Operation, type TableSetting } from "./operation.ts";
import { PageTokenError } from "./page-token.ts";
import { fromWireItem, type WireItem } from "./typed-values.ts";

async function readPage(
  operation: "Query" | "Scan",
  { dynamodb, tableName, pageTokens }: TableSetting,
  members: Members,
  callerSub: string | null,
  parameters: Members,
): Promise<SourceAnswer> {
  // Everything but the size of the page: another query's token would start in the wrong place.
  const binding = JSON.stringify([operation, tableName, callerSub, members["index"] ?? null, parameters]);
  const token = members["nextToken"] ?? undefined;
  if (token !== undefined && typeof token !== "string") throw new PageTokenError();
  const output = await dynamodb.call(operation, {
    TableName: tableName,
    ...parameters,
    ...optional("IndexName", members["index"]),
    ...optional("Limit", members["limit"]),
    ...optional("ConsistentRead", members["consistentRead"]),
    ...optional("Select", members["select"]),
    ...(token === undefined ? {} : { ExclusiveStartKey: pageTokens.open(token, binding) }),
  });
  const lastKey = output["LastEvaluatedKey"] as WireItem | undefined;
  return {
    result: {
      items: ((output["Items"] ?? []) as readonly WireItem[]).map(fromWireItem),
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

export const query: Operation = (setting, members, { callerSub }) => {
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

export const scan: Operation = (setting, members, { callerSub }) => {
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
