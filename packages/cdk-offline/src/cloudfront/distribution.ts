// A distribution as it is configured: which path goes to which origin, with what around it.

import { Refusals } from "../assembly/refusals.ts";
import type { Resource } from "../assembly/resource.ts";
import { NotServed } from "../errors.ts";
import { managedCachePolicies } from "./managed-policies.ts";
import { matchesPathPattern } from "./path-pattern.ts";
import type {
  DistributionProperties,
  FunctionProperties,
  OriginAccessControlProperties,
  ResponseHeadersPolicyProperties,
} from "./resources.ts";
import { compileResponseHeaders, type ResponseHeaders } from "./response-headers.ts";

export interface Distribution {
  readonly id: string;
  /** Such as `d111111abcdef8.cloudfront.net`. */
  readonly domainName: string;
  /** The object for the path `/`, without a slash; empty when there is none. */
  readonly defaultRootObject: string;
  /** The behavior for a path: the first whose pattern matches, else the default one. */
  behaviorFor(path: string): Behavior;
}

export interface Behavior {
  readonly allowedMethods: readonly string[];
  readonly origin: Origin;
  /** The function at the event "viewer request". */
  readonly viewerFunction?: Resource<FunctionProperties>;
  readonly applyResponseHeaders: ResponseHeaders;
}

type Origin = BucketOrigin | ApiOrigin;

export interface BucketOrigin {
  readonly type: "bucket";
  readonly bucketName: string;
  /** What stands before the path of a request, without a slash at its end. */
  readonly path: string;
}

export interface ApiOrigin {
  readonly type: "api";
  readonly apiId: string;
  readonly domainName: string;
  readonly path: string;
  /** Added to each request; a viewer's header of the same name is overwritten. */
  readonly customHeaders: readonly (readonly [name: string, value: string])[];
}

export interface DistributionTemplate {
  readonly distributions: readonly Resource<DistributionProperties>[];
  readonly functions: readonly Resource<FunctionProperties>[];
  readonly responseHeadersPolicies: readonly Resource<ResponseHeadersPolicyProperties>[];
  readonly originAccessControls: readonly Resource<OriginAccessControlProperties>[];
}

type DistributionConfig = DistributionProperties["DistributionConfig"];
type OriginConfig = DistributionConfig["Origins"][number];
type BehaviorConfig = DistributionConfig["DefaultCacheBehavior"];
/** Refuses something of the distribution; `refersTo` is the type of a resource that is missing. */
type NotServedHere = (what: string, refersTo?: string) => NotServed;

/** Puts the distribution of a template together. Throws `NotServed` for origins and combinations. */
export function assembleDistribution(
  template: DistributionTemplate,
  region: string,
  apiIds: readonly string[],
): Distribution {
  const [distribution, another] = template.distributions;
  if (distribution === undefined || another !== undefined) {
    const reason = `the template has ${template.distributions.length} distributions; exactly one is served`;
    throw new NotServed({
      code: "type-not-served",
      reason,
      ...(another && { logicalId: another.logicalId }),
    });
  }
  const { DistributionConfig: config } = distribution.properties;
  const { logicalId } = distribution;
  const assemble = (behavior: BehaviorConfig): Behavior => {
    const origin = config.Origins.find(({ Id }) => Id === behavior.TargetOriginId);
    if (origin === undefined) {
      const reason = `there is no origin ${behavior.TargetOriginId}`;
      throw new NotServed({ code: "unknown-reference", logicalId, reason });
    }
    const notServed: NotServedHere = (what, refersTo) =>
      new NotServed({
        code: "value-not-served",
        logicalId,
        reason: `${what} is not served by the local runtime`,
        ...(refersTo !== undefined && { refersTo }),
      });
    return {
      allowedMethods: behavior.AllowedMethods,
      origin: isBucket(origin)
        ? assembleBucketOrigin(template, origin, behavior, region, notServed)
        : assembleApiOrigin(origin, behavior, region, apiIds, notServed),
      ...viewerFunctionOf(template, behavior, notServed),
      applyResponseHeaders: responseHeadersOf(template, behavior, notServed),
    };
  };
  const refusals = new Refusals();
  for (const behavior of [config.DefaultCacheBehavior, ...config.CacheBehaviors]) {
    refusals.attempt(() => assemble(behavior));
  }
  refusals.throwAny();
  const byPattern = config.CacheBehaviors.map((behavior) => ({
    pattern: behavior.PathPattern,
    behavior: assemble(behavior),
  }));
  const byDefault = assemble(config.DefaultCacheBehavior);
  return {
    id: distribution.ref,
    domainName: distribution.attributes["DomainName"] ?? "",
    defaultRootObject: config.DefaultRootObject,
    behaviorFor: (path) =>
      byPattern.find(({ pattern }) => matchesPathPattern(pattern, path))?.behavior ?? byDefault,
  };
}

function isBucket(origin: OriginConfig): boolean {
  return origin.S3OriginConfig !== undefined;
}

function assembleBucketOrigin(
  { originAccessControls }: DistributionTemplate,
  { DomainName, OriginAccessControlId, OriginCustomHeaders, OriginPath }: OriginConfig,
  behavior: BehaviorConfig,
  region: string,
  notServed: NotServedHere,
): BucketOrigin {
  const suffix = `.s3.${region}.amazonaws.com`;
  if (!DomainName.endsWith(suffix)) throw notServed(`the CloudFront origin ${DomainName}`);
  if (!originAccessControls.some(({ attributes }) => attributes["Id"] === OriginAccessControlId)) {
    throw notServed(
      `the CloudFront origin ${DomainName} without origin access control`,
      "AWS::CloudFront::OriginAccessControl",
    );
  }
  if (OriginCustomHeaders.length > 0)
    throw notServed(`custom headers for the CloudFront origin ${DomainName}`);
  if (behavior.OriginRequestPolicyId !== undefined) {
    throw notServed(`an origin request policy for the CloudFront origin ${DomainName}`);
  }
  const methods = behavior.AllowedMethods.filter((method) => method !== "GET" && method !== "HEAD");
  if (methods.length > 0) throw notServed(`${methods.join(", ")} to the CloudFront origin ${DomainName}`);
  return { type: "bucket", bucketName: DomainName.slice(0, -suffix.length), path: OriginPath };
}

function assembleApiOrigin(
  { DomainName, OriginCustomHeaders, OriginPath }: OriginConfig,
  behavior: BehaviorConfig,
  region: string,
  apiIds: readonly string[],
  notServed: NotServedHere,
): ApiOrigin {
  const suffix = `.execute-api.${region}.amazonaws.com`;
  const apiId = DomainName.endsWith(suffix) ? DomainName.slice(0, -suffix.length) : "";
  if (!apiIds.includes(apiId)) {
    throw notServed(`the CloudFront origin ${DomainName}`, "AWS::ApiGateway::RestApi");
  }
  if (behavior.CachePolicyId !== managedCachePolicies.CachingDisabled) {
    throw notServed("a cache in front of an API (any policy but CachingDisabled)");
  }
  if (behavior.OriginRequestPolicyId === undefined) {
    throw notServed("an API behind CloudFront without the origin request policy AllViewerExceptHostHeader");
  }
  const customHeaders = OriginCustomHeaders.map(
    ({ HeaderName, HeaderValue }) => [HeaderName, HeaderValue] as const,
  );
  return { type: "api", apiId, domainName: DomainName, path: OriginPath, customHeaders };
}

function viewerFunctionOf(
  { functions }: DistributionTemplate,
  { FunctionAssociations }: BehaviorConfig,
  notServed: NotServedHere,
): Pick<Behavior, "viewerFunction"> {
  const [association, another] = FunctionAssociations;
  if (association === undefined) return {};
  if (another !== undefined) throw notServed("a second function for one event");
  const { FunctionARN: arn } = association;
  const viewerFunction = functions.find(({ ref }) => ref === arn);
  if (viewerFunction === undefined) {
    throw notServed(`the CloudFront function ${arn}`, "AWS::CloudFront::Function");
  }
  return { viewerFunction };
}

function responseHeadersOf(
  template: DistributionTemplate,
  behavior: BehaviorConfig,
  notServed: NotServedHere,
): ResponseHeaders {
  const { ResponseHeadersPolicyId: id } = behavior;
  if (id === undefined) return (headers) => headers;
  const policy = template.responseHeadersPolicies.find(({ ref }) => ref === id);
  if (policy === undefined) {
    throw notServed(`the CloudFront response headers policy ${id}`, "AWS::CloudFront::ResponseHeadersPolicy");
  }
  return compileResponseHeaders(policy.properties);
}
