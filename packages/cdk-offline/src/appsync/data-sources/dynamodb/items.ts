// The operations on one item.
// https://docs.aws.amazon.com/appsync/latest/devguide/js-resolver-reference-dynamodb.html

import { membersOf, refuseOthers, required } from "../data-source.ts";
import { CONDITION_MEMBERS, write, type WriteKind } from "./conditional-write.ts";
import { Expressions } from "./expressions.ts";
import { keyOf, optional, type Members, type Operation } from "./operation.ts";
import { fromWireItem, sameItem, toWireItem, type WireItem } from "./typed-values.ts";

export const getItem: Operation = async ({ dynamodb, tableName }, members) => {
  refuseOthers(members, ["version", "operation", "key", "consistentRead", "projection"]);
  const { Item } = await dynamodb.call("GetItem", {
    TableName: tableName,
    Key: keyOf(members),
    ...optional("ConsistentRead", members["consistentRead"]),
    ...new Expressions().add("ProjectionExpression", "projection", members["projection"]).parameters(),
  });
  return { result: fromWireItem(Item as WireItem | undefined) };
};

function conditioned(expressions: Expressions, members: Members): Members {
  return expressions
    .add("ConditionExpression", "condition", members["condition"], CONDITION_MEMBERS)
    .parameters();
}

const put: WriteKind = {
  operation: "PutItem",
  members: ["key", "attributeValues", "condition"],
  prepare(members) {
    const key = keyOf(members);
    const item = { ...toWireItem(members["attributeValues"] ?? {}, "$[attributeValues]"), ...key };
    const condition = membersOf(members["condition"]);
    const ignored = Array.isArray(condition["equalsIgnore"]) ? condition["equalsIgnore"].map(String) : [];
    return {
      operation: "PutItem",
      key,
      input: { Item: item, ...conditioned(new Expressions(), members) },
      condition,
      isWanted: (current) => current !== undefined && sameItem(current, item, ignored),
    };
  },
  resultOf: ({ input }) => fromWireItem(input["Item"] as WireItem),
};

const update: WriteKind = {
  operation: "UpdateItem",
  members: ["key", "update", "condition"],
  prepare(members) {
    const key = keyOf(members);
    const expressions = new Expressions().add("UpdateExpression", "update", required(members, "update"));
    return {
      operation: "UpdateItem",
      key,
      input: { Key: key, ReturnValues: "ALL_NEW", ...conditioned(expressions, members) },
      condition: membersOf(members["condition"]),
      isWanted: () => false,
    };
  },
  resultOf: (_write, output) => fromWireItem(output["Attributes"] as WireItem | undefined),
};

const remove: WriteKind = {
  operation: "DeleteItem",
  members: ["key", "condition"],
  prepare(members) {
    const key = keyOf(members);
    return {
      operation: "DeleteItem",
      key,
      input: { Key: key, ReturnValues: "ALL_OLD", ...conditioned(new Expressions(), members) },
      condition: membersOf(members["condition"]),
      isWanted: (current) => current === undefined,
    };
  },
  resultOf: (_write, output) => fromWireItem(output["Attributes"] as WireItem | undefined),
};

export const putItem: Operation = (setting, members, call) => write(setting, put, members, call);
export const updateItem: Operation = (setting, members, call) => write(setting, update, members, call);
export const deleteItem: Operation = (setting, members, call) => write(setting, remove, members, call);
