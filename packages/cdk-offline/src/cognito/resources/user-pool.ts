// The CloudFormation type of a user pool: which of its properties are served, and what Ref and GetAtt answer.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpool.html

import * as v from "valibot";
import { defineResource, withoutEffect } from "../../assembly/resource.ts";
import { randomText } from "../random-text.ts";

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

const functionArn = v.pipe(v.string(), v.minLength(20), v.maxLength(2048), v.regex(/^arn:/));

/** The triggers that are served; any other one is refused by its name. */
const lambdaConfig = v.strictObject({
  PreSignUp: v.optional(functionArn),
  PostConfirmation: v.optional(functionArn),
  PreAuthentication: v.optional(functionArn),
  PostAuthentication: v.optional(functionArn),
  PreTokenGeneration: v.optional(functionArn),
  PreTokenGenerationConfig: v.optional(
    v.strictObject({
      LambdaArn: functionArn,
      LambdaVersion: v.picklist(["V1_0", "V2_0"], "only V1_0 and V2_0 are served by the local runtime"),
    }),
  ),
});

export const userPoolProperties = v.strictObject({
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
  MfaConfiguration: v.optional(v.picklist(["OFF", "OPTIONAL", "ON"])),
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
  IssuerConfiguration: v.optional(
    v.strictObject({
      Type: v.picklist(["ORIGINAL"], "only ORIGINAL is served by the local runtime"),
    }),
  ),
  EmailConfiguration: withoutEffect("mail goes to the local outbox"),
  EnabledMfas: v.optional(
    v.array(v.picklist(["SOFTWARE_TOKEN_MFA"], "only SOFTWARE_TOKEN_MFA is served by the local runtime")),
  ),
  AccountRecoverySetting: v.optional(
    v.strictObject({
      RecoveryMechanisms: v.optional(
        v.array(
          v.strictObject({
            // A number that is never verified here is passed over, as on AWS.
            Name: v.picklist(["verified_email", "verified_phone_number", "admin_only"]),
            Priority: v.number(),
          }),
        ),
      ),
    }),
  ),
  UserAttributeUpdateSettings: v.optional(
    v.strictObject({
      AttributesRequireVerificationBeforeUpdate: v.optional(v.array(v.picklist(["email"], EMAIL_ONLY))),
    }),
  ),
  LambdaConfig: v.optional(lambdaConfig),
  UserPoolAddOns: v.optional(
    v.strictObject({
      // AUDIT only writes reports; ENFORCED would block sign-ins.
      AdvancedSecurityMode: v.optional(
        v.picklist(["OFF", "AUDIT"], "threat protection is not enforced by the local runtime"),
      ),
    }),
  ),
  UserPoolTier: v.optional(v.picklist(["LITE", "ESSENTIALS", "PLUS"])),
  DeletionProtection: v.optional(v.picklist(["ACTIVE", "INACTIVE"])),
  UserPoolTags: withoutEffect("tags have no behaviour"),
});

export type UserPoolProperties = v.InferOutput<typeof userPoolProperties>;

export const userPool = defineResource<UserPoolProperties>({
  type: "AWS::Cognito::UserPool",
  properties: userPoolProperties,
  identify(naming) {
    const { region, account } = naming;
    const id = naming.keep("id", () => makePoolId(region));
    return { ref: id, attributes: poolAttributes(id, { region, account }) };
  },
});

export function makePoolId(region: string): string {
  return `${region}_${randomText(9, "mixed")}`;
}

interface Place {
  readonly region: string;
  readonly account: string;
}

/** What `Fn::GetAtt` answers. */
export function poolAttributes(id: string, { region, account }: Place) {
  const providerName = `cognito-idp.${region}.amazonaws.com/${id}`;
  return {
    UserPoolId: id,
    Arn: `arn:aws:cognito-idp:${region}:${account}:userpool/${id}`,
    ProviderName: providerName,
    ProviderURL: `https://${providerName}`,
  };
}
