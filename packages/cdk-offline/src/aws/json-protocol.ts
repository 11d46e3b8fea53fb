// AWS's JSON protocols 1.0 and 1.1: the operation is named in `x-amz-target`, input and output are JSON bodies.
// https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html

import { randomUUID } from "node:crypto";
import type { HttpRequest, HttpResponse } from "../http/exchange.ts";
import { WriteRefused } from "../errors.ts";
import { AwsError, notServed } from "./errors.ts";

/** One operation: takes the decoded input, answers the output, throws `AwsError`. */
export type JsonOperation = (input: never, request: HttpRequest) => unknown;

export interface JsonService {
  /** What stands before the dot in `x-amz-target`, such as `AmazonSSM`. */
  readonly target: string;
  readonly version: "1.0" | "1.1";
  /** Paths at which it answers besides `/`, where all do. */
  readonly furtherPaths?: RegExp;
  readonly operations: Readonly<Record<string, JsonOperation>>;
  /** The service's error for what is no fault of the caller, such as a full disk. Default is `InternalFailure`, which all have. */
  readonly internalError?: string;
  /** For a service that spoke AWS's query protocol before and whose clients still look for the codes it had there. */
  readonly queryCompatible?: QueryCompatibility;
}

/** https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#aws-protocols-awsquerycompatible-trait */
export interface QueryCompatibility {
  /** Stands before an error's name in `__type`, such as `com.amazonaws.sqs`. */
  readonly namespace: string;
  /** The query protocol's code of an error, where it is not the error's name. */
  readonly codes: Readonly<Record<string, string>>;
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
    const told = error instanceof WriteRefused ? cannotStore(service, error) : error;
    if (!(told instanceof AwsError)) throw told;
    return answer(service, told.status, ...describe(service, told));
  }
}

/** Of a write that a store refuses the terminal has been told. */
function cannotStore({ internalError = "InternalFailure" }: JsonService, refusal: WriteRefused): AwsError {
  return new AwsError(internalError, `What was asked for could not be stored: ${refusal.message}`, 500);
}

function describe(
  { queryCompatible }: JsonService,
  error: AwsError,
): [body: unknown, headers: Record<string, string>] {
  const body = { message: error.message, ...error.details };
  if (queryCompatible === undefined) {
    return [{ __type: error.code, ...body }, { "x-amzn-errortype": error.code }];
  }
  const queryCode = queryCompatible.codes[error.code] ?? error.code;
  const fault = error.status < 500 ? "Sender" : "Receiver";
  return [
    { __type: `${queryCompatible.namespace}#${error.code}`, ...body },
    { "x-amzn-query-error": `${queryCode};${fault}` },
  ];
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
