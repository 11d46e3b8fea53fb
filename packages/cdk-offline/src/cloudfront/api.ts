// CloudFront's own API, as far as a running distribution is looked at and its origins' custom headers are changed by it.

import { randomBytes, randomUUID } from "node:crypto";
import { AwsError, notServed } from "../aws/errors.ts";
import { writeXml, type XmlElement } from "../aws/xml-writer.ts";
import { NotServed } from "../errors.ts";
import type { HttpHandler, HttpRequest, HttpResponse } from "../http/exchange.ts";
import { configElements, withSentHeaders } from "./distribution-config.ts";
import type { DistributionProperties } from "./resources.ts";

type DistributionConfig = DistributionProperties["DistributionConfig"];

/** The distribution that is served. */
export interface ServedDistribution {
  readonly id: string;
  readonly arn: string;
  readonly domainName: string;
  readonly config: DistributionConfig;
  /** When it became what it is, in milliseconds since the epoch. */
  readonly changedAtMs: number;
}

export interface DistributionApiOptions {
  readonly served: () => ServedDistribution;
  /** Serves this configuration from now on. Throws `NotServed` for one that is not served. */
  readonly update: (config: DistributionConfig) => void;
}

const NAMESPACE = "http://cloudfront.amazonaws.com/doc/2020-05-31/";
const PATH = /^\/2020-05-31\/distribution\/([^/]+)(\/config)?$/;

/**
 * GetDistribution, GetDistributionConfig and UpdateDistribution. An update is there at once.
 * https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_UpdateDistribution.html
 */
export function distributionApi({ served, update }: DistributionApiOptions): HttpHandler {
  let etag = newTag();

  const answer = (root: string, elements: readonly XmlElement[]): HttpResponse => ({
    status: 200,
    headers: { "content-type": "text/xml", etag },
    body: writeXml(root, elements, NAMESPACE),
  });
  const config = () => configElements(served().id, served().config);
  const distribution = (): readonly XmlElement[] => {
    const { id, arn, domainName, changedAtMs } = served();
    return [
      ["Id", id],
      ["ARN", arn],
      ["Status", "Deployed"],
      ["LastModifiedTime", new Date(changedAtMs).toISOString()],
      ["InProgressInvalidationBatches", 0],
      ["DomainName", domainName],
      ["DistributionConfig", config()],
    ];
  };

  const serve = (request: HttpRequest): HttpResponse => {
    const { pathname } = request.url;
    const [, id, isConfig] = PATH.exec(pathname) ?? [];
    if (id === undefined) throw notServed(`${request.method} ${pathname} of CloudFront`);
    if (id !== served().id) {
      throw new AwsError("NoSuchDistribution", "The specified distribution does not exist.", 404);
    }
    if (request.method === "GET") {
      return isConfig === undefined
        ? answer("Distribution", distribution())
        : answer("DistributionConfig", config());
    }
    if (request.method !== "PUT" || isConfig === undefined) {
      throw notServed(`${request.method} ${pathname} of CloudFront`);
    }
    requireMatch(request.headers["if-match"], etag);
    update(withSentHeaders(id, served().config, request.body));
    etag = newTag();
    return answer("Distribution", distribution());
  };

  return (request) => {
    try {
      return Promise.resolve(serve(request));
    } catch (error) {
      const refusal =
        error instanceof NotServed ? new AwsError("NotImplementedException", error.message, 501) : error;
      return Promise.resolve(errorAnswer(refusal));
    }
  };
}

function requireMatch(ifMatch: string | undefined, etag: string): void {
  if (ifMatch === undefined) {
    const message = "The If-Match version is missing or not valid for the distribution.";
    throw new AwsError("InvalidIfMatchVersion", message);
  }
  if (ifMatch !== etag) {
    const message =
      "The request failed because it didn't meet the preconditions in one or more request-header fields.";
    throw new AwsError("PreconditionFailed", message, 412);
  }
}

function newTag(): string {
  return `E${randomBytes(7).toString("hex").slice(0, 13).toUpperCase()}`;
}

function errorAnswer(error: unknown): HttpResponse {
  if (!(error instanceof AwsError)) throw error;
  const { code, message, status } = error;
  const elements: readonly XmlElement[] = [
    ["Type", status < 500 ? "Sender" : "Receiver"],
    ["Code", code],
    ["Message", message],
  ];
  return {
    status,
    headers: { "content-type": "text/xml" },
    body: writeXml(
      "ErrorResponse",
      [
        ["Error", elements],
        ["RequestId", randomUUID()],
      ],
      NAMESPACE,
    ),
  };
}
