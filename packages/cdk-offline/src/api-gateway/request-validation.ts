// The checks of a request that a request validator makes before the function is called.

import type { HttpRequest } from "../http/exchange.ts";
import { gatewayErrors, missingParameters, type GatewayError } from "./gateway-response.ts";
import type { Method } from "./rest-api.ts";
import type { Match } from "./route.ts";

/** What is wrong with a request, if anything: required parameters first, then the body. */
export function validateRequest(
  method: Method,
  route: Match,
  request: HttpRequest,
): GatewayError | undefined {
  const missing = method.requiredParameters.filter((parameter) => !hasParameter(parameter, route, request));
  if (missing.length > 0) return missingParameters(missing.map((name) => name.split(".").slice(3).join(".")));
  if (method.bodyChecks === undefined) return undefined;
  const contentType =
    request.headers["content-type"]?.split(";")[0]?.trim().toLowerCase() ?? "application/json";
  const check = method.bodyChecks.get(contentType);
  return check === undefined || check(parseJson(request.body)) ? undefined : gatewayErrors.badRequestBody;
}

/** A parameter is named as `method.request.{header,path,querystring}.name`. */
function hasParameter(parameter: string, route: Match, request: HttpRequest): boolean {
  const [, , place, ...rest] = parameter.split(".");
  const name = rest.join(".");
  if (place === "header") return (request.headers[name.toLowerCase()] ?? "") !== "";
  if (place === "path") return route.pathParameters?.[name] !== undefined;
  return request.url.searchParams.has(name);
}

/** `undefined`, which fits no schema that asks for anything, when the body is no JSON. */
function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}
