// Lambda's REST API: invoking a function. Its other operations are refused by name.

import { AwsError, notServed } from "../aws/errors.ts";
import { json, type HttpHandler, type HttpRequest, type HttpResponse } from "../http/exchange.ts";

export interface LambdaOperations {
  /** Throws `AwsError` when there is no such function. */
  readonly check: (functionNameOrArn: string, payload: string) => void;
  readonly invoke: (
    functionNameOrArn: string,
    payload: string,
  ) => Promise<{ readonly payload: string; readonly functionError?: string }>;
  readonly enqueue: (functionNameOrArn: string, payload: string) => Promise<void>;
}

const functionPath = /^\/2015-03-31\/functions\/(?<name>[^/]+)\/invocations$/;

/** Operations that one may look for, so that they are refused under their name. */
const refused: readonly (readonly [method: string, path: RegExp, operation: string])[] = [
  ["GET", /^\/2015-03-31\/functions\/?$/, "ListFunctions"],
  ["POST", /^\/2015-03-31\/functions\/?$/, "CreateFunction"],
  ["GET", /^\/2015-03-31\/functions\/[^/]+$/, "GetFunction"],
  ["DELETE", /^\/2015-03-31\/functions\/[^/]+$/, "DeleteFunction"],
  ["GET", /^\/2015-03-31\/functions\/[^/]+\/configuration$/, "GetFunctionConfiguration"],
  ["PUT", /^\/2015-03-31\/functions\/[^/]+\/configuration$/, "UpdateFunctionConfiguration"],
  ["PUT", /^\/2015-03-31\/functions\/[^/]+\/code$/, "UpdateFunctionCode"],
  ["POST", /\/response-streaming-invocations$/, "InvokeWithResponseStream"],
];

/** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
export function serveLambda(operations: LambdaOperations): HttpHandler {
  return async (request) => {
    try {
      const name = functionPath.exec(request.url.pathname)?.groups?.["name"];
      if (request.method !== "POST" || name === undefined) throw notServed(`Lambda ${operationOf(request)}`);
      return await invoke(operations, decodeName(name), request);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const body = {
        Type: error.status < 500 ? "User" : "Service",
        Message: error.message,
        ...error.details,
      };
      return json(error.status, body, { "x-amzn-errortype": error.code });
    }
  };
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    throw new AwsError("ValidationException", `the function name ${name} is not percent-encoded UTF-8`);
  }
}

function operationOf({ method, url }: HttpRequest): string {
  const known = refused.find(([itsMethod, path]) => itsMethod === method && path.test(url.pathname));
  return known?.[2] ?? `${method} ${url.pathname}`;
}

async function invoke(
  operations: LambdaOperations,
  name: string,
  request: HttpRequest,
): Promise<HttpResponse> {
  const { headers, url, body } = request;
  for (const header of ["x-amz-client-context", "x-amz-tenant-id", "x-amz-durable-execution-name"]) {
    if (headers[header] !== undefined) throw notServed(`Lambda Invoke with ${header}`);
  }
  if (headers["x-amz-log-type"] === "Tail") throw notServed("Lambda Invoke with LogType Tail");
  const qualifier = url.searchParams.get("Qualifier");
  const qualified = qualifier === null ? name : `${name}:${qualifier}`;
  const payload = readPayload(body);
  switch (headers["x-amz-invocation-type"] ?? "RequestResponse") {
    case "RequestResponse": {
      const answer = await operations.invoke(qualified, payload);
      return {
        status: 200,
        headers: {
          "content-type": "application/json",
          "x-amz-executed-version": "$LATEST",
          ...(answer.functionError === undefined ? {} : { "x-amz-function-error": answer.functionError }),
        },
        body: answer.payload,
      };
    }
    case "Event":
      await operations.enqueue(qualified, payload);
      return { status: 202 };
    case "DryRun":
      operations.check(qualified, payload);
      return { status: 204 };
    default:
      throw new AwsError("InvalidParameterValueException", "the invocation type is not valid");
  }
}

function readPayload(body: Buffer): string {
  if (body.length === 0) return "{}";
  const payload = body.toString("utf8");
  try {
    JSON.parse(payload);
  } catch {
    throw new AwsError("InvalidRequestContentException", "Could not parse request body into json");
  }
  return payload;
}
