// Events as API Gateway sends them for a REST API.

import type { APIGatewayProxyEvent } from "aws-lambda";

export interface EventParts {
  readonly method?: string;
  /** Path and query. */
  readonly target?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean;
  readonly sourceIp?: string;
  readonly requestId?: string;
  readonly claims?: Readonly<Record<string, string>>;
}

export const REQUEST_ID = "2b6f2c1e-6a0f-4f0e-9a39-3f0f8a1f5a11";

export function restEvent(parts: EventParts = {}): APIGatewayProxyEvent {
  const { method = "GET", target = "/", headers = {}, body = null, claims } = parts;
  const url = new URL(`https://edge.test${target}`);
  const multiValueHeaders = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === "string" ? [value] : [...value]]),
  );
  const query = Object.fromEntries(
    [...new Set(url.searchParams.keys())].map((name) => [name, url.searchParams.getAll(name)]),
  );
  const event = {
    resource: url.pathname,
    path: url.pathname,
    httpMethod: method,
    headers: lastOf(multiValueHeaders),
    multiValueHeaders,
    queryStringParameters: lastOf(query),
    multiValueQueryStringParameters: Object.keys(query).length === 0 ? null : query,
    pathParameters: null,
    stageVariables: null,
    body,
    isBase64Encoded: parts.isBase64Encoded ?? false,
    requestContext: {
      requestId: parts.requestId ?? REQUEST_ID,
      identity: { sourceIp: parts.sourceIp ?? "192.0.2.1" },
      ...(claims === undefined ? {} : { authorizer: { claims } }),
    },
  };
  return event as unknown as APIGatewayProxyEvent;
}

function lastOf(values: Record<string, string[]>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(values).map(([name, list]) => [name, list.at(-1)]));
}
