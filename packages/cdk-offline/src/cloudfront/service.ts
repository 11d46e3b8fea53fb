// The distribution on one machine: one origin for browsers, in front of the page's bucket and the REST API.

import { randomBytes } from "node:crypto";
import type { HttpHandler, HttpRequest, HttpResponse } from "../http/exchange.ts";
import { fetchFromBucket, type S3Read } from "./bucket-origin.ts";
import {
  assembleDistribution,
  type Behavior,
  type Distribution,
  type DistributionTemplate,
} from "./distribution.ts";
import { edgeAddress, originRequest } from "./origin-request.ts";

/** The port to API Gateway. */
interface ApiGatewayPort {
  readonly apiIds: readonly string[];
  handle(
    apiId: string,
    stagePath: string,
    request: HttpRequest,
    connection?: { readonly sourceIp: string },
  ): Promise<HttpResponse>;
}

export interface CloudFrontOptions extends DistributionTemplate {
  readonly region: string;
  readonly s3Read: S3Read;
  readonly apiGateway: ApiGatewayPort;
}

export interface CloudFront {
  /** Answers viewers of the distribution. Nothing is cached and nothing compressed. */
  readonly handler: HttpHandler;
}

/** Puts the distribution together; `undefined` for a template that has none. Throws for what is not served. */
export function openCloudFront(options: CloudFrontOptions): CloudFront | undefined {
  if (options.distributions.length === 0) return undefined;
  const distribution = assembleDistribution(options, options.region, options.apiGateway.apiIds);
  return {
    async handler(request) {
      const cloudFrontId = `${randomBytes(40).toString("base64url")}==`;
      // The pattern is matched against the path in its normal form; the origin gets it as it was sent.
      const behavior = distribution.behaviorFor(request.url.pathname);
      const answer =
        refuse(behavior, request) ??
        (await askOrigin(options, distribution, behavior, request, cloudFrontId));
      return {
        ...answer,
        headers: {
          ...behavior.applyResponseHeaders(lowerCase(answer.headers ?? {})),
          via: `1.1 ${distribution.domainName} (CloudFront)`,
          "x-amz-cf-id": cloudFrontId,
          "x-cache": `${answer.status < 400 ? "Miss" : "Error"} from cloudfront`,
        },
      };
    },
  };
}

/** What CloudFront refuses itself, with its page of an error. */
function refuse({ allowedMethods }: Behavior, { method, body }: HttpRequest): HttpResponse | undefined {
  if (!allowedMethods.includes(method)) {
    return errorPage(
      "This distribution is not configured to allow the HTTP request method that was used for this request.",
    );
  }
  if (method === "GET" && body.length > 0)
    return errorPage("Bad request: a GET request must not have a body.");
  return undefined;
}

async function askOrigin(
  { apiGateway, s3Read }: CloudFrontOptions,
  distribution: Distribution,
  { origin }: Behavior,
  request: HttpRequest,
  cloudFrontId: string,
): Promise<HttpResponse> {
  const [, sentPath = "/", query = ""] = /^([^?]*)(.*)$/s.exec(request.target) ?? [];
  const path = sentPath === "/" ? `/${distribution.defaultRootObject}` : sentPath;
  if (origin.type === "bucket") return await fetchFromBucket(origin, path, request, s3Read);
  const stagePath = origin.path + path;
  const { domainName: distributionDomainName } = distribution;
  const forwarded = originRequest(request, {
    origin,
    target: stagePath + query,
    distributionDomainName,
    cloudFrontId,
  });
  return await apiGateway.handle(origin.apiId, stagePath, forwarded, { sourceIp: edgeAddress });
}

function errorPage(reason: string): HttpResponse {
  const title = "ERROR: The request could not be satisfied";
  return {
    status: 403,
    headers: { "content-type": "text/html", server: "CloudFront" },
    body: `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body><h1>403 ERROR</h1><p>${reason}</p></body></html>\n`,
  };
}

function lowerCase(
  headers: NonNullable<HttpResponse["headers"]>,
): Record<string, string | readonly string[]> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
