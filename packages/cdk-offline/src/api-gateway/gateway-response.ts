// The answers that API Gateway gives itself, and how a template may change them.

import type { Resource } from "../assembly/resource.ts";
import { NotServed } from "../errors.ts";
import type { HttpResponse } from "../http/exchange.ts";
import type { GatewayResponseProperties } from "./resources.ts";

/** What a template changes of one type of answer. */
export interface CustomGatewayResponse {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly template: string | undefined;
}

/**
 * An answer of the gateway's own. `type` is the one by which a template changes it.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
export interface GatewayError {
  readonly type: string;
  readonly status: number;
  readonly message: string;
  /** The value of `x-amzn-ErrorType`. */
  readonly errorType: string;
  /** The body where no template is given; default is `{"message":…}`. */
  readonly text?: string;
}

export const gatewayErrors = {
  badRequestBody: {
    type: "BAD_REQUEST_BODY",
    status: 400,
    message: "Invalid request body",
    errorType: "BadRequestException",
  },
  forbidden: { type: "ACCESS_DENIED", status: 403, message: "Forbidden", errorType: "ForbiddenException" },
  integrationError: {
    type: "DEFAULT_5XX",
    status: 502,
    message: "Internal server error",
    errorType: "InternalServerErrorException",
  },
  integrationTimeout: {
    type: "INTEGRATION_TIMEOUT",
    status: 504,
    message: "Endpoint request timed out",
    errorType: "InternalServerErrorException",
  },
  requestTooLarge: {
    type: "REQUEST_TOO_LARGE",
    status: 413,
    message: "HTTP content length exceeded 10485760 bytes.",
    errorType: "RequestTooLargeException",
    text: "HTTP content length exceeded 10485760 bytes.",
  },
  /** The text was seen on AWS; its status was not. */
  headersTooLarge: {
    type: "REQUEST_TOO_LARGE",
    status: 413,
    message: "HTTP header is larger than 10240 bytes.",
    errorType: "RequestTooLargeException",
    text: "HTTP header is larger than 10240 bytes.",
  },
  requestTooLong: {
    type: "REQUEST_TOO_LARGE",
    status: 413,
    message: "Request Too Long",
    errorType: "RequestTooLargeException",
  },
  tokenExpired: {
    type: "UNAUTHORIZED",
    status: 401,
    message: "The incoming token has expired",
    errorType: "UnauthorizedException",
  },
  unauthorized: {
    type: "UNAUTHORIZED",
    status: 401,
    message: "Unauthorized",
    errorType: "UnauthorizedException",
  },
  unknownRoute: {
    type: "MISSING_AUTHENTICATION_TOKEN",
    status: 403,
    message: "Missing Authentication Token",
    errorType: "MissingAuthenticationTokenException",
  },
} as const satisfies Record<string, GatewayError>;

export function missingParameters(names: readonly string[]): GatewayError {
  return {
    type: "BAD_REQUEST_PARAMETERS",
    status: 400,
    message: `Missing required request parameters: [${names.join(", ")}]`,
    errorType: "BadRequestException",
  };
}

/** Reads the changes of a template by their type. Throws `NotServed` for a variable in a template. */
export function customGatewayResponses(
  resources: readonly Resource<GatewayResponseProperties>[],
): ReadonlyMap<string, CustomGatewayResponse> {
  return new Map(
    resources.map(({ logicalId, properties }) => {
      const template = properties.ResponseTemplates["application/json"];
      for (const [variable] of template?.matchAll(variablePattern) ?? []) {
        if (Object.hasOwn(variables, variable)) continue;
        throw new NotServed({
          code: "value-not-served",
          logicalId,
          property: "ResponseTemplates.application/json",
          reason: `${variable} in a gateway response is not served by the local runtime`,
          served: Object.keys(variables).join(", "),
        });
      }
      const headers = Object.entries(properties.ResponseParameters).map(([name, quoted]) => [
        name.replace("gatewayresponse.header.", ""),
        quoted.slice(1, -1),
      ]);
      const status = properties.StatusCode === undefined ? undefined : Number(properties.StatusCode);
      return [
        properties.ResponseType,
        { status, headers: Object.fromEntries(headers) as Record<string, string>, template },
      ];
    }),
  );
}

/** Makes the answer for an error, with the changes for its type, else with those for all of its class. */
export function answerError(
  custom: ReadonlyMap<string, CustomGatewayResponse>,
  error: GatewayError,
  requestId: string,
): HttpResponse {
  const change = custom.get(error.type) ?? custom.get(error.status < 500 ? "DEFAULT_4XX" : "DEFAULT_5XX");
  const isText = change?.template === undefined && error.text !== undefined;
  return {
    status: change?.status ?? error.status,
    headers: {
      "content-type": isText ? "text/plain" : "application/json",
      "x-amzn-errortype": error.errorType,
      ...change?.headers,
    },
    body: isText ? error.text : render(change?.template ?? defaultTemplate, error, requestId),
  };
}

const defaultTemplate = '{"message":$context.error.messageString}';
const variablePattern = /\$[a-zA-Z][\w.]*/g;

const variables: Readonly<Record<string, (error: GatewayError, requestId: string) => string>> = {
  "$context.error.message": ({ message }) => message,
  "$context.error.messageString": ({ message }) => JSON.stringify(message),
  "$context.error.responseType": ({ type }) => type,
  "$context.requestId": (_error, requestId) => requestId,
};

function render(template: string, error: GatewayError, requestId: string): string {
  return template.replaceAll(
    variablePattern,
    (variable) => variables[variable]?.(error, requestId) ?? variable,
  );
}
