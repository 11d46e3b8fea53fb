// What the operations of a DynamoDB data source have in common.

import type { AwsError } from "../../../aws/errors.ts";
import { required, type SourceAnswer, type SourceCall, type SourceError } from "../data-source.ts";
import type { LambdaPort } from "../lambda.ts";
import type { PageTokens } from "./page-token.ts";
import { toWireItem, type WireItem } from "./typed-values.ts";

export interface DynamoDBPort {
  /** Operations and shapes of DynamoDB's JSON API. Rejects with an AwsError. */
  call(operation: string, input: object): Promise<Record<string, unknown>>;
}

export interface TableSetting {
  readonly dynamodb: DynamoDBPort;
  /** Decides on failed conditions for requests that say so. */
  readonly lambda: LambdaPort;
  readonly tableName: string;
  readonly awsRegion: string;
  readonly pageTokens: PageTokens;
  /** Names an exception as AppSync names it to a resolver. */
  readonly describe: (error: AwsError) => SourceError;
}

export type Members = Readonly<Record<string, unknown>>;

/** Carries out one request. Rejects with an AwsError of the store, or a RequestError. */
export type Operation = (setting: TableSetting, members: Members, call: SourceCall) => Promise<SourceAnswer>;

/** A parameter that is set only when the request has it. */
export function optional(name: string, value: unknown): Members {
  return value === undefined || value === null ? {} : { [name]: value };
}

/** The key that a request, or a part of it at `at`, has to name. */
export function keyOf(members: Members, at = "$"): WireItem {
  return toWireItem(required(members, "key", at), `${at}[key]`);
}
