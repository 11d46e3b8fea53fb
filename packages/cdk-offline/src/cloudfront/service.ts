// The distribution on one machine: one origin for browsers, in front of the page's bucket and the REST API.

import { randomBytes } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { HttpHandler, HttpRequest, HttpResponse } from "../http/exchange.ts";
import { distributionApi, type ServedDistribution } from "./api.ts";
import { fetchFromBucket, type S3Read } from "./bucket-origin.ts";
import {
  assembleDistribution,
  type Behavior,
  type Distribution,
  type DistributionTemplate,
} from "./distribution.ts";
import { FunctionExecutionError, openViewerFunctions, type ViewerFunctions } from "./viewer-function.ts";
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
  readonly account: string;
  readonly clock: Clock;
  readonly s3Read: S3Read;
  readonly apiGateway: ApiGatewayPort;
  /** Takes a line about a function that failed. */
  readonly log: (line: string) => void;
}

const FUNCTION_FAILED =
  "The CloudFront function associated with the CloudFront distribution is invalid or could not run.";

export interface CloudFront {
  /** Answers viewers of the distribution. Nothing is cached and nothing compressed. */
  readonly handler: HttpHandler;
  /** Answers whoever administers the distribution. */
  readonly api: HttpHandler;
  close(): Promise<void>;
}

/** Puts the distribution together; `undefined` for a template that has none. Throws for what is not served. */
export function openCloudFront(options: CloudFrontOptions): CloudFront | undefined {
  const [resource] = options.distributions;
  if (resource === undefined) return undefined;
  const { region, account, clock, apiGateway } = options;
  let distribution = assembleDistribution(options, region, apiGateway.apiIds);
  let served: ServedDistribution = {
    id: distribution.id,
    arn: `arn:aws:cloudfront::${account}:distribution/${distribution.id}`,
    domainName: distribution.domainName,
    config: resource.properties.DistributionConfig,
    changedAtMs: clock(),
  };
  const functions = openViewerFunctions(options.functions);
  return {
    api: distributionApi({
      served: () => served,
      update: (config) => {
        const properties = { ...resource.properties, DistributionConfig: config };
        const distributions = [{ ...resource, properties }];
        distribution = assembleDistribution({ ...options, distributions }, region, apiGateway.apiIds);
        served = { ...served, config, changedAtMs: clock() };
      },
    }),
    async handler(request) {
      const cloudFrontId = `${randomBytes(40).toString("base64url")}==`;
      // The pattern is matched against the path in its normal form; the origin gets it as it was sent.
      const behavior = distribution.behaviorFor(request.url.pathname);
      const refused = refuse(behavior, request);
      const { answer, from } =
        refused === undefined
          ? await answerTo(request, { options, distribution, behavior, functions, cloudFrontId })
          : { answer: refused, from: "Error" };
      return {
        ...answer,
        headers: {
          ...behavior.applyResponseHeaders(lowerCase(answer.headers ?? {})),
          via: `1.1 ${distribution.domainName} (CloudFront)`,
          "x-amz-cf-id": cloudFrontId,
          "x-cache": `${from} from cloudfront`,
        },
      };
    },
    close: () => functions.close(),
  };
}

/** What CloudFront refuses itself, with its page of an error. */
function refuse({ allowedMethods }: Behavior, { method, body }: HttpRequest): HttpResponse | undefined {
  if (!allowedMethods.includes(method)) {
    return errorPage(
      403,
      "This distribution is not configured to allow the HTTP request method that was used for this request.",
    );
  }
  if (method === "GET" && body.length > 0)
    return errorPage(403, "Bad request: a GET request must not have a body.");
  return undefined;
}

interface Exchange {
  readonly options: CloudFrontOptions;
  readonly distribution: Distribution;
  readonly behavior: Behavior;
  readonly functions: ViewerFunctions;
  readonly cloudFrontId: string;
}

/** The answer, and what it came from, in the words of the header X-Cache. */
async function answerTo(request: HttpRequest, exchange: Exchange) {
  const { options, distribution, behavior, functions, cloudFrontId } = exchange;
  const askAs = async (wanted: HttpRequest) => {
    const answer = await askOrigin(options, distribution, behavior, wanted, cloudFrontId);
    return { answer, from: answer.status < 400 ? "Miss" : "Error" };
  };
  if (behavior.viewerFunction === undefined) return await askAs(request);
  const ids = {
    distributionDomainName: distribution.domainName,
    distributionId: distribution.id,
    requestId: cloudFrontId,
  };
  try {
    const wanted = await functions.of(behavior.viewerFunction).handle(request, ids);
    if (!("response" in wanted)) return await askAs(wanted);
    return { answer: wanted.response, from: "FunctionGeneratedResponse" };
  } catch (error) {
    if (!(error instanceof FunctionExecutionError)) throw error;
    options.log(error.message);
    return { answer: errorPage(503, FUNCTION_FAILED), from: "FunctionExecutionError" };
  }
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

function errorPage(status: number, reason: string): HttpResponse {
  const title = "ERROR: The request could not be satisfied";
  return {
    status,
    headers: { "content-type": "text/html", server: "CloudFront" },
    body: `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body><h1>${status} ERROR</h1><p>${reason}</p></body></html>\n`,
  };
}

function lowerCase(
  headers: NonNullable<HttpResponse["headers"]>,
): Record<string, string | readonly string[]> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
