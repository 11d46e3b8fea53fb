// The operations on many items that are carried out together or not at all.
// https://docs.aws.amazon.com/appsync/latest/devguide/js-aws-appsync-resolver-reference-dynamodb-transact-write-items.html

import { AwsError } from "../../../aws/errors.ts";
import { membersOf, refuseOthers, required, RequestError, type SourceAnswer } from "../data-source.ts";
import { Expressions } from "./expressions.ts";
import { keyOf, type Members, type Operation, type TableSetting } from "./operation.ts";
import { fromWireItem, toWireItem, type WireItem } from "./typed-values.ts";

function partsOf<Part>(members: Members, read: (part: Members, at: string) => Part): readonly Part[] {
  refuseOthers(members, ["version", "operation", "transactItems"]);
  const items = required(members, "transactItems");
  if (!Array.isArray(items)) throw new RequestError("Expected JSON array at '$[transactItems]'.");
  return items.map((item: unknown, index) => read(membersOf(item), `$[transactItems][${index}]`));
}

/** What a part of a write may hold besides table, operation, key and condition, and what it is called in the API. */
const PART_KINDS: Readonly<Record<string, { readonly name: string; readonly members: readonly string[] }>> = {
  PutItem: { name: "Put", members: ["attributeValues"] },
  UpdateItem: { name: "Update", members: ["update"] },
  DeleteItem: { name: "Delete", members: [] },
  ConditionCheck: { name: "ConditionCheck", members: [] },
};

interface WritePart {
  readonly key: WireItem;
  readonly request: Members;
}

function toWritePart(part: Members, at: string): WritePart {
  const operation = String(required(part, "operation", at));
  const kind = Object.hasOwn(PART_KINDS, operation) ? PART_KINDS[operation] : undefined;
  if (kind === undefined) throw new RequestError(`Unsupported operation '${operation}'.`);
  refuseOthers(part, ["table", "operation", "key", "condition", ...kind.members], at);
  const key = keyOf(part, at);
  if (operation === "ConditionCheck") required(part, "condition", at);
  const expressions = new Expressions(at);
  if (operation === "UpdateItem") expressions.add("UpdateExpression", "update", required(part, "update", at));
  expressions.add("ConditionExpression", "condition", part["condition"], [
    "returnValuesOnConditionCheckFailure",
  ]);
  const values = toWireItem(part["attributeValues"] ?? {}, `${at}[attributeValues]`);
  const keepsItem = membersOf(part["condition"])["returnValuesOnConditionCheckFailure"] === false;
  return {
    key,
    request: {
      [kind.name]: {
        TableName: String(required(part, "table", at)),
        ...(operation === "PutItem" ? { Item: { ...values, ...key } } : { Key: key }),
        ...expressions.parameters(),
        ReturnValuesOnConditionCheckFailure: keepsItem ? "NONE" : "ALL_OLD",
      },
    },
  };
}

/** Calls the store; `member` of the result holds what came of it, or null beside the error. */
async function transact(
  { dynamodb, describe }: TableSetting,
  operation: string,
  TransactItems: readonly Members[],
  member: string,
  resultOf: (output: Members) => unknown,
): Promise<SourceAnswer> {
  try {
    const output = await dynamodb.call(operation, { TransactItems });
    return { result: { [member]: resultOf(output), cancellationReasons: null } };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const reasons = error.details["CancellationReasons"];
    const cancellationReasons = Array.isArray(reasons) ? reasons.map(toReason) : null;
    return { result: { [member]: null, cancellationReasons }, error: describe(error) };
  }
}

function toReason(reason: unknown): Members {
  const { Code, Message, Item } = membersOf(reason);
  const item = Item === undefined ? {} : { item: fromWireItem(Item as WireItem) };
  return { ...item, type: Code ?? "None", message: Message ?? "None" };
}

export const transactWriteItems: Operation = (setting, members) => {
  const parts = partsOf(members, toWritePart);
  const requests = parts.map(({ request }) => request);
  return transact(setting, "TransactWriteItems", requests, "keys", () =>
    parts.map(({ key }) => fromWireItem(key)),
  );
};

export const transactGetItems: Operation = (setting, members) => {
  const requests = partsOf(members, (part, at) => {
    refuseOthers(part, ["table", "key", "projection"], at);
    return {
      Get: {
        TableName: String(required(part, "table", at)),
        Key: keyOf(part, at),
        ...new Expressions(at).add("ProjectionExpression", "projection", part["projection"]).parameters(),
      },
    };
  });
  return transact(setting, "TransactGetItems", requests, "items", ({ Responses }) =>
    (Array.isArray(Responses) ? Responses : []).map((response: unknown) =>
      fromWireItem(membersOf(response)["Item"] as WireItem | undefined),
    ),
  );
};
