// Everything of AWS at one address: which service a request is for.

import { json, type HttpHandler, type HttpRequest, type HttpResponse } from "../http/exchange.ts";
import { notServed, type AwsError } from "./errors.ts";
import { serveJson, type JsonService } from "./json-protocol.ts";

/** A service that is found by path: pages, OAuth endpoints, GraphQL. */
export interface PathService {
  serves(path: string): boolean;
  readonly handler: HttpHandler;
}

export interface AwsEndpointOptions {
  /** Services of the JSON protocols, found by the target header. */
  readonly jsonServices: readonly JsonService[];
  /** Services with REST protocols, found by the service name in the request's signature. */
  readonly signedServices: Readonly<Record<string, HttpHandler>>;
  /** Services that are called without a signature, in the order in which they are asked. */
  readonly pathServices: readonly PathService[];
}

/** Routes a request to its service. A service or operation that is not served is refused by name with status 501. */
export function awsEndpoint({ jsonServices, signedServices, pathServices }: AwsEndpointOptions): HttpHandler {
  const byTarget = new Map(jsonServices.map((service) => [service.target, service]));
  return async (request) => {
    const target = request.headers["x-amz-target"];
    if (target !== undefined) {
      const dot = target.lastIndexOf(".");
      const service = byTarget.get(target.slice(0, dot));
      if (service === undefined) return refusal(notServed(target));
      return serveJson(service, target.slice(dot + 1), request);
    }
    const scope = signatureScope(request);
    if (scope !== undefined) {
      const handler = Object.hasOwn(signedServices, scope) ? signedServices[scope] : undefined;
      return handler === undefined ? refusal(notServed(`service ${scope}`)) : handler(request);
    }
    const service = pathServices.find((candidate) => candidate.serves(request.url.pathname));
    if (service !== undefined) return service.handler(request);
    return json(404, { message: `nothing is served at ${request.url.pathname}` });
  };
}

/**
 * The service for which a request was signed, from the credential scope of Signature Version 4 in the header or, for a
 * presigned URL, in the query. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
function signatureScope({ headers, url }: HttpRequest): string | undefined {
  const credential =
    /^AWS4-[A-Z0-9-]+ Credential=([^,\s]+)/.exec(headers["authorization"] ?? "")?.[1] ??
    url.searchParams.get("X-Amz-Credential") ??
    undefined;
  return credential?.split("/").at(-2);
}

function refusal(error: AwsError): HttpResponse {
  return json(
    error.status,
    { __type: error.code, message: error.message },
    { "x-amzn-errortype": error.code },
  );
}
