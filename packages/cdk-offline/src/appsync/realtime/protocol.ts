// The messages of AppSync's real-time protocol, and its limits.
// https://docs.aws.amazon.com/appsync/latest/devguide/real-time-websocket-client.html

import type { AnswerError, FieldError, ResponsePath } from "../graphql/field-error.ts";
import { isTooDeep } from "../graphql/nesting.ts";
import { parseStrictJson } from "../http/strict-json.ts";

/** The WebSocket subprotocol. */
export const SUBPROTOCOL = "graphql-ws";

/** https://docs.aws.amazon.com/general/latest/gr/appsync.html */
export const MAX_SUBSCRIPTIONS_PER_CONNECTION = 100;
/** A larger message to a subscriber is not sent, and nobody is told (aws-appsync-community#175). */
export const MAX_PAYLOAD_BYTES = 240 * 1024;

/** How long a client may wait for a `ka` before it gives the connection up. */
export const CONNECTION_TIMEOUT_MS = 300_000;
export const KEEP_ALIVE_INTERVAL_MS = 60_000;
/** The service closes every connection after this time; until then a token may well have expired. */
export const MAX_CONNECTION_AGE_MS = 24 * 60 * 60 * 1000;

/** An error as it stands in a message. */
export interface RealtimeError {
  readonly errorType?: string;
  readonly message: string;
  /** The HTTP status that fits; in errors of the connection and of filters only. */
  readonly errorCode?: number;
  readonly path?: ResponsePath;
}

export type ServerMessage =
  | { readonly type: "connection_ack"; readonly payload: { readonly connectionTimeoutMs: number } }
  | { readonly type: "connection_error"; readonly payload: { readonly errors: readonly RealtimeError[] } }
  | { readonly type: "ka" }
  | { readonly type: "start_ack"; readonly id: string }
  | { readonly type: "data"; readonly id: string; readonly payload: Payload }
  | {
      readonly type: "error";
      readonly id?: string;
      readonly payload: { readonly errors: readonly RealtimeError[] };
    }
  | { readonly type: "complete"; readonly id: string };

export interface Payload {
  readonly data: unknown;
  readonly errors?: readonly RealtimeError[];
}

export type ClientMessage =
  | { readonly type: "connection_init" }
  | {
      readonly type: "start";
      readonly id: string;
      readonly query: string;
      readonly operationName: string | null;
      readonly variables: Readonly<Record<string, unknown>>;
      /** Names are in lower case. */
      readonly authorization: AuthorizationHeaders;
    }
  | { readonly type: "stop"; readonly id: string };

/** What takes the place of HTTP headers in the protocol, by lower-case name. */
export type AuthorizationHeaders = ReadonlyMap<string, string>;

/** The answer to what is no message of the protocol (aws-amplify and others report it in these words). */
export const UNSUPPORTED: RealtimeError = unsupported("unknown");

/** @param operation what was asked for, such as "query". */
export function unsupported(operation: string): RealtimeError {
  return {
    errorType: "UnsupportedOperation",
    message: `${operation} not supported through the realtime channel`,
  };
}

/** A message of a client; undefined for what is none. */
export function readClientMessage(text: string): ClientMessage | undefined {
  const message = asObject(parsed(text));
  const id = message?.["id"];
  switch (message?.["type"]) {
    case "connection_init":
      return { type: "connection_init" };
    case "stop":
      return typeof id === "string" ? { type: "stop", id } : undefined;
    case "start":
      return typeof id === "string" ? readStart(id, asObject(message["payload"])) : undefined;
    default:
      return undefined;
  }
}

function readStart(id: string, payload: JsonObject | undefined): ClientMessage | undefined {
  const data = payload?.["data"];
  const request = typeof data === "string" ? asObject(parsed(data)) : undefined;
  const query = request?.["query"];
  const variables = asObject(request?.["variables"] ?? {});
  const operationName = request?.["operationName"] ?? null;
  if (typeof query !== "string" || variables === undefined || isTooDeep(variables)) return undefined;
  return {
    type: "start",
    id,
    query,
    operationName: typeof operationName === "string" && operationName !== "" ? operationName : null,
    variables,
    authorization: readHeaders(asObject(payload?.["extensions"])?.["authorization"]),
  };
}

/** The members of an object that are texts, by lower-case name. */
export function readHeaders(value: unknown): AuthorizationHeaders {
  const headers = Object.entries(asObject(value) ?? {});
  return new Map(
    headers.flatMap(([name, header]) => (typeof header === "string" ? [[name.toLowerCase(), header]] : [])),
  );
}

type JsonObject = Readonly<Record<string, unknown>>;

function asObject(value: unknown): JsonObject | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return value as JsonObject;
}

/** The value of a JSON text; undefined for what is none, or names a member of an object twice. */
export function parsed(text: string): unknown {
  try {
    return parseStrictJson(text);
  } catch {
    return undefined;
  }
}

/** An error of GraphQL as messages carry it: without places in the query (amplify-category-api#1338, amplify-js#8370). */
export function realtimeError(error: AnswerError | FieldError): RealtimeError {
  const errorType = "errorType" in error ? error.errorType : null;
  const path = "path" in error ? error.path : null;
  return {
    ...(errorType !== null && { errorType }),
    message: error.message,
    ...(path !== null && { path }),
  };
}
