// The CloudFormation types that give a pool its sign-in pages: the domain and the pages' branding.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpooldomain.html

import { randomUUID } from "node:crypto";
import * as v from "valibot";
import { defineResource, withoutEffect } from "../../assembly/resource.ts";
import { randomText } from "../random-text.ts";

/** The form of the prefix of `<prefix>.auth.<region>.amazoncognito.com`. */
export const domainPrefix = v.regex<string, string>(
  /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
  "a prefix of small letters, digits and inner hyphens, at most 63 of them",
);

const domainProperties = v.strictObject({
  UserPoolId: v.string(),
  Domain: v.pipe(v.string(), domainPrefix),
  ManagedLoginVersion: withoutEffect("both versions are served by the same pages"),
});

export type UserPoolDomainProperties = v.InferOutput<typeof domainProperties>;

export const userPoolDomain = defineResource<UserPoolDomainProperties>({
  type: "AWS::Cognito::UserPoolDomain",
  properties: domainProperties,
  identify(naming) {
    const distribution = naming.keep("distribution", () => `d${randomText(13, "small")}.cloudfront.net`);
    return {
      ref: String(naming.property("Domain")),
      attributes: { CloudFrontDistribution: distribution },
    };
  },
});

const BRANDING = "the local sign-in pages have one style";

const brandingProperties = v.strictObject({
  UserPoolId: v.string(),
  ClientId: v.optional(v.string()),
  UseCognitoProvidedValues: withoutEffect(BRANDING),
  Settings: withoutEffect(BRANDING),
  Assets: withoutEffect(BRANDING),
  ReturnMergedResources: withoutEffect(BRANDING),
});

export const managedLoginBranding = defineResource<v.InferOutput<typeof brandingProperties>>({
  type: "AWS::Cognito::ManagedLoginBranding",
  properties: brandingProperties,
  identify(naming) {
    const id = naming.keep("id", randomUUID);
    return { ref: id, attributes: { ManagedLoginBrandingId: id } };
  },
});
