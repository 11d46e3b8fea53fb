// The CloudFormation types of CloudFront that are served, and which of their properties have an effect here.

import { randomInt, randomUUID } from "node:crypto";
import * as v from "valibot";
import { defineResource, withoutEffect, type Naming } from "../assembly/resource.ts";
import { managedCachePolicies, managedOriginRequestPolicies } from "./managed-policies.ts";

const tags = withoutEffect("tags have no behaviour");
const connection = withoutEffect("origins are in this process");

const behavior = {
  AllowedMethods: v.optional(v.array(v.string()), ["GET", "HEAD"]),
  CachedMethods: withoutEffect("nothing is cached on one machine"),
  CachePolicyId: v.picklist(Object.values(managedCachePolicies)),
  Compress: withoutEffect("answers are not compressed on one machine"),
  FunctionAssociations: v.optional(
    v.array(
      v.strictObject({
        EventType: v.picklist(["viewer-request"], "only viewer-request is served by the local runtime"),
        FunctionARN: v.string(),
      }),
    ),
    [],
  ),
  OriginRequestPolicyId: v.optional(v.picklist(Object.values(managedOriginRequestPolicies))),
  ResponseHeadersPolicyId: v.optional(v.string()),
  TargetOriginId: v.string(),
  ViewerProtocolPolicy: withoutEffect("there is no HTTPS on one machine"),
};

const origin = v.strictObject({
  ConnectionAttempts: connection,
  ConnectionTimeout: connection,
  CustomOriginConfig: connection,
  DomainName: v.string(),
  Id: v.string(),
  OriginAccessControlId: v.optional(v.string()),
  OriginCustomHeaders: v.optional(
    v.array(v.strictObject({ HeaderName: v.string(), HeaderValue: v.string() })),
    [],
  ),
  OriginPath: v.optional(v.string(), ""),
  ResponseCompletionTimeout: connection,
  S3OriginConfig: v.optional(v.strictObject({ OriginAccessIdentity: v.optional(v.literal("")) })),
});

const distributionProperties = v.strictObject({
  DistributionConfig: v.strictObject({
    /** How long errors are cached; replacing them by a page of the bucket's is not served. */
    CustomErrorResponses: v.optional(
      v.array(
        v.strictObject({
          ErrorCode: v.number(),
          ErrorCachingMinTTL: withoutEffect("nothing is cached"),
        }),
      ),
    ),
    CacheBehaviors: v.optional(v.array(v.strictObject({ ...behavior, PathPattern: v.string() })), []),
    Comment: withoutEffect("a comment has no behaviour"),
    DefaultCacheBehavior: v.strictObject(behavior),
    DefaultRootObject: v.optional(v.string(), ""),
    Enabled: v.literal(true),
    HttpVersion: withoutEffect("only HTTP/1.1 is spoken on one machine"),
    IPV6Enabled: withoutEffect("there is one address on one machine"),
    Origins: v.array(origin),
    PriceClass: withoutEffect("there is one location on one machine"),
  }),
  Tags: tags,
});

const functionProperties = v.strictObject({
  AutoPublish: v.literal(true, "only functions that are published at deployment are served"),
  FunctionCode: v.string(),
  FunctionConfig: v.strictObject({
    Comment: withoutEffect("a comment has no behaviour"),
    Runtime: v.picklist(["cloudfront-js-1.0", "cloudfront-js-2.0"]),
  }),
  Name: v.string(),
  Tags: tags,
});

const originAccessControlProperties = v.strictObject({
  OriginAccessControlConfig: v.strictObject({
    Description: withoutEffect("a description has no behaviour"),
    Name: v.string(),
    OriginAccessControlOriginType: v.literal("s3"),
    SigningBehavior: v.literal("always"),
    SigningProtocol: v.literal("sigv4"),
  }),
});

const override = v.boolean();

const responseHeadersPolicyProperties = v.strictObject({
  ResponseHeadersPolicyConfig: v.strictObject({
    Comment: withoutEffect("a comment has no behaviour"),
    CustomHeadersConfig: v.optional(
      v.strictObject({
        Items: v.array(v.strictObject({ Header: v.string(), Override: override, Value: v.string() })),
      }),
    ),
    Name: v.string(),
    RemoveHeadersConfig: v.optional(
      v.strictObject({ Items: v.array(v.strictObject({ Header: v.string() })) }),
    ),
    SecurityHeadersConfig: v.optional(
      v.strictObject({
        ContentSecurityPolicy: v.optional(
          v.strictObject({ ContentSecurityPolicy: v.string(), Override: override }),
        ),
        ContentTypeOptions: v.optional(v.strictObject({ Override: override })),
        FrameOptions: v.optional(
          v.strictObject({ FrameOption: v.picklist(["DENY", "SAMEORIGIN"]), Override: override }),
        ),
        ReferrerPolicy: v.optional(v.strictObject({ Override: override, ReferrerPolicy: v.string() })),
        StrictTransportSecurity: v.optional(
          v.strictObject({
            AccessControlMaxAgeSec: v.number(),
            IncludeSubdomains: v.optional(v.boolean(), false),
            Override: override,
            Preload: v.optional(v.boolean(), false),
          }),
        ),
        XSSProtection: v.optional(
          v.strictObject({
            ModeBlock: v.optional(v.boolean(), false),
            Override: override,
            Protection: v.boolean(),
            ReportUri: v.optional(v.string()),
          }),
        ),
      }),
    ),
  }),
});

export type DistributionProperties = v.InferOutput<typeof distributionProperties>;
export type FunctionProperties = v.InferOutput<typeof functionProperties>;
export type OriginAccessControlProperties = v.InferOutput<typeof originAccessControlProperties>;
export type ResponseHeadersPolicyProperties = v.InferOutput<typeof responseHeadersPolicyProperties>;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cloudfront-distribution.html */
export const distributionResource = defineResource<DistributionProperties>({
  type: "AWS::CloudFront::Distribution",
  properties: distributionProperties,
  identify(naming) {
    const id = makeId(naming);
    const name = naming.keep(
      "domain-name",
      () => `d${randomText("abcdefghijklmnopqrstuvwxyz0123456789", 13)}`,
    );
    return { ref: id, attributes: { DomainName: `${name}.cloudfront.net`, Id: id } };
  },
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cloudfront-function.html */
export const functionResource = defineResource<FunctionProperties>({
  type: "AWS::CloudFront::Function",
  properties: functionProperties,
  identify({ property, account }) {
    const arn = `arn:aws:cloudfront::${account}:function/${String(property("Name"))}`;
    return {
      ref: arn,
      attributes: { FunctionARN: arn, "FunctionMetadata.FunctionARN": arn, Stage: "LIVE" },
    };
  },
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cloudfront-originaccesscontrol.html */
export const originAccessControlResource = defineResource<OriginAccessControlProperties>({
  type: "AWS::CloudFront::OriginAccessControl",
  properties: originAccessControlProperties,
  identify(naming) {
    const id = makeId(naming);
    return { ref: id, attributes: { Id: id } };
  },
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cloudfront-responseheaderspolicy.html */
export const responseHeadersPolicyResource = defineResource<ResponseHeadersPolicyProperties>({
  type: "AWS::CloudFront::ResponseHeadersPolicy",
  properties: responseHeadersPolicyProperties,
  identify(naming) {
    const id = naming.keep("id", randomUUID);
    return { ref: id, attributes: { Id: id } };
  },
});

export const cloudfrontResources = [
  distributionResource,
  functionResource,
  originAccessControlResource,
  responseHeadersPolicyResource,
] as const;

function makeId(naming: Naming): string {
  return naming.keep("id", () => `E${randomText("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 13)}`);
}

function randomText(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join("");
}
