// What the server can see of the browser: the address it came from and what it calls itself.

import { isIP } from "node:net";
import { onlyHeader, type HttpRequest } from "./http-request.ts";
import type { OriginCheck } from "./origin.ts";

export interface Viewer {
  /** An IPv4 or IPv6 address; null where it is not known. */
  readonly address: string | null;
  readonly userAgent: string | null;
}

/** Most characters kept of a User-Agent header. */
const MAX_USER_AGENT_LENGTH = 512;

/**
 * Describes the viewer of a request. Only the distribution knows what to send in `x-ll-origin`: with it the address is
 * the one that CloudFront saw, without it the one that API Gateway saw. Rejects with what `isFromDistribution` does.
 */
export async function viewerOf(request: HttpRequest, isFromDistribution: OriginCheck): Promise<Viewer> {
  const sent = onlyHeader(request, "x-ll-origin");
  const cameThroughDistribution = sent !== undefined && (await isFromDistribution(sent));
  const address = cameThroughDistribution ? beforeDistribution(request) : request.sourceIp;
  return { address: canonicalAddress(address ?? ""), userAgent: userAgentOf(request) };
}

/**
 * CloudFront appends the viewer's address to X-Forwarded-For, and API Gateway that of CloudFront. What stands further to
 * the left is the viewer's own word.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html
 */
function beforeDistribution(request: HttpRequest): string | undefined {
  const hops = request
    .header("x-forwarded-for")
    .flatMap((value) => value.split(","))
    .map((hop) => hop.trim());
  if (hops.at(-1) === request.sourceIp) hops.pop();
  return hops.at(-1);
}

function canonicalAddress(text: string): string | null {
  const mapped = /^::ffff:(?<ipv4>\d+\.\d+\.\d+\.\d+)$/i.exec(text)?.groups?.["ipv4"];
  const address = (mapped ?? text).toLowerCase();
  // Node takes a zone ("fe80::1%eth0") for part of an address; GraphQL's AWSIPAddress does not.
  return isIP(address) === 0 || address.includes("%") ? null : address;
}

function userAgentOf(request: HttpRequest): string | null {
  const userAgent = request.header("user-agent").join(" ");
  if (userAgent === "") return null;
  // Half of a character at the cut would be no valid text: the way through UTF-8 replaces it.
  return Buffer.from(userAgent.slice(0, MAX_USER_AGENT_LENGTH)).toString("utf8");
}
