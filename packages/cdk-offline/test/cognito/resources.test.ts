import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { cognitoResources } from "../../src/cognito/resources.ts";
import { openCognito } from "../../src/cognito/service.ts";
import { naming } from "../deployed.ts";
import { stateFolder } from "../serving.ts";
import { noFunctions, template, type TemplateChanges } from "./template.ts";

const FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:trigger";

function definition(type: string) {
  const found = cognitoResources.find((resource) => resource.type === `AWS::Cognito::${type}`);
  if (found === undefined) throw new Error(`${type} is not served`);
  return found;
}

describe("Ref and GetAtt answer as on AWS", () => {
  test("a user pool", () => {
    const { ref, attributes } = definition("UserPool").identify(naming({}));
    expect(ref).toMatch(/^us-east-1_[A-Za-z0-9]{9}$/);
    expect(attributes).toEqual({
      UserPoolId: ref,
      Arn: `arn:aws:cognito-idp:us-east-1:000000000000:userpool/${ref}`,
      ProviderName: `cognito-idp.us-east-1.amazonaws.com/${ref}`,
      ProviderURL: `https://cognito-idp.us-east-1.amazonaws.com/${ref}`,
    });
  });

  test("an app client, whose secret cannot be named", () => {
    const { ref, attributes } = definition("UserPoolClient").identify(naming({ ClientName: "web" }));
    expect(ref).toMatch(/^[a-z0-9]{26}$/);
    expect(attributes).toEqual({ ClientId: ref, Name: "web" });
  });

  test("domain, group, resource server and branding", () => {
    const domain = definition("UserPoolDomain").identify(naming({ Domain: "notes" }));
    expect(domain.ref).toBe("notes");
    expect(domain.attributes["CloudFrontDistribution"]).toMatch(/^d[a-z0-9]{13}\.cloudfront\.net$/);
    expect(definition("UserPoolGroup").identify(naming({ GroupName: "editors" })).ref).toBe("editors");
    expect(definition("UserPoolGroup").identify(naming({})).ref).toMatch(/^NotesApp-local-Thing-\w{12}$/);
    expect(definition("UserPoolResourceServer").identify(naming({ Identifier: "notes" })).ref).toBe("notes");
    const branding = definition("ManagedLoginBranding").identify(naming({}));
    expect(branding.attributes).toEqual({ ManagedLoginBrandingId: branding.ref });
  });
});

describe("what is not served is refused by name", () => {
  test.each<[string, Record<string, unknown>, string]>([
    ["UserPool", { EnabledMfas: ["SMS_MFA"] }, "EnabledMfas.0"],
    ["UserPool", { EnabledMfas: ["EMAIL_OTP"] }, "EnabledMfas.0"],
    ["UserPool", { LambdaConfig: { CustomMessage: FUNCTION } }, "LambdaConfig.CustomMessage"],
    ["UserPool", { LambdaConfig: { DefineAuthChallenge: FUNCTION } }, "LambdaConfig.DefineAuthChallenge"],
    ["UserPool", { LambdaConfig: { UserMigration: FUNCTION } }, "LambdaConfig.UserMigration"],
    [
      "UserPool",
      { LambdaConfig: { PreTokenGenerationConfig: { LambdaArn: FUNCTION, LambdaVersion: "V3_0" } } },
      "LambdaConfig.PreTokenGenerationConfig.LambdaVersion",
    ],
    ["UserPool", { UsernameAttributes: ["email"] }, "UsernameAttributes"],
    ["UserPool", { AliasAttributes: ["phone_number"] }, "AliasAttributes.0"],
    ["UserPool", { AutoVerifiedAttributes: ["phone_number"] }, "AutoVerifiedAttributes.0"],
    ["UserPool", { SmsConfiguration: { SnsCallerArn: "arn" } }, "SmsConfiguration"],
    ["UserPool", { DeviceConfiguration: {} }, "DeviceConfiguration"],
    [
      "UserPool",
      { UserPoolAddOns: { AdvancedSecurityMode: "ENFORCED" } },
      "UserPoolAddOns.AdvancedSecurityMode",
    ],
    [
      "UserPool",
      { VerificationMessageTemplate: { DefaultEmailOption: "CONFIRM_WITH_LINK" } },
      "VerificationMessageTemplate.DefaultEmailOption",
    ],
    [
      "UserPool",
      { Policies: { PasswordPolicy: { PasswordHistorySize: 3 } } },
      "Policies.PasswordPolicy.PasswordHistorySize",
    ],
    ["UserPool", { Spelled: "wrong" }, "Spelled"],
    ["UserPoolClient", { UserPoolId: "p", AllowedOAuthFlows: ["implicit"] }, "AllowedOAuthFlows.0"],
    ["UserPoolClient", { UserPoolId: "p", AllowedOAuthFlows: ["implicit"] }, "AllowedOAuthFlows.0"],
    [
      "UserPoolClient",
      { UserPoolId: "p", SupportedIdentityProviders: ["Google"] },
      "SupportedIdentityProviders.0",
    ],
    ["UserPoolClient", { UserPoolId: "p", AnalyticsConfiguration: {} }, "AnalyticsConfiguration"],
    ["UserPoolClient", {}, "UserPoolId"],
    ["UserPoolDomain", { UserPoolId: "p", Domain: "auth.example.com" }, "Domain"],
    ["UserPoolDomain", { UserPoolId: "p", Domain: "x", CustomDomainConfig: {} }, "CustomDomainConfig"],
    ["UserPoolGroup", { UserPoolId: "p", GroupName: "g", RoleArn: "arn" }, "RoleArn"],
  ])("%s %j", (type, properties, path) => {
    const result = v.safeParse(definition(type).properties, properties);
    expect(result.issues?.map((issue) => v.getDotPath(issue))).toEqual([path]);
  });
});

describe("a template with which a deployment would fail is refused with a sentence", () => {
  const open = async (changes: TemplateChanges): Promise<void> => {
    const cognito = await openCognito({
      ...template(new Map(), changes),
      dir: stateFolder(),
      clock: Date.now,
      origin: "http://127.0.0.1:4001",
      mail: () => undefined,
      lambda: noFunctions,
    });
    cognito.close();
  };

  test.each<[TemplateChanges, string]>([
    [
      { pool: { MfaConfiguration: "ON" } },
      'Users: MfaConfiguration is "ON"; without SOFTWARE_TOKEN_MFA in EnabledMfas no second factor is served',
    ],
    [
      { web: { AllowedOAuthScopes: ["openid", "notes/nothing"] } },
      'Web: AllowedOAuthScopes.1 is "notes/nothing"; no resource server of its pool defines this scope',
    ],
    [
      { web: { CallbackURLs: ["http://app.example/cb"] } },
      'Web: CallbackURLs.0 is "http://app.example/cb"; it must be absolute, without fragment, and https unless on localhost',
    ],
    [{ web: { LogoutURLs: ["/"] } }, 'Web: LogoutURLs.0 is "/"; it must be absolute'],
    [
      { web: { CallbackURLs: ["https://app.example/#x"] } },
      'Web: CallbackURLs.0 is "https://app.example/#x"',
    ],
    [
      { web: { AccessTokenValidity: 2 } },
      "Web: AccessTokenValidity is 2; it is 120 s and must be between 300 s and 86400 s",
    ],
    [
      { web: { WriteAttributes: ["email", "email_verified"] } },
      'Web: WriteAttributes is ["email","email_verified"]; they must name all that the pool requires, and no address as verified',
    ],
    [
      { web: { UserPoolId: "us-east-1_gone", AllowedOAuthScopes: ["openid"] } },
      'Web: UserPoolId is "us-east-1_gone"; there is no such user pool',
    ],
  ])("%j", async (changes, message) => {
    await expect(open(changes)).rejects.toThrow(message);
  });
});
