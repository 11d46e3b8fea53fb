// Reads a GraphQL request out of an HTTP request: one JSON object with a query.

import { OperationTypeNode, type OperationDefinitionNode } from "graphql";
import type { HttpRequest } from "../../http/exchange.ts";
import type { Query } from "../graphql/documents.ts";
import { isTooDeep } from "../graphql/nesting.ts";
import { decodeUtf8, parseStrictJson } from "./strict-json.ts";

/** An error of a request as a whole. */
export interface RequestFault {
  readonly status: number;
  readonly errorType: string;
  readonly message: string;
}

/** A request that comes to no execution. */
export class RefusedRequest extends Error {
  readonly fault: RequestFault;

  constructor(fault: RequestFault) {
    super(fault.message);
    this.fault = fault;
  }
}

export const UNPARSEABLE: RequestFault = {
  status: 400,
  errorType: "MalformedHttpRequestException",
  message: "Unable to parse GraphQL query.",
};

/** The quota "Maximum query length" names the message, but not the error type nor the status. */
export const TOO_LONG: RequestFault = { ...UNPARSEABLE, message: "Maximum char length exceeded." };

const EMPTY_BODY: RequestFault = { ...UNPARSEABLE, message: "Request body is empty." };

function badRequest(message: string): RefusedRequest {
  return new RefusedRequest({ status: 400, errorType: "BadRequestException", message });
}

export interface GraphQLRequest {
  readonly query: string;
  readonly operationName: string | null;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Throws a RefusedRequest for what is not a GraphQL request. */
export function readRequest(request: HttpRequest): GraphQLRequest {
  if (request.method !== "POST") {
    throw badRequest(`the method ${request.method} is not served by the local runtime: use POST`);
  }
  if (request.body.length === 0) throw new RefusedRequest(EMPTY_BODY);
  const body = parseObject(request.body);
  // Some clients send variables as JSON in text.
  const variables =
    typeof body?.["variables"] === "string"
      ? parseObject(body["variables"])
      : asObject(body?.["variables"] ?? {});
  const query = body?.["query"];
  const operationName = body?.["operationName"] ?? null;
  if (typeof query !== "string" || variables === undefined) throw new RefusedRequest(UNPARSEABLE);
  if (isTooDeep(variables)) throw new RefusedRequest(UNPARSEABLE);
  if (operationName !== null && typeof operationName !== "string") throw new RefusedRequest(UNPARSEABLE);
  // Apollo sends an empty name for an operation that has none.
  return { query, variables, operationName: operationName === "" ? null : operationName };
}

function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return value as Readonly<Record<string, unknown>>;
}

function parseObject(json: string | Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    return asObject(parseStrictJson(typeof json === "string" ? json : decodeUtf8(json)));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The operation to run. Throws a RefusedRequest when it is not clear which, or when it is a subscription. */
export function operationOf(query: Query, name: string | null): OperationDefinitionNode {
  if (name === null && query.operations.length > 1) throw badRequest("Missing operation name.");
  const operation =
    name === null ? query.operations[0] : query.operations.find((node) => node.name?.value === name);
  if (operation === undefined) throw badRequest(`Unknown operation named '${String(name)}'.`);
  if (operation.operation === OperationTypeNode.SUBSCRIPTION) {
    throw badRequest("Subscriptions over MQTT is not supported.");
  }
  return operation;
}
