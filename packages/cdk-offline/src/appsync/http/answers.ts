// The answers of the GraphQL endpoint, in the form in which the service writes them.

import { randomUUID } from "node:crypto";
import type { HttpResponse } from "../../http/exchange.ts";
import type { RequestFault } from "./read-request.ts";

/** Lets any page call the API and read the answer, as the service does: it is the token that gives access. */
const CORS = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers":
    "x-amzn-RequestId,x-amzn-ErrorType,x-amz-user-agent,x-amzn-ErrorMessage,Date,x-amz-schema-version",
};

/**
 * What pages may send: what the clients that are known for AppSync do. A list, so that a page's way to GraphQL is no way to
 * what goes by other headers.
 */
const HEADERS_OF_PAGES = [
  "Authorization",
  "Content-Type",
  "X-Amz-Date",
  "X-Api-Key",
  "X-Amz-Security-Token",
  "X-Amz-Content-Sha256",
  "X-Amz-User-Agent",
  "Apollographql-Client-Name",
  "Apollographql-Client-Version",
].join(",");

/** The answer to a browser that asks whether a page may call (https://fetch.spec.whatwg.org/#cors-preflight-fetch). */
export function preflight(): HttpResponse {
  return {
    status: 200,
    headers: {
      ...CORS,
      "access-control-allow-methods": "POST, OPTIONS",
      "access-control-allow-headers": HEADERS_OF_PAGES,
      "access-control-max-age": "172800",
    },
  };
}

/** An answer without data, laid out as the service's JSON writer does. */
export function faultAnswer(requestId: string, { status, errorType, message }: RequestFault): HttpResponse {
  return {
    status,
    headers: { ...headers(requestId), "x-amzn-errortype": errorType },
    body: `{\n  "errors" : [ {\n    "errorType" : ${JSON.stringify(errorType)},\n    "message" : ${JSON.stringify(message)}\n  } ]\n}`,
  };
}

/** The outcome of an operation. */
export function resultAnswer(requestId: string, data: unknown, errors: readonly unknown[]): HttpResponse {
  return {
    status: 200,
    headers: { ...headers(requestId), "x-amzn-appsync-tokensconsumed": "1" },
    body: JSON.stringify(errors.length > 0 ? { data, errors } : { data }),
  };
}

function headers(requestId: string): Readonly<Record<string, string>> {
  return { ...CORS, "content-type": "application/json;charset=UTF-8", "x-amzn-requestid": requestId };
}

export function newRequestId(): string {
  return randomUUID();
}
