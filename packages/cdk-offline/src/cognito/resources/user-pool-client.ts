// The CloudFormation type of an app client: which of its properties are served, and what Ref and GetAtt answer.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpoolclient.html

import * as v from "valibot";
import { withheldAttribute } from "../../assembly/dynamic-references.ts";
import { physicalName } from "../../assembly/physical-name.ts";
import { defineResource, withoutEffect } from "../../assembly/resource.ts";
import { randomText } from "../random-text.ts";

const timeUnit = v.optional(v.picklist(["seconds", "minutes", "hours", "days"]));

const validity = v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)));

export const userPoolClientProperties = v.strictObject({
  UserPoolId: v.string(),
  ClientName: v.optional(v.string()),
  GenerateSecret: v.optional(v.boolean()),
  AllowedOAuthFlowsUserPoolClient: v.optional(v.boolean()),
  AllowedOAuthFlows: v.optional(
    v.array(
      v.picklist(
        ["code", "client_credentials"],
        "only the flows code and client_credentials are served by the local runtime",
      ),
    ),
  ),
  AllowedOAuthScopes: v.optional(v.array(v.string())),
  CallbackURLs: v.optional(v.array(v.string())),
  LogoutURLs: v.optional(v.array(v.string())),
  DefaultRedirectURI: withoutEffect("a sign-in names its redirect_uri"),
  SupportedIdentityProviders: v.optional(
    v.array(v.picklist(["COGNITO"], "only the provider COGNITO is served by the local runtime")),
  ),
  ExplicitAuthFlows: v.optional(
    v.array(
      v.picklist([
        "ALLOW_USER_PASSWORD_AUTH",
        "ALLOW_ADMIN_USER_PASSWORD_AUTH",
        "ALLOW_REFRESH_TOKEN_AUTH",
        "ALLOW_USER_SRP_AUTH",
        "ALLOW_USER_AUTH",
        // Calls for this one are refused by name.
        "ALLOW_CUSTOM_AUTH",
      ]),
    ),
  ),
  PreventUserExistenceErrors: v.optional(v.picklist(["ENABLED", "LEGACY"])),
  EnableTokenRevocation: v.optional(v.boolean()),
  RefreshTokenRotation: v.optional(
    v.strictObject({
      Feature: v.optional(v.picklist(["ENABLED", "DISABLED"])),
      RetryGracePeriodSeconds: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(60))),
    }),
  ),
  AccessTokenValidity: validity,
  IdTokenValidity: validity,
  RefreshTokenValidity: validity,
  TokenValidityUnits: v.optional(
    v.strictObject({ AccessToken: timeUnit, IdToken: timeUnit, RefreshToken: timeUnit }),
  ),
  AuthSessionValidity: v.optional(v.pipe(v.number(), v.integer(), v.minValue(3), v.maxValue(15))),
  ReadAttributes: v.optional(v.array(v.string())),
  WriteAttributes: v.optional(v.array(v.string())),
  EnablePropagateAdditionalUserContextData: withoutEffect("threat protection has no behaviour here"),
});

export type UserPoolClientProperties = v.InferOutput<typeof userPoolClientProperties>;

export const userPoolClient = defineResource<UserPoolClientProperties>({
  type: "AWS::Cognito::UserPoolClient",
  properties: userPoolClientProperties,
  identify(naming) {
    const id = naming.keep("id", makeClientId);
    const name = naming.property("ClientName");
    return {
      ref: id,
      attributes: {
        ClientId: id,
        Name: typeof name === "string" ? name : physicalName(naming, 128),
        ...(naming.property("GenerateSecret") === true && {
          ClientSecret: withheldAttribute(id, "ClientSecret"),
        }),
      },
    };
  },
});

export function makeClientId(): string {
  return randomText(26, "small");
}
