// A request as API Gateway hands it to a function, read once and strictly: repeated values stay visible.

import * as v from "valibot";

const multiValues = v.nullish(v.record(v.string(), v.optional(v.array(v.string()))));

/**
 * What is read of the event: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 * The single-value maps are not read: they keep the last of several values and hide the others.
 */
const eventSchema = v.object({
  httpMethod: v.string(),
  path: v.string(),
  multiValueHeaders: multiValues,
  multiValueQueryStringParameters: multiValues,
  body: v.nullish(v.string()),
  isBase64Encoded: v.optional(v.boolean(), false),
  requestContext: v.object({
    requestId: v.string(),
    identity: v.optional(v.object({ sourceIp: v.nullish(v.string()) })),
    authorizer: v.nullish(v.object({ claims: v.nullish(v.record(v.string(), v.unknown())) })),
  }),
});

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  /** Every value of each query parameter, decoded. */
  readonly query: ReadonlyMap<string, readonly string[]>;
  /** Every value of a header, whatever the spelling of its name. */
  header(name: string): readonly string[];
  readonly body: string;
  /** API Gateway's own identifier of the request. */
  readonly requestId: string;
  /** Address of whoever spoke to API Gateway. */
  readonly sourceIp: string | undefined;
  /** The claims that API Gateway's authorizer passed on; undefined where there is no authorizer. */
  readonly authorizerClaims: Readonly<Record<string, unknown>> | undefined;
}

/** Reads an event of a REST API's proxy integration. Throws valibot's error for anything else. */
export function readRequest(event: unknown): HttpRequest {
  const parsed = v.parse(eventSchema, event);
  const headers = new Map<string, string[]>();
  for (const [name, values] of present(parsed.multiValueHeaders)) {
    headers.set(name.toLowerCase(), [...(headers.get(name.toLowerCase()) ?? []), ...values]);
  }
  const { requestContext, body } = parsed;
  return {
    method: parsed.httpMethod,
    path: parsed.path,
    query: new Map(present(parsed.multiValueQueryStringParameters)),
    header: (name) => headers.get(name) ?? [],
    body: parsed.isBase64Encoded ? Buffer.from(body ?? "", "base64").toString("utf8") : (body ?? ""),
    requestId: requestContext.requestId,
    sourceIp: requestContext.identity?.sourceIp ?? undefined,
    authorizerClaims: requestContext.authorizer?.claims ?? undefined,
  };
}

function present(values: v.InferOutput<typeof multiValues>): [string, string[]][] {
  return Object.entries(values ?? {}).flatMap(([name, list]) => (list === undefined ? [] : [[name, list]]));
}

/** The value of a header that was sent exactly once, else undefined. */
export function onlyHeader(request: HttpRequest, name: string): string | undefined {
  const values = request.header(name);
  return values.length === 1 ? values[0] : undefined;
}
