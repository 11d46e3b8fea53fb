// API Gateway on one machine: the REST APIs of the template in front of their functions.

import { randomBytes, randomUUID } from "node:crypto";
import { AwsError } from "../aws/errors.ts";
import type { Clock } from "../clock.ts";
import type { HttpRequest, HttpResponse } from "../http/exchange.ts";
import { answerError, gatewayErrors, type GatewayError } from "./gateway-response.ts";
import { proxyEvent } from "./proxy-event.ts";
import { readProxyAnswer } from "./proxy-answer.ts";
import { validateRequest } from "./request-validation.ts";
import {
  assembleRestApi,
  type ApiGatewayTemplate,
  type Method,
  type RestApi,
  type Stage,
} from "./rest-api.ts";
import { findRoute, type Match } from "./route.ts";
import { authorize, type VerifyToken } from "./token-authorizer.ts";

/** The port to Lambda. */
interface LambdaPort {
  invoke(
    functionNameOrArn: string,
    payload: string,
  ): Promise<{ readonly payload: string; readonly functionError?: string }>;
}

export interface ApiGatewayOptions extends ApiGatewayTemplate {
  readonly clock: Clock;
  readonly region: string;
  readonly account: string;
  readonly lambda: LambdaPort;
  readonly verifyToken: VerifyToken;
}

export interface ApiGateway {
  readonly apiIds: readonly string[];
  /**
   * Answers a request to an API. `stagePath` is the path as the API's own host sees it, percent-encoded and with the
   * stage in front, such as `/v1/auth/login`; the query is that of the request. The peer of the request counts as its
   * source unless another address is given. Rejects only for faults that are not the gateway's.
   */
  handle(
    apiId: string,
    stagePath: string,
    request: HttpRequest,
    connection?: { readonly sourceIp: string },
  ): Promise<HttpResponse>;
}

/** Largest body of a request, in bytes. */
const maxBodyBytes = 10 * 1024 * 1024;

/**
 * Of the request line and the values of all headers together, in bytes.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
 */
const maxHeaderBytes = 10_240;

/** Puts the APIs together. Throws when one refers to what is not there or not served. */
export function openApiGateway(options: ApiGatewayOptions): ApiGateway {
  const apis = new Map(options.apis.map((api) => [api.ref, assembleRestApi(options, api)]));
  return {
    apiIds: [...apis.keys()],
    async handle(apiId, stagePath, request, connection) {
      const requestId = randomUUID();
      const api = apis.get(apiId);
      const sourceIp = connection?.sourceIp ?? request.peer.address;
      const answer =
        api === undefined
          ? answerError(new Map(), gatewayErrors.forbidden, requestId)
          : await answerRequest(options, { api, stagePath, request, requestId, sourceIp });
      return {
        ...answer,
        headers: {
          "x-amzn-requestid": requestId,
          "x-amz-apigw-id": `${randomBytes(11).toString("base64url")}=`,
          ...answer.headers,
        },
      };
    },
  };
}

interface Call {
  readonly api: RestApi;
  readonly stagePath: string;
  readonly request: HttpRequest;
  readonly requestId: string;
  readonly sourceIp: string;
}

async function answerRequest(options: ApiGatewayOptions, call: Call): Promise<HttpResponse> {
  const { api, request, requestId } = call;
  const refuse = (error: GatewayError) => answerError(api.gatewayResponses, error, requestId);
  if (request.body.length > maxBodyBytes) return refuse(gatewayErrors.requestTooLarge);
  if (headerBytes(request) > maxHeaderBytes) return refuse(gatewayErrors.headersTooLarge);
  const [, stageName = "", rest = ""] = /^\/([^/]*)(.*)$/s.exec(call.stagePath) ?? [];
  const stage = api.stages.get(stageName);
  if (api.isDisabled || stage === undefined) return refuse(gatewayErrors.forbidden);
  const path = rest === "" ? "/" : rest;
  const route = findRoute(api.root, path);
  const method = route?.node.methods.get(request.method) ?? route?.node.methods.get("ANY");
  if (route === undefined || method === undefined) return refuse(gatewayErrors.unknownRoute);

  const verdict =
    method.authorizer === undefined
      ? { claims: undefined }
      : await authorize(method.authorizer, request.headers[method.authorizer.header], options.verifyToken);
  if ("refusal" in verdict) return refuse(verdict.refusal);
  const invalid = validateRequest(method, route, request);
  if (invalid !== undefined) return refuse(invalid);
  const integrated = await integrate(options, call, { stage, path, route, method, claims: verdict.claims });
  return "type" in integrated ? refuse(integrated) : integrated;
}

function headerBytes({ method, target, rawHeaders }: HttpRequest): number {
  const requestLine = `${method} ${target} HTTP/1.1`;
  return rawHeaders.reduce(
    (bytes, [, value]) => bytes + Buffer.byteLength(value, "latin1"),
    requestLine.length,
  );
}

interface Target {
  readonly stage: Stage;
  readonly path: string;
  readonly route: Match;
  readonly method: Method;
  readonly claims: Readonly<Record<string, string>> | undefined;
}

/** Calls the function and makes its answer the gateway's, or says why there is none. */
async function integrate(
  { clock, region, account, lambda }: ApiGatewayOptions,
  call: Call,
  { method, ...target }: Target,
): Promise<HttpResponse | GatewayError> {
  const event = proxyEvent({ ...call, ...target, nowMs: clock(), region, account });
  const result = await withinTime(
    invoke(lambda, method.functionArn, JSON.stringify(event)),
    method.timeoutMs,
  );
  if ("type" in result) return result;
  if (result.functionError !== undefined) return gatewayErrors.integrationError;
  const { accept } = call.request.headers;
  const answer = readProxyAnswer(result.payload, { binaryMediaTypes: call.api.binaryMediaTypes, accept });
  return answer ?? gatewayErrors.integrationError;
}

type Invocation = { readonly payload: string; readonly functionError?: string } | GatewayError;

async function invoke(lambda: LambdaPort, functionArn: string, event: string): Promise<Invocation> {
  try {
    return await lambda.invoke(functionArn, event);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    if (error.code === "RequestTooLargeException") return gatewayErrors.requestTooLong;
    return { ...gatewayErrors.integrationError, status: 500 };
  }
}

/** The function goes on when its time at the gateway is over, as on AWS. */
async function withinTime(invocation: Promise<Invocation>, timeoutMs: number): Promise<Invocation> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<GatewayError>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, gatewayErrors.integrationTimeout);
  });
  try {
    return await Promise.race([invocation, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
