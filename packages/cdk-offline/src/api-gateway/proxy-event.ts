// The event by which a REST API hands a request to a function: payload format 1.0 of the Lambda proxy integration.

import { randomBytes } from "node:crypto";
import type { HttpRequest } from "../http/exchange.ts";
import { matchesMediaType } from "./media-types.ts";
import type { RestApi, Stage } from "./rest-api.ts";
import type { Match } from "./route.ts";

export interface EventSource {
  readonly api: RestApi;
  readonly stage: Stage;
  readonly route: Match;
  readonly request: HttpRequest;
  /** The path behind the stage, as it was sent. */
  readonly path: string;
  readonly sourceIp: string;
  readonly requestId: string;
  readonly nowMs: number;
  readonly region: string;
  readonly account: string;
  readonly claims: Readonly<Record<string, string>> | undefined;
}

type MultiValue = Readonly<Record<string, readonly string[]>>;

/** Headers that end at the gateway. */
const droppedHeaders = [
  "connection",
  "content-length",
  "content-md5",
  "expect",
  "max-forwards",
  "proxy-authenticate",
  "server",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "www-authenticate",
];

/** Headers that arrive in one spelling however they were sent. */
const spellings: ReadonlyMap<string, string> = new Map(
  [
    "Authorization",
    "Host",
    "User-Agent",
    "X-Amzn-Trace-Id",
    "X-Forwarded-For",
    "X-Forwarded-Port",
    "X-Forwarded-Proto",
  ].map((name) => [name.toLowerCase(), name]),
);

/**
 * Makes the event. In the maps of single values stands the last of several.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export function proxyEvent(source: EventSource): object {
  const { api, stage, route, request, path } = source;
  const headers = eventHeaders(source);
  const query = multiValueOf([...request.url.searchParams]);
  const isBinary = matchesMediaType(request.headers["content-type"], api.binaryMediaTypes);
  return {
    resource: route.node.path,
    path,
    httpMethod: request.method,
    headers: lastOf(headers),
    multiValueHeaders: headers,
    queryStringParameters: lastOf(query),
    multiValueQueryStringParameters: Object.keys(query).length === 0 ? null : query,
    pathParameters: route.pathParameters,
    stageVariables: stage.variables,
    requestContext: requestContext(source),
    body: request.body.length === 0 ? null : request.body.toString(isBinary ? "base64" : "utf8"),
    isBase64Encoded: isBinary && request.body.length > 0,
  };
}

function domainNameOf(apiId: string, region: string): string {
  return `${apiId}.execute-api.${region}.amazonaws.com`;
}

function eventHeaders({ api, request, sourceIp, region, nowMs }: EventSource): MultiValue {
  const own = ["host", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto", "x-amzn-trace-id"];
  const sent = request.rawHeaders.filter(([name]) => {
    const lowerCase = name.toLowerCase();
    return !droppedHeaders.includes(lowerCase) && !own.includes(lowerCase);
  });
  const forwardedFor = request.headers["x-forwarded-for"];
  const epochHex = Math.floor(nowMs / 1000).toString(16);
  const named = sent.map(([name, value]) => [spellings.get(name.toLowerCase()) ?? name, value] as const);
  return multiValueOf([
    ...named,
    ["Host", domainNameOf(api.id, region)],
    ["X-Amzn-Trace-Id", `Root=1-${epochHex}-${randomBytes(12).toString("hex")}`],
    ["X-Forwarded-For", forwardedFor === undefined ? sourceIp : `${forwardedFor}, ${sourceIp}`],
    ["X-Forwarded-Port", "443"],
    ["X-Forwarded-Proto", "https"],
  ]);
}

function requestContext(source: EventSource): object {
  const { api, stage, route, request, path, sourceIp, requestId, nowMs, region, account, claims } = source;
  const nothing = null;
  return {
    accountId: account,
    apiId: api.id,
    ...(claims === undefined ? {} : { authorizer: { claims } }),
    deploymentId: stage.deploymentId,
    domainName: domainNameOf(api.id, region),
    domainPrefix: api.id,
    extendedRequestId: `${randomBytes(11).toString("base64url")}=`,
    httpMethod: request.method,
    identity: {
      accessKey: nothing,
      accountId: nothing,
      caller: nothing,
      cognitoAuthenticationProvider: nothing,
      cognitoAuthenticationType: nothing,
      cognitoIdentityId: nothing,
      cognitoIdentityPoolId: nothing,
      principalOrgId: nothing,
      sourceIp,
      user: nothing,
      userAgent: request.headers["user-agent"] ?? nothing,
      userArn: nothing,
    },
    path: `/${stage.name}${path}`,
    protocol: "HTTP/1.1",
    requestId,
    requestTime: requestTime(nowMs),
    requestTimeEpoch: nowMs,
    resourceId: route.node.id,
    resourcePath: route.node.path,
    stage: stage.name,
  };
}

/** As in access logs, such as `09/Apr/2015:12:34:56 +0000`. */
function requestTime(nowMs: number): string {
  const [, day, month, year, time] = new Date(nowMs).toUTCString().replace(",", "").split(" ");
  return `${String(day)}/${String(month)}/${String(year)}:${String(time)} +0000`;
}

/** Groups pairs by name; case makes a difference. */
function multiValueOf(pairs: readonly (readonly [name: string, value: string])[]): MultiValue {
  const values: Record<string, string[]> = Object.create(null) as Record<string, string[]>;
  for (const [name, value] of pairs) {
    (values[name] ??= []).push(value);
  }
  return values;
}

function lastOf(values: MultiValue): Readonly<Record<string, string>> | null {
  const entries = Object.entries(values);
  if (entries.length === 0) return null;
  return Object.fromEntries(entries.map(([name, all]) => [name, all.at(-1) ?? ""]));
}
