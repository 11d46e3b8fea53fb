// Carries out one DynamoDB operation with dynalite's rules and actions, on a store of our own.

import { AwsError, notServed } from "../aws/errors.ts";
import { WriteRefused } from "../errors.ts";
import {
  actionOf,
  validationOf,
  validations,
  type Action,
  type BatchOperation,
  type DynaliteRefusal,
  type Item,
  type LevelDb,
  type TableDescription,
} from "./dynalite.ts";
import { keyedLock, type KeyedLock } from "./keyed-lock.ts";
import { StoreView } from "./store-view.ts";

export type Output = Record<string, unknown>;

export interface EngineOptions {
  readonly level: LevelDb;
  /** Dynalite's own options, such as the largest size of an item. */
  readonly options: { readonly maxItemSize: number };
  readonly tables: ReadonlyMap<string, TableDescription>;
  /** Told of every fault of dynalite's; the caller gets `InternalServerError`. */
  readonly onFault: (error: unknown) => void;
}

/** The parameters of AWS's that dynalite does not know and this engine adds. */
const addedParameters: Readonly<Record<string, readonly string[]>> = {
  PutItem: ["ReturnValuesOnConditionCheckFailure"],
  UpdateItem: ["ReturnValuesOnConditionCheckFailure"],
  DeleteItem: ["ReturnValuesOnConditionCheckFailure"],
};

/** How an action meets the store. */
export interface ActionSetting {
  /** Holds the items that are written. */
  readonly lock: KeyedLock;
  /** Takes an item and its index entries. */
  readonly write: (changes: readonly BatchOperation[]) => Promise<void>;
  /** Whether a failed condition tells the item it was checked against. */
  readonly returnsOld: boolean;
}

export class Engine {
  /** By the keys that items are stored under. */
  readonly lock = keyedLock();
  readonly level: LevelDb;
  readonly tables: ReadonlyMap<string, TableDescription>;
  readonly #with: EngineOptions;

  constructor(options: EngineOptions) {
    this.#with = options;
    this.level = options.level;
    this.tables = options.tables;
  }

  /**
   * Checks an input by DynamoDB's rules for the operation and answers it in the form that the action takes. Throws
   * `AwsError`; a parameter that is not served is refused by name.
   */
  check(operation: string, input: object): object {
    const { types, custom } = validationOf(operation);
    for (const name of Object.keys(input)) {
      if (!Object.hasOwn(types, name) && addedParameters[operation]?.includes(name) !== true) {
        throw notServed(`parameter ${name} of DynamoDB ${operation}`);
      }
    }
    return this.#checked(input, types, custom);
  }

  /** Carries out an operation that reads or that writes one item. Rejects with `AwsError`. */
  async run(operation: string, input: object): Promise<Output> {
    const returnsOld = wantsOldItem(input);
    const write = (changes: readonly BatchOperation[]) => this.level.batch(changes);
    return await this.act(operation, this.check(operation, input), { lock: this.lock, write, returnsOld });
  }

  /** Has dynalite carry out an operation whose input is checked. Rejects with `AwsError`. */
  async act(operation: string, checked: object, { lock, write, returnsOld }: ActionSetting): Promise<Output> {
    return await new Promise<Output>((resolve, reject) => {
      const fail = (error: unknown) => {
        reject(this.#toAwsError(error, returnsOld ? view.lastRead : undefined));
      };
      const view = new StoreView({ ...this.#with, lock, write, onFault: fail });
      carryOut(actionOf(operation), view, checked, resolve, fail);
    });
  }

  /** Checks an input against types in the form in which dynalite writes them. Throws `AwsError`. */
  checkTypes(input: object, types: Readonly<Record<string, unknown>>): object {
    return this.#checked(input, types);
  }

  #checked(input: object, types: Readonly<Record<string, unknown>>, custom?: unknown): object {
    try {
      if (namesPrototype(input)) throw notServed(`an attribute named ${PROTOTYPE} in DynamoDB`);
      // dynalite deletes from what it is given
      const checked: TargetedInput = validations.checkTypes(structuredClone(input), types);
      validations.checkValidations(checked, types, custom, { options: this.#with.options });
      // dynalite makes the item of an update out of it, in which "constructor" is an attribute like any other.
      if (checked.Key !== undefined) Object.setPrototypeOf(checked.Key, null);
      return checked;
    } catch (error) {
      throw this.#toAwsError(error);
    }
  }

  /**
   * BatchWriteItem: each of its writes is atomic, all of them together are not, as on AWS. Dynalite checks the whole
   * request on a store that keeps nothing; then the writes are made one by one.
   */
  async runBatchWrite(input: object): Promise<Output> {
    const checked = this.check("BatchWriteItem", input) as BatchWriteInput;
    const writes = Object.entries(checked.RequestItems).flatMap(([TableName, requests]) =>
      requests.map(({ PutRequest, DeleteRequest }) =>
        PutRequest === undefined
          ? { operation: "DeleteItem", input: { TableName, ...DeleteRequest } }
          : { operation: "PutItem", input: { TableName, ...PutRequest } },
      ),
    );
    const output = await new Promise<Output>((resolve, reject) => {
      const fail = (error: unknown) => {
        reject(this.#toAwsError(error));
      };
      carryOut(actionOf("BatchWriteItem"), new RehearsalView(this.#with.tables), checked, resolve, fail);
    });
    await Promise.all(writes.map((write) => this.run(write.operation, write.input)));
    return output;
  }

  #toAwsError(error: unknown, oldItem?: Item): AwsError {
    if (error instanceof AwsError) return error;
    if (!isRefusal(error)) {
      // Of a write that the store refuses the terminal has been told.
      if (!(error instanceof WriteRefused)) this.#with.onFault(error);
      return new AwsError("InternalServerError", "Internal server error", 500);
    }
    const code = error.body.__type.split("#").at(-1) ?? "InternalServerError";
    const isFailedCondition = code === "ConditionalCheckFailedException";
    const details = isFailedCondition && oldItem !== undefined ? { Item: oldItem } : {};
    return new AwsError(code, error.body.message ?? error.body.Message ?? "", error.statusCode, details);
  }
}

interface TargetedInput {
  readonly Key?: Item;
}

/** The one name that dynalite's objects cannot hold: an attribute called so would be lost without a word. */
const PROTOTYPE = "__proto__";

/** Whether an attribute is called so, by its own name or by a placeholder; as text of a value it does no harm. */
function namesPrototype(input: unknown): boolean {
  if (typeof input !== "object" || input === null) return false;
  return Object.entries(input).some(([name, value]: [string, unknown]) => {
    if (name === PROTOTYPE) return true;
    const isNames = name === "ExpressionAttributeNames" || name === "AttributesToGet";
    return (isNames && Object.values(value ?? {}).includes(PROTOTYPE)) || namesPrototype(value);
  });
}

interface BatchWriteInput {
  readonly RequestItems: Readonly<Record<string, readonly WriteRequest[]>>;
}

interface WriteRequest {
  readonly PutRequest?: { readonly Item: Item };
  readonly DeleteRequest?: { readonly Key: Item };
}

function carryOut(
  action: Action,
  store: object,
  input: object,
  resolve: (output: Output) => void,
  fail: (error: unknown) => void,
): void {
  try {
    action(store, input, (error, output) => {
      if (error === null || error === undefined) resolve((output ?? {}) as Output);
      else fail(error);
    });
  } catch (error) {
    fail(error);
  }
}

/** A store without items that forgets what is written to it. */
class RehearsalView {
  readonly #tables: ReadonlyMap<string, TableDescription>;

  constructor(tables: ReadonlyMap<string, TableDescription>) {
    this.#tables = tables;
  }

  getTable(name: string, callback: (error: unknown, table?: TableDescription) => void): void {
    const table = this.#tables.get(name);
    if (table === undefined) {
      const __type = "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException";
      callback({ statusCode: 400, body: { __type, message: "Requested resource not found" } });
    } else {
      callback(null, table);
    }
  }

  getItemDb() {
    const forget = (callback: (error: null) => void) => {
      callback(null);
    };
    return {
      lock: (_key: string, work: (release: (done: unknown) => unknown) => void) => {
        work((done) => done);
      },
      get: (_key: string, callback: (error: null) => void) => {
        forget(callback);
      },
      put: (_key: string, _item: Item, callback: (error: null) => void) => {
        forget(callback);
      },
      del: (_key: string, callback: (error: null) => void) => {
        forget(callback);
      },
    };
  }

  getIndexDb() {
    return this.getItemDb();
  }
}

/** Whether a failed condition is to tell the old item. Throws `AwsError` for a wish that there is not. */
export function wantsOldItem(input: object): boolean {
  const wish =
    "ReturnValuesOnConditionCheckFailure" in input ? input.ReturnValuesOnConditionCheckFailure : undefined;
  if (wish === undefined || wish === null || wish === "NONE") return false;
  if (wish === "ALL_OLD") return true;
  throw new AwsError(
    "ValidationException",
    `1 validation error detected: Value '${typeof wish === "string" ? wish : JSON.stringify(wish)}' at 'returnValuesOnConditionCheckFailure' failed to satisfy ` +
      "constraint: Member must satisfy enum value set: [ALL_OLD, NONE]",
  );
}

function isRefusal(error: unknown): error is DynaliteRefusal {
  return typeof error === "object" && error !== null && "statusCode" in error && "body" in error;
}
