// The CloudFormation type of a user pool: which of its properties are served, and what Ref and GetAtt answer.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpool.html

import * as v from "valibot";
import { defineResource, withoutEffect } from "../../assembly/resource.ts";
import { randomText } from "../random-text.ts";

const MFA_REFUSED = "only OFF is served by the local runtime";
const EMAIL_ONLY = "only email is served by the local runtime";

const passwordPolicy = v.strictObject({
  MinimumLength: v.optional(v.pipe(v.number(), v.integer(), v.minValue(6), v.maxValue(99))),
  RequireLowercase: v.optional(v.boolean()),
  RequireUppercase: v.optional(v.boolean()),
  RequireNumbers: v.optional(v.boolean()),
  RequireSymbols: v.optional(v.boolean()),
  TemporaryPasswordValidityDays: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(365))),
});

/** Limits come as text: `{ "MinLength": "1" }`. */
const limit = v.optional(v.pipe(v.string(), v.regex(/^-?\d+$/), v.transform(Number)));

const schemaAttribute = v.strictObject({
  Name: v.pipe(v.string(), v.minLength(1), v.maxLength(20)),
  AttributeDataType: v.optional(v.picklist(["String", "Number", "DateTime", "Boolean"])),
  Mutable: v.optional(v.boolean()),
  Required: v.optional(v.boolean()),
  DeveloperOnlyAttribute: v.optional(v.literal(false)),
  StringAttributeConstraints: v.optional(v.strictObject({ MinLength: limit, MaxLength: limit })),
  NumberAttributeConstraints: v.optional(v.strictObject({ MinValue: limit, MaxValue: limit })),
});

const properties = v.strictObject({
  UserPoolName: v.optional(v.string()),
  AliasAttributes: v.optional(v.array(v.picklist(["email"], EMAIL_ONLY))),
  AutoVerifiedAttributes: v.optional(v.array(v.picklist(["email"], EMAIL_ONLY))),
  UsernameConfiguration: v.optional(v.strictObject({ CaseSensitive: v.optional(v.boolean()) })),
  Schema: v.optional(v.array(schemaAttribute)),
  Policies: v.optional(
    v.strictObject({
      PasswordPolicy: v.optional(passwordPolicy),
      SignInPolicy: v.optional(
        v.strictObject({
          AllowedFirstAuthFactors: v.array(
            v.picklist(["PASSWORD"], "only PASSWORD is served by the local runtime"),
          ),
        }),
      ),
    }),
  ),
  MfaConfiguration: v.optional(v.literal("OFF", MFA_REFUSED)),
  AdminCreateUserConfig: v.optional(
    v.strictObject({
      AllowAdminCreateUserOnly: v.optional(v.boolean()),
      InviteMessageTemplate: v.optional(
        v.strictObject({
          EmailMessage: v.optional(v.string()),
          EmailSubject: v.optional(v.string()),
          SMSMessage: withoutEffect("no text messages are sent"),
        }),
      ),
      UnusedAccountValidityDays: withoutEffect("replaced by TemporaryPasswordValidityDays"),
    }),
  ),
  VerificationMessageTemplate: v.optional(
    v.strictObject({
      DefaultEmailOption: v.optional(
        v.picklist(["CONFIRM_WITH_CODE"], "only CONFIRM_WITH_CODE is served by the local runtime"),
      ),
      EmailMessage: v.optional(v.string()),
      EmailSubject: v.optional(v.string()),
      EmailMessageByLink: withoutEffect("confirmation is by code"),
      EmailSubjectByLink: withoutEffect("confirmation is by code"),
      SmsMessage: withoutEffect("no text messages are sent"),
    }),
  ),
  EmailVerificationMessage: v.optional(v.string()),
  EmailVerificationSubject: v.optional(v.string()),
  SmsVerificationMessage: withoutEffect("no text messages are sent"),
  SmsAuthenticationMessage: withoutEffect("no text messages are sent"),
  EmailConfiguration: withoutEffect("mail goes to the local outbox"),
  EnabledMfas: withoutEffect("a second factor is not asked for while MfaConfiguration is OFF"),
  AccountRecoverySetting: withoutEffect("forgotten passwords are not served, calls for them are refused"),
  UserAttributeUpdateSettings: withoutEffect("changing attributes is not served, calls for it are refused"),
  UserPoolAddOns: v.optional(
    v.strictObject({
      // AUDIT only writes reports; ENFORCED would block sign-ins.
      AdvancedSecurityMode: v.optional(
        v.picklist(["OFF", "AUDIT"], "threat protection is not enforced by the local runtime"),
      ),
    }),
  ),
  UserPoolTier: v.optional(v.picklist(["LITE", "ESSENTIALS", "PLUS"])),
  DeletionProtection: withoutEffect("a pool is never deleted, only the whole state folder"),
  UserPoolTags: withoutEffect("tags have no behaviour"),
});

export type UserPoolProperties = v.InferOutput<typeof properties>;

export const userPool = defineResource<UserPoolProperties>({
  type: "AWS::Cognito::UserPool",
  properties,
  identify(naming) {
    const { region, account } = naming;
    const id = naming.keep("id", () => `${region}_${randomText(9, "mixed")}`);
    const providerName = `cognito-idp.${region}.amazonaws.com/${id}`;
    return {
      ref: id,
      attributes: {
        UserPoolId: id,
        Arn: `arn:aws:cognito-idp:${region}:${account}:userpool/${id}`,
        ProviderName: providerName,
        ProviderURL: `https://${providerName}`,
      },
    };
  },
});
