// Who can become a user, how they prove it, and what the web client is given.

import { expect } from "vitest";
import type { Concern } from "./check.ts";
import { at, ofType, only } from "./readable.ts";

const CLIENT = "AWS::Cognito::UserPoolClient";
const POOL = "AWS::Cognito::UserPool";

export const identity: Concern = {
  name: "identity",
  checks: [
    {
      name: "the pool's settings that cannot be changed later are as decided",
      holds: (template) => {
        expect(only(template, POOL).Properties).toMatchObject({
          AliasAttributes: ["email"],
          AutoVerifiedAttributes: ["email"],
          Schema: [{ Name: "email", Required: true, Mutable: true }],
          UsernameConfiguration: { CaseSensitive: false },
          UserPoolTier: "ESSENTIALS",
        });
        expect(only(template, POOL).Properties).not.toHaveProperty("UsernameAttributes");
      },
    },
    {
      name: "a password has twelve characters of three kinds, and one that was given holds for three days",
      holds: (template) => {
        expect(only(template, POOL).Properties["Policies"]).toEqual({
          PasswordPolicy: {
            MinimumLength: 12,
            RequireLowercase: true,
            RequireNumbers: true,
            RequireSymbols: false,
            RequireUppercase: true,
            TemporaryPasswordValidityDays: 3,
          },
        });
      },
    },
    {
      name: "a forgotten password is recovered, and a new address taken, by a mail to a verified address alone",
      holds: (template) => {
        expect(only(template, POOL).Properties).toMatchObject({
          AccountRecoverySetting: { RecoveryMechanisms: [{ Name: "verified_email", Priority: 1 }] },
          UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ["email"] },
        });
      },
    },
    {
      name: "anybody may sign up, no text message is sent, and no function takes part in a sign-in",
      holds: (template) => {
        const { Properties } = only(template, POOL);
        expect(Properties["AdminCreateUserConfig"]).toEqual({ AllowAdminCreateUserOnly: false });
        for (const absent of ["SmsConfiguration", "LambdaConfig", "DeviceConfiguration"]) {
          expect(Properties).not.toHaveProperty(absent);
        }
      },
    },
    {
      name: "a second factor is asked of all or of nobody, as the stage says",
      holds: (template, stage) => {
        const { MfaConfiguration, EnabledMfas } = only(template, POOL).Properties;
        expect([MfaConfiguration, EnabledMfas]).toEqual(
          stage.mfa === "required" ? ["ON", ["SOFTWARE_TOKEN_MFA"]] : ["OFF", undefined],
        );
      },
    },
    {
      name: "the way to sign in is the password, whether or not the pages ask for the way",
      holds: (template, stage) => {
        const policies = only(template, POOL).Properties["Policies"];
        expect(at(policies, "SignInPolicy")).toEqual(
          stage.userAuth ? { AllowedFirstAuthFactors: ["PASSWORD"] } : undefined,
        );
      },
    },
    {
      name: "tokens and the functions' config name the same issuer, as the stage says",
      holds: (template, stage) => {
        const updated = stage.issuer === "updated";
        expect(only(template, POOL).Properties["IssuerConfiguration"]).toEqual(
          updated ? { Type: "UPDATED" } : undefined,
        );
        const config = ofType(template, "AWS::SSM::Parameter")
          .map(([, { Properties }]) => Properties)
          .find(({ Name }) => String(Name).endsWith("/config"));
        expect(at(JSON.parse(String(config?.["Value"])), "authorizationServer/issuer")).toBe(
          updated
            ? "https://issuer-cognito-idp.<AWS::Region>.amazonaws.com/<IdentityUsers>"
            : "<IdentityUsers.ProviderURL>",
        );
      },
    },
    {
      name: "the mail with a code says both uses, and what to do when it was not asked for",
      holds: (template) => {
        const message = String(
          at(only(template, POOL).Properties, "VerificationMessageTemplate/EmailMessage"),
        );
        for (const part of ["{####}", "new account", "new password", "asked for neither"]) {
          expect(message).toContain(part);
        }
      },
    },
    {
      name: "production's users are protected from deletion, and outlive the stack",
      holds: (template, stage) => {
        const { Properties, DeletionPolicy, UpdateReplacePolicy } = only(template, POOL);
        expect([Properties["DeletionProtection"], DeletionPolicy, UpdateReplacePolicy]).toEqual(
          stage.retainData ? ["ACTIVE", "Retain", "Retain"] : ["INACTIVE", "Delete", "Delete"],
        );
      },
    },
    {
      name: "J3: the web client signs in by authorization code alone, with a secret and exact https addresses",
      holds: (template, stage) => {
        expect(only(template, CLIENT).Properties).toEqual({
          UserPoolId: `<${only(template, POOL).name}>`,
          AllowedOAuthFlows: ["code"],
          AllowedOAuthFlowsUserPoolClient: true,
          AllowedOAuthScopes: ["openid", "<IdentityUsersLedger>/logins"],
          CallbackURLs: ["https://<PageDistribution.DomainName>/auth/callback"],
          LogoutURLs: ["https://<PageDistribution.DomainName>/"],
          ExplicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH", ...(stage.userAuth ? ["ALLOW_USER_AUTH"] : [])],
          ReadAttributes: ["email_verified"],
          GenerateSecret: true,
          EnableTokenRevocation: true,
          PreventUserExistenceErrors: "ENABLED",
          SupportedIdentityProviders: ["COGNITO"],
          AccessTokenValidity: 5,
          IdTokenValidity: 5,
          RefreshTokenValidity: 12 * 60,
          TokenValidityUnits: { AccessToken: "minutes", IdToken: "minutes", RefreshToken: "minutes" },
        });
      },
    },
    {
      name: "the client has managed login's pages",
      holds: (template) => {
        const { Domain, ...domain } = only(template, "AWS::Cognito::UserPoolDomain").Properties;
        expect(Domain).toBeDefined();
        expect(domain).toEqual({ ManagedLoginVersion: 2, UserPoolId: "<IdentityUsers>" });
        expect(only(template, "AWS::Cognito::ManagedLoginBranding").Properties).toEqual({
          ClientId: `<${only(template, CLIENT).name}>`,
          UseCognitoProvidedValues: true,
          UserPoolId: "<IdentityUsers>",
        });
      },
    },
    {
      name: "there is one scope and one group, which gives no role of AWS",
      holds: (template) => {
        const server = only(template, "AWS::Cognito::UserPoolResourceServer").Properties;
        expect(server).toMatchObject({ Identifier: "ledger", UserPoolId: "<IdentityUsers>" });
        expect([server["Scopes"]].flat().map((scope) => at(scope, "ScopeName"))).toEqual(["logins"]);
        const { Description, ...group } = only(template, "AWS::Cognito::UserPoolGroup").Properties;
        expect(Description).toBeTypeOf("string");
        expect(group).toEqual({ GroupName: "auditors", UserPoolId: "<IdentityUsers>" });
      },
    },
  ],
  mutations: [
    {
      name: "no deletion protection of users",
      change: { [`${POOL}/Properties/DeletionProtection`]: "INACTIVE" },
    },
    { name: "users that go with the stack", change: { [`${POOL}/DeletionPolicy`]: "Delete" } },
    {
      name: "user names that differ by case",
      change: { [`${POOL}/Properties/UsernameConfiguration/CaseSensitive`]: true },
    },
    {
      name: "a short password",
      change: { [`${POOL}/Properties/Policies/PasswordPolicy/MinimumLength`]: 6 },
    },
    {
      name: "an address taken before it is verified",
      change: { [`${POOL}/Properties/UserAttributeUpdateSettings`]: undefined },
    },
    {
      name: "recovery by text message",
      change: {
        [`${POOL}/Properties/AccountRecoverySetting/RecoveryMechanisms/0/Name`]: "verified_phone_number",
      },
    },
    {
      name: "a second factor for who likes",
      change: { [`${POOL}/Properties/MfaConfiguration`]: "OPTIONAL" },
    },
    { name: "a plan without the features", change: { [`${POOL}/Properties/UserPoolTier`]: "LITE" } },
    {
      name: "a function that changes tokens",
      change: { [`${POOL}/Properties/LambdaConfig`]: { PreTokenGeneration: "arn:aws:lambda:x" } },
    },
    { name: "the implicit flow", change: { [`${CLIENT}/Properties/AllowedOAuthFlows/1`]: "implicit" } },
    {
      name: "password sign-in without the pages",
      change: { [`${CLIENT}/Properties/ExplicitAuthFlows/1`]: "ALLOW_USER_PASSWORD_AUTH" },
    },
    {
      name: "the service's default flows",
      change: { [`${CLIENT}/Properties/ExplicitAuthFlows`]: undefined },
    },
    { name: "a public client", change: { [`${CLIENT}/Properties/GenerateSecret`]: false } },
    {
      name: "a callback on somebody's machine",
      change: { [`${CLIENT}/Properties/CallbackURLs/1`]: "http://localhost:3000/auth/callback" },
    },
    {
      name: "administration by the user's own token",
      change: { [`${CLIENT}/Properties/AllowedOAuthScopes/2`]: "aws.cognito.signin.user.admin" },
    },
    {
      name: "an ID token that names the address",
      change: { [`${CLIENT}/Properties/ReadAttributes/1`]: "email" },
    },
    {
      name: "a client that reads every attribute",
      change: { [`${CLIENT}/Properties/ReadAttributes`]: undefined },
    },
    {
      name: "an issuer that the functions do not know",
      change: { [`${POOL}/Properties/IssuerConfiguration`]: { Type: "UPDATED" } },
    },
    {
      name: "a mail that speaks of new accounts alone",
      change: {
        [`${POOL}/Properties/VerificationMessageTemplate/EmailMessage`]:
          "Your code is {####}. It confirms a new account.",
      },
    },
    {
      name: "a code by mail in the place of the password",
      change: {
        [`${POOL}/Properties/Policies/SignInPolicy`]: { AllowedFirstAuthFactors: ["PASSWORD", "EMAIL_OTP"] },
      },
    },
    { name: "access for a day", change: { [`${CLIENT}/Properties/TokenValidityUnits/AccessToken`]: "days" } },
    { name: "sessions of a month", change: { [`${CLIENT}/Properties/RefreshTokenValidity`]: 43_200 } },
    {
      name: "refresh tokens that cannot be revoked",
      change: { [`${CLIENT}/Properties/EnableTokenRevocation`]: false },
    },
    {
      name: "errors that tell whether a user exists",
      change: { [`${CLIENT}/Properties/PreventUserExistenceErrors`]: "LEGACY" },
    },
    {
      name: "another identity provider",
      change: { [`${CLIENT}/Properties/SupportedIdentityProviders/1`]: "Google" },
    },
    {
      name: "the pages of the classic hosted UI",
      change: { "AWS::Cognito::UserPoolDomain/Properties/ManagedLoginVersion": 1 },
    },
    { name: "no branding, hence no pages", change: { IdentitySignInPages: undefined } },
    {
      name: "a second client",
      change: { Second: { Type: CLIENT, Properties: { ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"] } } },
    },
    {
      name: "a group with a role of AWS",
      change: { "AWS::Cognito::UserPoolGroup/Properties/RoleArn": "<FunctionsAuthRole.Arn>" },
    },
    {
      name: "a group of another name than resolvers ask for",
      change: { "AWS::Cognito::UserPoolGroup/Properties/GroupName": "auditor" },
    },
  ],
};
