// Everything of AWS at one address: which service a request is for. On AWS each has a host name of its own; here a path
// belongs to one service alone, whatever headers a request carries, so that no page's way to one is a way to another.

import { json, type HttpHandler, type HttpRequest, type HttpResponse } from "../http/exchange.ts";
import { isRefusedPage, refusePage, type ForeignPages } from "../http/foreign-page.ts";
import { AwsError, notServed } from "./errors.ts";
import { serveJson, type JsonService } from "./json-protocol.ts";

/** A service that is found by path: pages, OAuth endpoints, GraphQL. */
export interface PathService {
  /** Whether a path, as it was sent, is the service's own. */
  serves(path: string): boolean;
  /** Which requests of web pages of other origins one of its paths takes. */
  foreignPages(path: string): ForeignPages;
  readonly handler: HttpHandler;
}

export interface AwsEndpointOptions {
  /** Services of the JSON protocols, found at `/` by the target header. No web page of another origin may call them. */
  readonly jsonServices: readonly JsonService[];
  /**
   * Services with REST protocols, found at what is no other's path by the service name in the request's signature. No web
   * page of another origin may call them.
   */
  readonly signedServices: Readonly<Record<string, HttpHandler>>;
  /** Services that are called without a signature, in the order in which they are asked. */
  readonly pathServices: readonly PathService[];
  /** The origins whose pages may call everything, such as `http://127.0.0.1:4001`. */
  readonly ownOrigins: readonly string[];
}

/** Routes a request to its service. A service or operation that is not served is refused by name with status 501. */
export function awsEndpoint(options: AwsEndpointOptions): HttpHandler {
  const { signedServices, pathServices, ownOrigins } = options;
  const findJsonService = byTarget(options.jsonServices);
  return async (request) => {
    const path = request.target.replace(/\?.*$/s, "");
    const service = pathServices.find((candidate) => candidate.serves(path));
    if (isRefusedPage(request, service?.foreignPages(path) ?? "none", ownOrigins)) return refusePage(request);
    if (service !== undefined) return service.handler(request);
    const called = findJsonService(request, path);
    if (called instanceof AwsError) return refusal(called);
    if (called !== undefined) return serveJson(called.service, called.operation, request);
    const scope = signatureScope(request) ?? presignatureScope(request);
    if (scope !== undefined) {
      const handler = Object.hasOwn(signedServices, scope) ? signedServices[scope] : undefined;
      return handler === undefined ? refusal(notServed(`service ${scope}`)) : handler(request);
    }
    return json(404, { message: `nothing is served at ${request.url.pathname}` });
  };
}

/** Finds the service and the operation of a request of the JSON protocols by the target that it names. */
function byTarget(services: readonly JsonService[]) {
  const known = new Map(services.map((service) => [service.target, service]));
  return ({ method, headers }: HttpRequest, path: string) => {
    const target = headers["x-amz-target"];
    if (method !== "POST" || target === undefined) return undefined;
    const dot = target.lastIndexOf(".");
    const service = known.get(target.slice(0, dot));
    if (path !== "/" && service?.furtherPaths?.test(path) !== true) return undefined;
    return service === undefined ? notServed(target) : { service, operation: target.slice(dot + 1) };
  };
}

/**
 * The service for which a request was signed, from the credential scope of Signature Version 4.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
function signatureScope({ headers }: HttpRequest): string | undefined {
  return scopeOf(/^AWS4-[A-Z0-9-]+ Credential=([^,\s]+)/.exec(headers["authorization"] ?? "")?.[1]);
}

/**
 * The service of a presigned URL, as far as they are served: those of S3, and none for POST. A page can send an address
 * with everything in it and a body by simple means, which a header that it has to ask leave for keeps it from.
 */
function presignatureScope({ method, url }: HttpRequest): string | undefined {
  const scope = scopeOf(url.searchParams.get("X-Amz-Credential") ?? undefined);
  return scope === "s3" && method !== "POST" ? scope : undefined;
}

function scopeOf(credential: string | undefined): string | undefined {
  return credential?.split("/").at(-2);
}

function refusal(error: AwsError): HttpResponse {
  return json(
    error.status,
    { __type: error.code, message: error.message },
    { "x-amzn-errortype": error.code },
  );
}
