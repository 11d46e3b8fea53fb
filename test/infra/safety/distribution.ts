// What browsers reach, how, and what may be kept on the way: the distribution and the headers of its page.

import { expect } from "vitest";
import type { Concern } from "./check.ts";
import { at, listAt, only, type ReadableTemplate } from "./readable.ts";

const DISTRIBUTION = "AWS::CloudFront::Distribution";
const CONFIG = `${DISTRIBUTION}/Properties/DistributionConfig`;
const FUNCTION = "AWS::CloudFront::Function";
const HEADERS = "AWS::CloudFront::ResponseHeadersPolicy";
const SECURITY = `${HEADERS}/Properties/ResponseHeadersPolicyConfig/SecurityHeadersConfig`;

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html */
const CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6";
const CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html */
const ALL_VIEWER_EXCEPT_HOST_HEADER = "b689b0a8-53d0-40ab-baf2-68738e2966ac";

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self' https://*.appsync-api.<AWS::Region>.amazonaws.com wss://*.appsync-realtime-api.<AWS::Region>.amazonaws.com",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const configOf = (template: ReadableTemplate) =>
  only(template, DISTRIBUTION).Properties["DistributionConfig"];

/** An origin as the behaviour that leads to it sees it. */
function originOf(template: ReadableTemplate, behavior: unknown): Readonly<Record<string, unknown>> {
  const id = at(behavior, "TargetOriginId");
  const [origin, ...others] = listAt(configOf(template), "Origins").filter(
    (candidate) => at(candidate, "Id") === id,
  );
  expect(others).toEqual([]);
  expect(origin, String(id)).toBeDefined();
  const { Id, ...settings } = origin as Readonly<Record<string, unknown>>;
  expect(Id).toBe(id);
  return settings;
}

const apiAddress =
  "https://<SignInApi>.execute-api.<AWS::Region>.<AWS::URLSuffix>/<SignInApiDeploymentStagev1>/";
const partOfAddress = (index: number) => ({ "Fn::Select": [index, { "Fn::Split": ["/", apiAddress] }] });

export const distribution: Concern = {
  name: "the distribution",
  checks: [
    {
      name: "sends everything of /auth and /logins on as it came, by TLS, and keeps no answer",
      holds: (template) => {
        const behaviors = listAt(configOf(template), "CacheBehaviors");
        expect(behaviors.map((behavior) => at(behavior, "PathPattern"))).toEqual(["/auth/*", "/logins"]);
        for (const behavior of behaviors) {
          const { PathPattern, TargetOriginId, Compress, ...settings } = behavior as Record<string, unknown>;
          expect([PathPattern, TargetOriginId, Compress]).not.toContain(undefined);
          expect(settings).toEqual({
            AllowedMethods: ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"],
            CachePolicyId: CACHING_DISABLED,
            OriginRequestPolicyId: ALL_VIEWER_EXCEPT_HOST_HEADER,
            ViewerProtocolPolicy: "https-only",
          });
        }
      },
    },
    {
      name: "reaches the API by TLS 1.2, with the value by which the functions know it",
      holds: (template) => {
        const known = "{{resolve:secretsmanager:<OriginSecret>:SecretString:::}}";
        for (const behavior of listAt(configOf(template), "CacheBehaviors")) {
          expect(originOf(template, behavior)).toEqual({
            CustomOriginConfig: { OriginProtocolPolicy: "https-only", OriginSSLProtocols: ["TLSv1.2"] },
            DomainName: partOfAddress(2),
            OriginCustomHeaders: [{ HeaderName: "x-ll-origin", HeaderValue: known }],
            OriginPath: { "Fn::Join": ["", ["/", partOfAddress(3)]] },
          });
        }
      },
    },
    {
      name: "shows the page by TLS alone, with its headers, to who reads it",
      holds: (template) => {
        const config = configOf(template);
        const { TargetOriginId, Compress, ...settings } = at(config, "DefaultCacheBehavior") as Record<
          string,
          unknown
        >;
        expect([TargetOriginId, Compress]).not.toContain(undefined);
        // GET and HEAD, where no methods are listed.
        expect(settings).toEqual({
          CachePolicyId: CACHING_OPTIMIZED,
          FunctionAssociations: [
            { EventType: "viewer-request", FunctionARN: `<${only(template, FUNCTION).name}.FunctionARN>` },
          ],
          ResponseHeadersPolicyId: `<${only(template, HEADERS).name}>`,
          ViewerProtocolPolicy: "redirect-to-https",
        });
        expect(at(config, "DefaultRootObject")).toBe("index.html");
      },
    },
    {
      name: "runs the one function that is deployed with it, which can reach nothing",
      holds: (template) => {
        const { Name, FunctionCode, ...settings } = only(template, FUNCTION).Properties;
        expect([Name, FunctionCode]).not.toContain(undefined);
        expect(settings).toEqual({
          AutoPublish: true,
          FunctionConfig: {
            Comment: "Answers paths that the page does not have",
            Runtime: "cloudfront-js-2.0",
          },
        });
      },
    },
    {
      name: "reads the page's bucket with signed requests",
      holds: (template) => {
        const access = only(template, "AWS::CloudFront::OriginAccessControl");
        const { Name, ...settings } = access.Properties["OriginAccessControlConfig"] as Record<
          string,
          unknown
        >;
        expect(Name).toBeTypeOf("string");
        expect(settings).toEqual({
          OriginAccessControlOriginType: "s3",
          SigningBehavior: "always",
          SigningProtocol: "sigv4",
        });
        expect(originOf(template, at(configOf(template), "DefaultCacheBehavior"))).toEqual({
          DomainName: "<PageFiles.RegionalDomainName>",
          OriginAccessControlId: `<${access.name}.Id>`,
          S3OriginConfig: { OriginAccessIdentity: "" },
        });
      },
    },
    {
      name: "has two origins, and speaks with browsers in no TLS older than 1.2 where that can be said",
      holds: (template) => {
        const config = configOf(template);
        expect(listAt(config, "Origins")).toHaveLength(2);
        expect(at(config, "Enabled")).toBe(true);
        // Under CloudFront's own name the service chooses; with a certificate of one's own the version is a setting.
        const certificate = at(config, "ViewerCertificate");
        if (certificate !== undefined) {
          expect(at(certificate, "MinimumProtocolVersion")).toMatch(/^TLSv1\.[23]_20(21|25)$/);
          expect(at(certificate, "SslSupportMethod")).toBe("sni-only");
        }
      },
    },
    {
      name: "A32: replaces no error by a page, and keeps no server error for the next viewer",
      holds: (template) => {
        expect(at(configOf(template), "CustomErrorResponses")).toEqual(
          [500, 501, 502, 503, 504].map((ErrorCode) => ({ ErrorCode, ErrorCachingMinTTL: 0 })),
        );
      },
    },
    {
      name: "the page may run no text as script, be framed by nobody, and speak with the API and itself only",
      holds: (template) => {
        const { Name, Comment, ...config } = only(template, HEADERS).Properties[
          "ResponseHeadersPolicyConfig"
        ] as Record<string, unknown>;
        expect([Name, Comment]).not.toContain(undefined);
        expect(config).toEqual({
          SecurityHeadersConfig: {
            ContentSecurityPolicy: { ContentSecurityPolicy: CONTENT_SECURITY_POLICY, Override: true },
            ContentTypeOptions: { Override: true },
            FrameOptions: { FrameOption: "DENY", Override: true },
            ReferrerPolicy: { ReferrerPolicy: "no-referrer", Override: true },
            StrictTransportSecurity: {
              AccessControlMaxAgeSec: 63_072_000,
              IncludeSubdomains: true,
              Override: true,
            },
          },
        });
      },
    },
  ],
  mutations: [
    {
      name: "a function that is not published",
      change: { [`${FUNCTION}/Properties/AutoPublish`]: false },
    },
    {
      name: "the bucket's error for an unknown path",
      change: { [`${CONFIG}/DefaultCacheBehavior/FunctionAssociations`]: undefined },
    },
    {
      name: "a function in front of the sign-in",
      change: {
        [`${CONFIG}/CacheBehaviors/0/FunctionAssociations`]: [
          { EventType: "viewer-request", FunctionARN: "<PagePaths.FunctionARN>" },
        ],
      },
    },
    {
      name: "plain HTTP for /auth",
      change: { [`${CONFIG}/CacheBehaviors/0/ViewerProtocolPolicy`]: "allow-all" },
    },
    { name: "cached /auth", change: { [`${CONFIG}/CacheBehaviors/0/CachePolicyId`]: CACHING_OPTIMIZED } },
    { name: "cached /logins", change: { [`${CONFIG}/CacheBehaviors/1/CachePolicyId`]: CACHING_OPTIMIZED } },
    {
      name: "cookies and headers not sent on",
      change: { [`${CONFIG}/CacheBehaviors/0/OriginRequestPolicyId`]: undefined },
    },
    {
      name: "a function between browser and /auth",
      change: { [`${CONFIG}/CacheBehaviors/0/FunctionAssociations`]: [{ EventType: "viewer-request" }] },
    },
    {
      name: "pages of other origins let in",
      change: {
        [`${CONFIG}/CacheBehaviors/0/ResponseHeadersPolicyId`]: "5cc3b908-e619-4b99-88e5-2cf7f45965bd",
      },
    },
    {
      name: "origin over HTTP",
      change: { [`${CONFIG}/Origins/1/CustomOriginConfig/OriginProtocolPolicy`]: "http-only" },
    },
    {
      name: "origin over old TLS",
      change: { [`${CONFIG}/Origins/1/CustomOriginConfig/OriginSSLProtocols/1`]: "TLSv1" },
    },
    {
      name: "requests that functions cannot tell from direct ones",
      change: { [`${CONFIG}/Origins/1/OriginCustomHeaders`]: undefined },
    },
    {
      name: "another value than the functions know",
      change: { [`${CONFIG}/Origins/1/OriginCustomHeaders/0/HeaderValue`]: "other" },
    },
    {
      name: "plain HTTP for the page",
      change: { [`${CONFIG}/DefaultCacheBehavior/ViewerProtocolPolicy`]: "allow-all" },
    },
    {
      name: "a page without its headers",
      change: { [`${CONFIG}/DefaultCacheBehavior/ResponseHeadersPolicyId`]: undefined },
    },
    {
      name: "uploads through the distribution",
      change: { [`${CONFIG}/DefaultCacheBehavior/AllowedMethods`]: ["GET", "HEAD", "PUT"] },
    },
    {
      name: "unsigned requests to the bucket",
      change: {
        "AWS::CloudFront::OriginAccessControl/Properties/OriginAccessControlConfig/SigningBehavior": "never",
      },
    },
    { name: "no access control", change: { [`${CONFIG}/Origins/0/OriginAccessControlId`]: undefined } },
    {
      name: "old TLS of browsers",
      change: { [`${CONFIG}/ViewerCertificate`]: { MinimumProtocolVersion: "TLSv1" } },
    },
    {
      name: "an error replaced by a page",
      change: {
        [`${CONFIG}/CustomErrorResponses/5`]: {
          ...{ ErrorCode: 404, ResponseCode: 200, ResponsePagePath: "/index.html" },
        },
      },
    },
    { name: "server errors kept", change: { [`${CONFIG}/CustomErrorResponses/2`]: undefined } },
    {
      name: "inline scripts",
      change: {
        [`${SECURITY}/ContentSecurityPolicy/ContentSecurityPolicy`]: CONTENT_SECURITY_POLICY.replace(
          "script-src 'self'",
          "script-src 'self' 'unsafe-inline'",
        ),
      },
    },
    { name: "no transport security", change: { [`${SECURITY}/StrictTransportSecurity`]: undefined } },
    { name: "frames of the same origin", change: { [`${SECURITY}/FrameOptions/FrameOption`]: "SAMEORIGIN" } },
    {
      name: "headers that the bucket overrides",
      change: { [`${SECURITY}/ReferrerPolicy/Override`]: false },
    },
    {
      name: "other origins let read the page",
      change: {
        [`${HEADERS}/Properties/ResponseHeadersPolicyConfig/CorsConfig`]: {
          AccessControlAllowOrigins: { Items: ["*"] },
        },
      },
    },
  ],
};
