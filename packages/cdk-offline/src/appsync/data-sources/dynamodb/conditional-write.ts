// Writes under a condition, and what AppSync does when the condition fails.
// https://docs.aws.amazon.com/appsync/latest/devguide/js-aws-appsync-resolver-reference-dynamodb-condition-expressions.html

import { AwsError } from "../../../aws/errors.ts";
import { membersOf, refuseOthers, RequestError, type SourceAnswer, type SourceCall } from "../data-source.ts";
import { callFunction } from "../lambda.ts";
import type { Members, TableSetting } from "./operation.ts";
import { fromWireItem, numbersAsNumbers, type WireItem } from "./typed-values.ts";

/** What a condition has besides its expression. */
export const CONDITION_MEMBERS = ["equalsIgnore", "consistentRead", "conditionalCheckFailedHandler"];

/** A write as the API takes it. */
interface Write {
  readonly operation: "PutItem" | "UpdateItem" | "DeleteItem";
  readonly key: WireItem;
  /** All parameters but the table. */
  readonly input: Members;
  /** The member `condition` of the request. */
  readonly condition: Members;
  /** Whether the item that is there is what the write wanted. */
  readonly isWanted: (current: WireItem | undefined) => boolean;
}

/** A kind of write: from the request's members to the parameters of the API and the answer. */
export interface WriteKind {
  readonly operation: Write["operation"];
  readonly members: readonly string[];
  /** Throws a RequestError. */
  readonly prepare: (members: Members) => Write;
  /** `ctx.result` of a write that was made. */
  readonly resultOf: (write: Write, output: Members) => unknown;
}

/**
 * Writes. Where the condition fails, the item is read, consistently unless the condition says otherwise: if it is what
 * was wanted, that is success; else the condition's handler decides, and by default the answer holds the error and the
 * item.
 */
export async function write(
  setting: TableSetting,
  kind: WriteKind,
  members: Members,
  call: SourceCall,
): Promise<SourceAnswer> {
  refuseOthers(members, ["version", "operation", ...kind.members]);
  const first = kind.prepare(members);
  const handler = handlerOf(first.condition);
  const failed = await attempt(setting, kind, first);
  if ("answer" in failed) return failed.answer;
  if (handler === undefined) return rejection(setting, failed);
  const payload = {
    arguments: call.field.args,
    requestMapping: members,
    currentValue: failed.current === undefined ? null : numbersAsNumbers(failed.current),
    resolver: {
      tableName: setting.tableName,
      awsRegion: setting.awsRegion,
      parentType: call.field.parentTypeName,
      field: call.field.fieldName,
      outputType: call.field.outputType,
    },
    identity: JSON.parse(call.identity) as unknown,
  };
  const decision = await callFunction({
    lambda: setting.lambda,
    functionArn: handler,
    payload,
    remainingMs: call.remainingMs(),
  });
  if (decision.error !== undefined) return decision;
  const { action, retryMapping } = membersOf(decision.result);
  if (action === "discard") return { result: fromWireItem(failed.current) };
  if (action !== "retry") return rejection(setting, failed);
  const again = kind.prepare(retriedMembers(members, membersOf(retryMapping)));
  const failedAgain = await attempt(setting, kind, again);
  return "answer" in failedAgain ? failedAgain.answer : rejection(setting, failedAgain);
}

/** The function that decides on a failed condition; nothing for the strategy Reject. */
function handlerOf(condition: Members): string | undefined {
  const at = "$[condition][conditionalCheckFailedHandler]";
  const handler = membersOf(condition["conditionalCheckFailedHandler"]);
  refuseOthers(handler, ["strategy", "lambdaArn"], at);
  const { strategy = "Reject", lambdaArn } = handler;
  if (strategy === "Custom" && typeof lambdaArn === "string") return lambdaArn;
  if (strategy === "Reject" && lambdaArn === undefined) return undefined;
  throw new RequestError(`Expected the strategy Reject, or Custom with a lambdaArn, at '${at}'.`);
}

/**
 * The request with what the function wants changed; key and operation stay, and there is no second handler. A condition
 * without an expression says only how to read: the write is made as it is.
 */
function retriedMembers(members: Members, retry: Members): Members {
  const at = "$[retryMapping]";
  refuseOthers(retry, ["attributeValues", "update", "condition"], at);
  const { condition, ...changed } = retry;
  const conditionMembers = membersOf(condition);
  refuseOthers(
    conditionMembers,
    ["expression", "expressionNames", "expressionValues", "equalsIgnore", "consistentRead"],
    `${at}[condition]`,
  );
  const kept = Object.fromEntries(Object.entries(members).filter(([name]) => name !== "condition"));
  return { ...kept, ...changed, ...("expression" in conditionMembers ? { condition } : {}) };
}

interface Failed {
  readonly error: AwsError;
  readonly current: WireItem | undefined;
}

async function attempt(
  { dynamodb, tableName }: TableSetting,
  kind: WriteKind,
  prepared: Write,
): Promise<Failed | { readonly answer: SourceAnswer }> {
  try {
    const output = await dynamodb.call(kind.operation, { TableName: tableName, ...prepared.input });
    return { answer: { result: kind.resultOf(prepared, output) } };
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== "ConditionalCheckFailedException") throw error;
    const { Item } = await dynamodb.call("GetItem", {
      TableName: tableName,
      Key: prepared.key,
      ConsistentRead: prepared.condition["consistentRead"] !== false,
    });
    const current = Item as WireItem | undefined;
    return prepared.isWanted(current) ? { answer: { result: fromWireItem(current) } } : { error, current };
  }
}

function rejection({ describe }: TableSetting, { error, current }: Failed): SourceAnswer {
  return { result: fromWireItem(current), error: describe(error) };
}
