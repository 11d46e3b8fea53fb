// A distribution as the template resolver would hand it over: what aws-cdk-lib writes for a page and a REST API.

import type { Resource, ResourceDefinition } from "../../src/assembly/resource.ts";
import {
  distributionResource,
  functionResource,
  originAccessControlResource,
  responseHeadersPolicyResource,
} from "../../src/cloudfront/resources.ts";
import { openCloudFront, type CloudFrontOptions } from "../../src/cloudfront/service.ts";
import type { HttpRequest, HttpResponse } from "../../src/http/exchange.ts";
import { listenOnLoopback } from "../../src/http/loopback-server.ts";
import { deployed } from "../deployed.ts";

export const cachingOptimized = "658327ea-f89d-4fab-a63d-7e88639e58f6";
const cachingDisabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
export const allViewerExceptHostHeader = "b689b0a8-53d0-40ab-baf2-68738e2966ac";

/** A request as it came to the API. */
interface ApiRequest {
  readonly apiId: string;
  readonly stagePath: string;
  readonly request: HttpRequest;
  readonly sourceIp: string | undefined;
}

export interface TestDistribution {
  readonly config?: Readonly<Record<string, unknown>>;
  readonly defaultBehavior?: Readonly<Record<string, unknown>>;
  readonly apiBehavior?: Readonly<Record<string, unknown>>;
  readonly bucketOrigin?: Readonly<Record<string, unknown>>;
  readonly apiOrigin?: Readonly<Record<string, unknown>>;
  /** ResponseHeadersPolicyConfig beside its name; attached to the default behavior. */
  readonly responseHeaders?: Readonly<Record<string, unknown>>;
  /** Code at the event "viewer request" of the default behavior. */
  readonly viewerFunction?: string;
  readonly objects?: Readonly<
    Record<string, { readonly body: string; readonly headers: Record<string, string> }>
  >;
  readonly answer?: HttpResponse;
}

export function openDistribution(test: TestDistribution = {}) {
  const apiRequests: ApiRequest[] = [];
  const lines: string[] = [];
  const viewerFunction = resourceOf(functionResource, "ViewerFunction", {
    AutoPublish: true,
    FunctionCode: test.viewerFunction ?? "",
    FunctionConfig: { Comment: "", Runtime: "cloudfront-js-2.0" },
    Name: "viewer-function",
  });
  const accessControl = resourceOf(originAccessControlResource, "AccessControl", {
    OriginAccessControlConfig: {
      Name: "access",
      OriginAccessControlOriginType: "s3",
      SigningBehavior: "always",
      SigningProtocol: "sigv4",
    },
  });
  const policy = resourceOf(responseHeadersPolicyResource, "Headers", {
    ResponseHeadersPolicyConfig: { Name: "headers", ...test.responseHeaders },
  });
  const apiBehavior = {
    AllowedMethods: ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"],
    CachePolicyId: cachingDisabled,
    Compress: true,
    OriginRequestPolicyId: allViewerExceptHostHeader,
    TargetOriginId: "api",
    ViewerProtocolPolicy: "https-only",
    ...test.apiBehavior,
  };
  const distribution = resourceOf(distributionResource, "Distribution", {
    DistributionConfig: {
      CacheBehaviors: [
        { ...apiBehavior, PathPattern: "/auth/*" },
        { ...apiBehavior, PathPattern: "/logins" },
      ],
      DefaultCacheBehavior: {
        CachePolicyId: cachingOptimized,
        Compress: true,
        TargetOriginId: "bucket",
        ViewerProtocolPolicy: "redirect-to-https",
        ...(test.responseHeaders === undefined ? {} : { ResponseHeadersPolicyId: policy.ref }),
        ...(test.viewerFunction !== undefined && {
          FunctionAssociations: [{ EventType: "viewer-request", FunctionARN: viewerFunction.ref }],
        }),
        ...test.defaultBehavior,
      },
      DefaultRootObject: "index.html",
      Enabled: true,
      HttpVersion: "http2and3",
      IPV6Enabled: true,
      Origins: [
        {
          DomainName: "pages.s3.us-east-1.amazonaws.com",
          Id: "bucket",
          OriginAccessControlId: accessControl.ref,
          S3OriginConfig: { OriginAccessIdentity: "" },
          ...test.bucketOrigin,
        },
        {
          CustomOriginConfig: { OriginProtocolPolicy: "https-only", OriginSSLProtocols: ["TLSv1.2"] },
          DomainName: "api1.execute-api.us-east-1.amazonaws.com",
          Id: "api",
          OriginCustomHeaders: [{ HeaderName: "x-ll-origin", HeaderValue: "guid" }],
          OriginPath: "/v1",
          ...test.apiOrigin,
        },
      ],
      ...test.config,
    },
  });
  const options: CloudFrontOptions = {
    region: "us-east-1",
    account: "000000000000",
    clock: Date.now,
    distributions: [distribution],
    functions: test.viewerFunction === undefined ? [] : [viewerFunction],
    log: (line) => lines.push(line),
    responseHeadersPolicies: [policy],
    originAccessControls: [accessControl],
    s3Read: {
      read(bucketName, key) {
        const object = bucketName === "pages" ? test.objects?.[key] : undefined;
        return Promise.resolve(object && { body: Buffer.from(object.body), headers: object.headers });
      },
    },
    apiGateway: {
      apiIds: ["api1"],
      handle(apiId, stagePath, request, connection) {
        apiRequests.push({ apiId, stagePath, request, sourceIp: connection?.sourceIp });
        return Promise.resolve(test.answer ?? { status: 204 });
      },
    },
  };
  const service = openCloudFront(options);
  if (service === undefined) throw new Error("a distribution is among the options");
  return { options, distribution, apiRequests, lines, ...service };
}

export async function serveDistribution(test: TestDistribution = {}) {
  const opened = openDistribution(test);
  const { handler, api, apiRequests, lines, distribution } = opened;
  const server = await listenOnLoopback({
    port: 0,
    hostNames: ["127.0.0.1"],
    maxBodyBytes: 1024 * 1024,
    handler,
    onError: (error) => {
      throw error;
    },
  });
  const domainName = distribution.attributes["DomainName"] ?? "";
  return {
    ...server,
    close: async () => {
      await server.close();
      await opened.close();
    },
    api,
    distributionId: distribution.ref,
    apiRequests,
    lines,
    domainName,
    url: `http://127.0.0.1:${server.port}`,
  };
}

function resourceOf<Parsed>(
  definition: ResourceDefinition<Parsed>,
  logicalId: string,
  properties: Readonly<Record<string, unknown>>,
): Resource<Parsed> {
  return deployed(definition, properties, { logicalId });
}
