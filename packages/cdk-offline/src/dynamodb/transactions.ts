// TransactWriteItems and TransactGetItems, which dynalite lacks: its single operations under the locks of all items, with
// one write at the end.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html

import { createHash } from "node:crypto";
import { AwsError, notServed } from "../aws/errors.ts";
import { database, validationOf, type BatchOperation, type Item, type TableDescription } from "./dynalite.ts";
import { wantsOldItem, type Engine, type Output } from "./engine.ts";
import type { KeyedLock } from "./keyed-lock.ts";
import { itemPrefix, tokenKey, tokenPrefix, under } from "./keys.ts";

/**
 * "The aggregate size of the items in the transaction cannot exceed 4 MB." Counted here: what is written, and what is
 * answered. What else counts is not known.
 */
const MAX_ITEM_BYTES = 4 * 1024 * 1024;

/** How long a client's token stands for the transaction it came with first. */
const TOKEN_LIFETIME_MS = 10 * 60 * 1000;

const EXPRESSION = ["ConditionExpression", "ExpressionAttributeNames", "ExpressionAttributeValues"];

/** What a transaction may be made of: the operation that does it, and which of its parameters there are. */
const WRITES: Readonly<
  Record<string, { readonly operation: string; readonly parameters: readonly string[] }>
> = {
  ConditionCheck: { operation: "DeleteItem", parameters: ["TableName", "Key", ...EXPRESSION] },
  Put: { operation: "PutItem", parameters: ["TableName", "Item", ...EXPRESSION] },
  Update: { operation: "UpdateItem", parameters: ["TableName", "Key", "UpdateExpression", ...EXPRESSION] },
  Delete: { operation: "DeleteItem", parameters: ["TableName", "Key", ...EXPRESSION] },
};

const READS: typeof WRITES = {
  Get: {
    operation: "GetItem",
    parameters: ["TableName", "Key", "ProjectionExpression", "ExpressionAttributeNames"],
  },
};

/** One part of a transaction. */
interface Part {
  readonly kind: string;
  readonly operation: string;
  /** The input of the operation, checked. */
  readonly checked: object;
  readonly returnsOld: boolean;
  /** Under what its item is stored; nothing for a key that does not fit the table, which the operation refuses. */
  readonly itemKey: string | undefined;
}

/** Why a part stood in the way of its transaction; `None` where it did not. */
interface CancellationReason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: unknown;
}

/** Writes all or nothing. Rejects with `AwsError`. */
export async function transactWriteItems(engine: Engine, input: object, nowMs: number): Promise<Output> {
  const { TransactItems, ClientRequestToken: token } = checkTransaction(engine, input, WRITES, [
    "ClientRequestToken",
  ]);
  const parts = TransactItems.map((item) => toPart(engine, item, WRITES));
  const keys = distinctKeys(parts);
  const lockKeys = token === undefined ? keys : [...keys, tokenKey(token)];
  return await holding(engine.lock, lockKeys, async () => {
    const fingerprint = createHash("sha256").update(JSON.stringify(TransactItems)).digest("hex");
    if (token !== undefined && (await isRepeat(engine, token, fingerprint, nowMs))) return {};
    const changes: BatchOperation[] = [];
    const written: Item[] = [];
    await allOrCancelled(parts, async (part) => {
      const write = (own: readonly BatchOperation[]) => {
        if (part.kind === "ConditionCheck") return Promise.resolve();
        changes.push(...own);
        const itself = own.find(({ key }) => key === part.itemKey);
        if (itself?.type === "put") written.push(itself.value as Item);
        return Promise.resolve();
      };
      return await engine.act(part.operation, part.checked, { ...part, lock: alreadyHeld, write });
    });
    checkSize(written);
    if (token !== undefined) {
      const value: TokenRecord = { token, fingerprint, madeAtMs: nowMs };
      changes.push({ type: "put", key: tokenKey(token), value });
    }
    await engine.level.batch(changes);
    return {};
  });
}

/** Reads all as they are at one moment. Rejects with `AwsError`. */
export async function transactGetItems(engine: Engine, input: object): Promise<Output> {
  const { TransactItems } = checkTransaction(engine, input, READS, []);
  const parts = TransactItems.map((item) => toPart(engine, item, READS));
  return await holding(engine.lock, distinctKeys(parts), async () => {
    const write = () => Promise.resolve();
    const found = await allOrCancelled(parts, (part) =>
      engine.act(part.operation, part.checked, { ...part, lock: alreadyHeld, write }),
    );
    checkSize(found.flatMap(({ Item }) => (Item === undefined ? [] : [Item as Item])));
    return { Responses: found };
  });
}

function checkSize(items: readonly Item[]): void {
  if (items.reduce((sum, item) => sum + database.itemSize(item), 0) <= MAX_ITEM_BYTES) return;
  throw new AwsError(
    "ValidationException",
    "The aggregate size of the items in the transaction cannot exceed 4 MB",
  );
}

/** Forgets the tokens whose time is over. */
export async function forgetTokens({ level, lock }: Engine, nowMs: number): Promise<void> {
  const iterator = level.values(under(tokenPrefix));
  const over: string[] = [];
  try {
    for (;;) {
      const records = (await iterator.nextv(64)) as TokenRecord[];
      if (records.length === 0) break;
      for (const record of records) if (!isInTime(record, nowMs)) over.push(tokenKey(record.token));
    }
  } finally {
    await iterator.close();
  }
  for (const key of over) {
    await holding(lock, [key], async () => {
      // It may have come again meanwhile.
      const record = (await level.get(key)) as TokenRecord | undefined;
      if (record !== undefined && !isInTime(record, nowMs)) await level.batch([{ type: "del", key }]);
    });
  }
}

interface TokenRecord {
  readonly token: string;
  readonly fingerprint: string;
  readonly madeAtMs: number;
}

function isInTime({ madeAtMs }: TokenRecord, nowMs: number): boolean {
  return nowMs - madeAtMs < TOKEN_LIFETIME_MS;
}

/** Whether the transaction of this token is made already. Throws when the token came with another one. */
async function isRepeat(
  { level }: Engine,
  token: string,
  fingerprint: string,
  nowMs: number,
): Promise<boolean> {
  const known = (await level.get(tokenKey(token))) as TokenRecord | undefined;
  if (known === undefined || !isInTime(known, nowMs)) return false;
  if (known.fingerprint === fingerprint) return true;
  throw new AwsError(
    "IdempotentParameterMismatchException",
    "Provided idempotency token is already in use with a different request",
  );
}

interface TransactionInput {
  readonly TransactItems: readonly Readonly<Record<string, object | undefined>>[];
  readonly ClientRequestToken?: string;
}

function checkTransaction(
  engine: Engine,
  input: object,
  kinds: typeof WRITES,
  furtherParameters: readonly string[],
): TransactionInput {
  for (const name of Object.keys(input)) {
    if (name !== "TransactItems" && !furtherParameters.includes(name)) {
      throw notServed(`parameter ${name} of a DynamoDB transaction`);
    }
  }
  const parts = Object.entries(kinds).map(([kind, { operation, parameters }]) => {
    const { types } = validationOf(operation);
    const children: Record<string, unknown> = Object.fromEntries(
      parameters.map((name) => [name, types[name]]),
    );
    if (kinds === WRITES) children["ReturnValuesOnConditionCheckFailure"] = { type: "String" };
    for (const name of MUST_BE_THERE[kind] ?? [])
      children[name] = { ...asType(children[name]), notNull: true };
    return [kind, { type: `FieldStruct<${kind}>`, children }] as const;
  });
  return engine.checkTypes(input, {
    ClientRequestToken: { type: "String", lengthGreaterThanOrEqual: 1, lengthLessThanOrEqual: 36 },
    TransactItems: {
      type: "List",
      notNull: true,
      lengthGreaterThanOrEqual: 1,
      lengthLessThanOrEqual: 100,
      children: { type: "ValueStruct<TransactItem>", children: Object.fromEntries(parts) },
    },
  }) as TransactionInput;
}

/** Parameters that may be missing in the single operation and may not in a transaction. */
const MUST_BE_THERE: Readonly<Record<string, readonly string[]>> = {
  ConditionCheck: ["ConditionExpression"],
  Update: ["UpdateExpression"],
};

function asType(type: unknown): object {
  return typeof type === "string" ? { type } : { ...(type as object) };
}

function toPart(engine: Engine, item: TransactionInput["TransactItems"][number], kinds: typeof WRITES): Part {
  const [[kind, input] = ["", undefined], ...others] = Object.entries(item);
  const known = kinds[kind];
  if (known === undefined || input === undefined || others.length > 0) {
    throw new AwsError(
      "ValidationException",
      `TransactItems can only contain one of ${kinds === READS ? "Get" : "Check, Put, Update or Delete"}`,
    );
  }
  const returnsOld = wantsOldItem(input);
  const checked = engine.check(known.operation, input);
  return { kind, operation: known.operation, checked, returnsOld, itemKey: itemKeyOf(engine, checked) };
}

function itemKeyOf({ tables }: Engine, checked: TargetInput): string | undefined {
  const table = tables.get(checked.TableName ?? "");
  if (table === undefined) {
    throw new AwsError("ResourceNotFoundException", "Requested resource not found");
  }
  const key = checked.Item ?? checked.Key ?? {};
  return isKeyOf(table, checked) ? itemPrefix(table.TableName) + database.createKey(key, table) : undefined;
}

interface TargetInput {
  readonly TableName?: string;
  readonly Item?: Item;
  readonly Key?: Item;
}

function isKeyOf(table: TableDescription, { Item, Key }: TargetInput): boolean {
  const problem =
    Item === undefined ? database.validateKey(Key ?? {}, table) : database.validateItem(Item, table);
  return problem === undefined || problem === null;
}

function distinctKeys(parts: readonly Part[]): string[] {
  const keys = parts.flatMap(({ itemKey }) => itemKey ?? []);
  if (new Set(keys).size === keys.length) return keys;
  throw new AwsError(
    "ValidationException",
    "Transaction request cannot include multiple operations on one item",
  );
}

/** Does work while no one else holds one of the keys. All take them in one order, so that nobody waits for ever. */
async function holding<Value>(
  lock: KeyedLock,
  keys: readonly string[],
  work: () => Promise<Value>,
): Promise<Value> {
  const held: (() => void)[] = [];
  try {
    for (const key of keys.toSorted()) {
      held.push(
        await new Promise<() => void>((resolve) => {
          lock(key, resolve);
        }),
      );
    }
    return await work();
  } finally {
    for (const free of held) free();
  }
}

/** For actions under a transaction, which holds the locks of all of them. */
const alreadyHeld: KeyedLock = (_key, work) => {
  work(() => undefined);
};

/** Carries out all parts. Rejects with the reasons of all where one was refused. */
async function allOrCancelled(
  parts: readonly Part[],
  act: (part: Part) => Promise<Output>,
): Promise<readonly Output[]> {
  const outcomes = await Promise.allSettled(parts.map(act));
  const reasons = outcomes.map((outcome): CancellationReason => {
    if (outcome.status === "fulfilled") return { Code: "None" };
    const error: unknown = outcome.reason;
    if (!(error instanceof AwsError) || error.status >= 500) throw error;
    const isCondition = error.code === "ConditionalCheckFailedException";
    const Code = isCondition ? "ConditionalCheckFailed" : "ValidationError";
    return { Code, ...error.details, Message: error.message };
  });
  if (outcomes.every(({ status }) => status === "fulfilled")) {
    return outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
  }
  const codes = reasons.map(({ Code }) => Code).join(", ");
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  throw new AwsError("TransactionCanceledException", message, 400, {
    CancellationReasons: reasons,
  });
}
