// util.dynamodb: from plain values to DynamoDB's typed ones, in the spelling AppSync uses.
// https://docs.aws.amazon.com/appsync/latest/devguide/dynamodb-helpers-in-util-dynamodb-js.html

import { FaultSignal } from "./signals.ts";

export type TypedValue = Readonly<Record<string, unknown>>;
export type TypedValues = Record<string, TypedValue>;

/** Whether a value is what JSON calls an object. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * A plain value as a typed one: lists stay lists (never sets), a number stays a number (`{ N: 5 }`), and there is no
 * difference between null and undefined (`{ NULL: null }`).
 */
export function toDynamoDB(value: unknown): TypedValue {
  if (value === null || value === undefined) return { NULL: null };
  if (typeof value === "string") return { S: value };
  if (typeof value === "number") return { N: value };
  if (typeof value === "boolean") return { BOOL: value };
  if (Array.isArray(value)) return { L: typedList(value) };
  if (isPlainObject(value)) return { M: typedValues(value) };
  throw new FaultSignal(`a ${typeof value} cannot be stored in DynamoDB`);
}

/** The methods of lists stop after a thousand items in this realm; this does not. */
function typedList(values: readonly unknown[]): TypedValue[] {
  const typed: TypedValue[] = [];
  for (const value of values) typed.push(toDynamoDB(value));
  return typed;
}

/** Each value of an object as a typed one. */
export function typedValues(object: Readonly<Record<string, unknown>>): TypedValues {
  const typed: TypedValues = {};
  for (const [name, value] of Object.entries(object)) typed[name] = toDynamoDB(value);
  return typed;
}

const orNull =
  <Value>(convert: (value: Value) => TypedValue) =>
  (value: Value | null | undefined): TypedValue | null =>
    value === null || value === undefined ? null : convert(value);

export const dynamodbUtil = {
  toDynamoDB,
  toString: orNull((value: string) => ({ S: value })),
  toStringSet: orNull((values: readonly string[]) => ({ SS: values })),
  toNumber: orNull((value: number) => ({ N: value })),
  toNumberSet: orNull((values: readonly number[]) => ({ NS: values })),
  toBinary: orNull((value: string) => ({ B: value })),
  toBinarySet: orNull((values: readonly string[]) => ({ BS: values })),
  toBoolean: orNull((value: boolean) => ({ BOOL: value })),
  toNull: () => ({ NULL: null }),
  toList: (value: unknown) => (Array.isArray(value) ? toDynamoDB(value) : null),
  toMap: (value: unknown) => (isPlainObject(value) ? toDynamoDB(value) : null),
  toMapValues: (value: unknown) => (isPlainObject(value) ? typedValues(value) : null),
  toS3Object: (key: string, bucket: string, region: string, version?: string) => ({
    S: JSON.stringify({ s3: { key, bucket, region, ...(version === undefined ? {} : { version }) } }),
  }),
  fromS3ObjectJson(s3ObjectString: string): unknown {
    const parsed: unknown = JSON.parse(s3ObjectString);
    if (!isPlainObject(parsed)) throw new FaultSignal("fromS3ObjectJson wants the JSON of an S3 object");
    return parsed["s3"] ?? null;
  },
};
