// AWS's JSON protocols 1.0 and 1.1: the operation is named in `x-amz-target`, input and output are JSON bodies.
// https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html

import { randomUUID } from "node:crypto";
import type { HttpRequest, HttpResponse } from "../http/exchange.ts";
import { AwsError, notServed } from "./errors.ts";

/** One operation: takes the decoded input, answers the output, throws `AwsError`. */
export type JsonOperation = (input: never, request: HttpRequest) => unknown;

export interface JsonService {
  /** What stands before the dot in `x-amz-target`, such as `AmazonSSM`. */
  readonly target: string;
  readonly version: "1.0" | "1.1";
  readonly operations: Readonly<Record<string, JsonOperation>>;
}

/** Serves one request to a JSON service. Never rejects for an `AwsError`; anything else goes up. */
export async function serveJson(
  service: JsonService,
  operationName: string,
  request: HttpRequest,
): Promise<HttpResponse> {
  try {
    const operation = Object.hasOwn(service.operations, operationName)
      ? service.operations[operationName]
      : undefined;
    if (operation === undefined) throw notServed(`${service.target}.${operationName}`);
    const output = await operation(decode(request.body) as never, request);
    return answer(service, 200, output ?? {});
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return answer(
      service,
      error.status,
      { __type: error.code, message: error.message, ...error.details },
      { "x-amzn-errortype": error.code },
    );
  }
}

function decode(body: Buffer): unknown {
  if (body.length === 0) return {};
  let input: unknown;
  try {
    input = JSON.parse(body.toString("utf8"));
  } catch {
    throw new AwsError("SerializationException", "the request body is not valid JSON");
  }
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    throw new AwsError("SerializationException", "the request body is not a JSON object");
  }
  return input;
}

function answer(
  service: JsonService,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): HttpResponse {
  return {
    status,
    headers: {
      "content-type": `application/x-amz-json-${service.version}`,
      "x-amzn-requestid": randomUUID(),
      ...headers,
    },
    body: JSON.stringify(body),
  };
}
