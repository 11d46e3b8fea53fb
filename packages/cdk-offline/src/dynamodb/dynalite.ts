// The parts of the package dynalite that are used, with the types it does not ship.

import { createRequire } from "node:module";

/** A value in DynamoDB's wire form, such as `{ S: "text" }`. */
export type AttributeValue = Readonly<Record<string, unknown>>;
export type Item = Readonly<Record<string, AttributeValue>>;

interface KeySchemaElement {
  readonly AttributeName: string;
  readonly KeyType: "HASH" | "RANGE";
}

export interface IndexDescription {
  readonly IndexName: string;
  readonly KeySchema: readonly KeySchemaElement[];
  readonly Projection: {
    readonly ProjectionType: string;
    readonly NonKeyAttributes?: readonly string[] | undefined;
  };
  readonly [member: string]: unknown;
}

/** A table as DescribeTable answers it; dynalite's actions read it too. */
export interface TableDescription {
  readonly TableName: string;
  readonly AttributeDefinitions: readonly {
    readonly AttributeName: string;
    readonly AttributeType: string;
  }[];
  readonly KeySchema: readonly KeySchemaElement[];
  readonly GlobalSecondaryIndexes?: readonly IndexDescription[];
  readonly LocalSecondaryIndexes?: readonly IndexDescription[];
  readonly [member: string]: unknown;
}

export type Callback = (error: unknown, value?: unknown) => void;

/** The error dynalite reports a refusal of DynamoDB with; anything else it throws is its own fault. */
export interface DynaliteRefusal {
  readonly statusCode: number;
  readonly body: { readonly __type: string; readonly message?: string; readonly Message?: string };
}

export type BatchOperation =
  | { readonly type: "put"; readonly key: string; readonly value: unknown }
  | { readonly type: "del"; readonly key: string };

export interface Range {
  readonly gt?: string | undefined;
  readonly gte?: string | undefined;
  readonly lt?: string | undefined;
  readonly lte?: string | undefined;
  readonly reverse?: boolean | undefined;
  /** -1 = all. */
  readonly limit?: number | undefined;
}

interface ValueIterator {
  /** Up to `size` values; none when the range is exhausted. */
  nextv(size: number): Promise<unknown[]>;
  close(): Promise<void>;
}

/** The LevelDB under dynalite's store. Values are kept as JSON. */
export interface LevelDb {
  open(): Promise<void>;
  close(): Promise<void>;
  /** `undefined` when there is no such key. */
  get(key: string): Promise<unknown>;
  batch(operations: readonly BatchOperation[]): Promise<void>;
  /** Removes all keys of a range. */
  clear(range: Range): Promise<void>;
  values(range: Range): ValueIterator;
}

export interface StoreOptions {
  readonly maxItemSize: number;
}

interface IndexChange {
  readonly index: string;
  readonly key: string;
  readonly item: Item;
}

interface DatabaseModule {
  /** Without a path the store is in memory. */
  create: (options: { readonly path?: string }) => { readonly db: LevelDb; readonly options: StoreOptions };
  getIndexActions(
    indexes: readonly IndexDescription[],
    existing: Item | undefined,
    item: Item,
    table: TableDescription,
  ): { readonly puts: readonly IndexChange[] };
  /** What is wrong with a key, or with the key in an item; null or nothing for a good one. */
  validateKey(key: Item, table: TableDescription): unknown;
  validateItem(item: Item, table: TableDescription): unknown;
  /** Bytes as DynamoDB counts them: names and values. */
  itemSize(item: Item): number;
  /** Under which key an item is stored. Its key attributes have to be valid. */
  createKey(item: Item, table: TableDescription): string;
}

interface ValidationModule {
  checkTypes(input: object, types: unknown): object;
  checkValidations(input: object, types: unknown, custom: unknown, store: { options: StoreOptions }): void;
}

interface OperationValidation {
  readonly types: Readonly<Record<string, unknown>>;
  readonly custom?: unknown;
}

export type Action = (store: object, input: object, callback: Callback) => void;

const require = createRequire(import.meta.url);

export const database = require("dynalite/db") as DatabaseModule;
export const validations = require("dynalite/validations") as ValidationModule;

/** The rules dynalite checks the input of an operation by. */
export function validationOf(operation: string): OperationValidation {
  return require(`dynalite/validations/${lowerFirst(operation)}`) as OperationValidation;
}

/** The function in which dynalite carries out an operation. */
export function actionOf(operation: string): Action {
  return require(`dynalite/actions/${lowerFirst(operation)}`) as Action;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
