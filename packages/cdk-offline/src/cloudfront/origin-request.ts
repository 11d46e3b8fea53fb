// The request that an API gets through the distribution: the viewer's, with CloudFront's own headers.

import type { HttpRequest } from "../http/exchange.ts";
import type { ApiOrigin } from "./distribution.ts";

/** The address from which origins see CloudFront: one that is set aside for documentation (RFC 5737). */
export const edgeAddress = "192.0.2.1";

export interface OriginRequestOptions {
  readonly origin: ApiOrigin;
  /** Path and query at the origin. */
  readonly target: string;
  readonly distributionDomainName: string;
  /** Identifies the request; the viewer gets it too. */
  readonly cloudFrontId: string;
}

/** Headers that never reach an origin, whatever a policy says. */
const removedHeaders = [
  "connection",
  "expect",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "x-forwarded-proto",
  "x-real-ip",
];

/**
 * Follows the managed policy AllViewerExceptHostHeader: every header of the viewer but Host, and `X-Forwarded-For` with
 * the viewer's address. Whatever begins with `CloudFront-` or `X-Edge-` comes from CloudFront alone; which of them this
 * policy adds AWS's pages do not say with one voice, so none is added.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html
 */
export function originRequest(viewer: HttpRequest, options: OriginRequestOptions): HttpRequest {
  const { origin, target, distributionDomainName, cloudFrontId } = options;
  const { address } = viewer.peer;
  const own: (readonly [name: string, value: string])[] = [
    ["Host", origin.domainName],
    ["Via", appended(viewer.headers["via"], `1.1 ${distributionDomainName} (CloudFront)`)],
    ["X-Amz-Cf-Id", cloudFrontId],
    ["X-Forwarded-For", appended(viewer.headers["x-forwarded-for"], address)],
    ...origin.customHeaders,
  ];
  const overwritten = own.map(([name]) => name.toLowerCase());
  const isKept = (name: string) =>
    !removedHeaders.includes(name) &&
    !overwritten.includes(name) &&
    !name.startsWith("cloudfront-") &&
    !name.startsWith("x-edge-");
  return {
    ...viewer,
    url: new URL(`https://${origin.domainName}${target}`),
    target,
    headers: {
      ...Object.fromEntries(Object.entries(viewer.headers).filter(([name]) => isKept(name))),
      ...Object.fromEntries(own.map(([name, value]) => [name.toLowerCase(), value])),
    },
    rawHeaders: [...viewer.rawHeaders.filter(([name]) => isKept(name.toLowerCase())), ...own],
    peer: { address: edgeAddress, port: 443 },
  };
}

function appended(sent: string | undefined, value: string): string {
  return sent === undefined ? value : `${sent}, ${value}`;
}
