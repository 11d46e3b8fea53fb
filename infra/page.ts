// The one origin that browsers see: the page from a private bucket, sign-in endpoints and REST door behind it.

import { Duration, RemovalPolicy, Stack } from "aws-cdk-lib/core";
import type * as apigateway from "aws-cdk-lib/aws-apigateway";
import * as cloudfront from "aws-cdk-lib/aws-cloudfront";
import * as origins from "aws-cdk-lib/aws-cloudfront-origins";
import * as s3 from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { viewerFunctionCode } from "./bundle.ts";
import { resourceName } from "./names.ts";
import type { OriginSecret } from "./secrets.ts";
import type { StageSettings } from "./stage.ts";

/** The header with which the functions know that a request came through the distribution. */
const ORIGIN_HEADER = "x-ll-origin";

export interface PageProps {
  readonly stage: StageSettings;
  readonly api: apigateway.RestApi;
  readonly originSecret: OriginSecret;
}

export class Page extends Construct {
  readonly bucket: s3.Bucket;
  readonly distribution: cloudfront.Distribution;
  /** `https://…`, without a trailing slash. */
  readonly origin: string;

  constructor(scope: Construct, id: string, { stage, api, originSecret }: PageProps) {
    super(scope, id);
    const name = resourceName(this, stage);
    this.bucket = new s3.Bucket(this, "Files", {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      // Nothing but built files, which the next deployment uploads again.
      removalPolicy: RemovalPolicy.DESTROY,
    });

    const rest: cloudfront.BehaviorOptions = {
      // CloudFront overwrites the header when a viewer sends it.
      origin: new origins.RestApiOrigin(api, { customHeaders: { [ORIGIN_HEADER]: originSecret.value } }),
      allowedMethods: cloudfront.AllowedMethods.ALLOW_ALL,
      cachePolicy: cloudfront.CachePolicy.CACHING_DISABLED,
      originRequestPolicy: cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
    };
    this.distribution = new cloudfront.Distribution(this, "Distribution", {
      comment: "Login ledger: the page, its sign-in endpoints and the REST door",
      defaultRootObject: "index.html",
      defaultBehavior: {
        origin: origins.S3BucketOrigin.withOriginAccessControl(this.bucket, {
          originAccessControl: new cloudfront.S3OriginAccessControl(this, "Access", {
            originAccessControlName: name,
          }),
        }),
        cachePolicy: cloudfront.CachePolicy.CACHING_OPTIMIZED,
        viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        responseHeadersPolicy: this.pageHeaders(name),
        functionAssociations: [
          { eventType: cloudfront.FunctionEventType.VIEWER_REQUEST, function: this.pagePaths(name) },
        ],
      },
      additionalBehaviors: { "/auth/*": rest, "/logins": rest },
      httpVersion: cloudfront.HttpVersion.HTTP2_AND_3,
      // Never a page in the place of an error: it would hold for the whole distribution and hide the answers of /auth.
      // What is set is that no server error is kept. CloudFront keeps them for ten seconds whatever the answer says; that
      // it does not where caching is disabled stands on one of AWS's pages and not on the other. Kept, one user's failed
      // sign-in would be shown to everybody at that edge.
      // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html
      errorResponses: [500, 501, 502, 503, 504].map((httpStatus) => ({
        httpStatus,
        ttl: Duration.seconds(0),
      })),
    });
    this.origin = `https://${this.distribution.distributionDomainName}`;
  }

  /** A path that the page does not have is answered with a page of ours. */
  private pagePaths(name: string): cloudfront.Function {
    return new cloudfront.Function(this, "Paths", {
      functionName: `${name}-page-paths`,
      comment: "Answers paths that the page does not have",
      code: viewerFunctionCode("page-paths"),
      runtime: cloudfront.FunctionRuntime.JS_2_0,
    });
  }

  private pageHeaders(name: string): cloudfront.ResponseHeadersPolicy {
    const { region } = Stack.of(this);
    return new cloudfront.ResponseHeadersPolicy(this, "Headers", {
      responseHeadersPolicyName: name,
      comment: "What the page may load and who may show it",
      securityHeadersBehavior: {
        contentSecurityPolicy: {
          contentSecurityPolicy: [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            // The API's own host name would close a circle: API, client, redirect URI, distribution.
            `connect-src 'self' https://*.appsync-api.${region}.amazonaws.com wss://*.appsync-realtime-api.${region}.amazonaws.com`,
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            // No text becomes script, and no library may make exceptions: the page has no use for any.
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
          ].join("; "),
          override: true,
        },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: cloudfront.HeadersFrameOption.DENY, override: true },
        referrerPolicy: {
          referrerPolicy: cloudfront.HeadersReferrerPolicy.NO_REFERRER,
          override: true,
        },
        strictTransportSecurity: {
          accessControlMaxAge: Duration.days(730), // as the functions and API Gateway say
          includeSubdomains: true,
          override: true,
        },
      },
    });
  }
}
