// A user pool as everything here sees it: the template's properties with the service's defaults filled in.

import type { Resource } from "../../assembly/resource.ts";
import { NotServed } from "../../errors.ts";
import type { UserPoolProperties } from "../resources/user-pool.ts";
import { attributeSchema, type AttributeSchema } from "./attributes.ts";

export interface PasswordPolicy {
  readonly minimumLength: number;
  readonly requiresLowercase: boolean;
  readonly requiresUppercase: boolean;
  readonly requiresNumbers: boolean;
  readonly requiresSymbols: boolean;
  readonly temporaryPasswordValidityDays: number;
}

/** A mail with the service's placeholders `{####}` (code or temporary password) and `{username}` in it. */
export interface MessageTemplate {
  readonly subject: string;
  readonly text: string;
}

/** The functions that the pool calls, by name or ARN. */
interface TriggerFunctions {
  readonly preSignUp: string | undefined;
  readonly postConfirmation: string | undefined;
  readonly preAuthentication: string | undefined;
  readonly postAuthentication: string | undefined;
  readonly preTokenGeneration: { readonly function: string; readonly version: "V1_0" | "V2_0" } | undefined;
}

export interface Pool {
  readonly id: string;
  readonly name: string;
  readonly arn: string;
  /** The `iss` of its tokens. */
  readonly issuer: string;
  readonly createdAtMs: number;
  /** When the API changed it last. */
  readonly modifiedAtMs: number;
  /** The others are the template's, and only a template that lacks them removes them. */
  readonly isMadeByApi: boolean;
  readonly isProtected: boolean;
  /** Whether user names and e-mail addresses that differ in case only are different ones. */
  readonly caseSensitive: boolean;
  /** Whether a verified e-mail address signs in like the user name. */
  readonly emailIsAlias: boolean;
  /** Whether somebody who signs up is sent a code to the e-mail address. */
  readonly verifiesEmail: boolean;
  readonly allowsSignUp: boolean;
  readonly passwordPolicy: PasswordPolicy;
  /** Whether a second factor is never asked for, of users who chose it, or of everybody. */
  readonly mfa: "OFF" | "OPTIONAL" | "ON";
  /** Whether users can have a software token, the one second factor there is here. */
  readonly softwareTokenEnabled: boolean;
  /** How a user who has forgotten the password gets a new one. */
  readonly recovery: "email" | "administrator";
  /** Attributes whose new value counts once a code sent there has come back. */
  readonly verifiedBeforeUpdate: readonly string[];
  readonly triggers: TriggerFunctions;
  readonly attributes: AttributeSchema;
  readonly verificationMessage: MessageTemplate;
  readonly invitationMessage: MessageTemplate;
  /** The prefix of its domain; without one the pool has no sign-in pages and no OAuth endpoints. */
  readonly domain: string | undefined;
  /** As in the template, for descriptions of the pool. */
  readonly properties: UserPoolProperties;
}

/** What a pool has besides the template's properties. */
export interface PoolIdentity {
  readonly name: string;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
  readonly isMadeByApi: boolean;
  readonly domain: string | undefined;
}

export function definePool(resource: Resource<UserPoolProperties>, identity: PoolIdentity): Pool {
  const { properties } = resource;
  return {
    ...identity,
    id: resource.ref,
    arn: attribute(resource, "Arn"),
    issuer: attribute(resource, "ProviderURL"),
    isProtected: properties.DeletionProtection === "ACTIVE",
    caseSensitive: properties.UsernameConfiguration?.CaseSensitive ?? true,
    emailIsAlias: properties.AliasAttributes?.includes("email") ?? false,
    verifiesEmail: properties.AutoVerifiedAttributes?.includes("email") ?? false,
    allowsSignUp: properties.AdminCreateUserConfig?.AllowAdminCreateUserOnly !== true,
    passwordPolicy: passwordPolicy(properties.Policies?.PasswordPolicy),
    mfa: multiFactor(resource),
    softwareTokenEnabled: properties.EnabledMfas?.includes("SOFTWARE_TOKEN_MFA") ?? false,
    recovery: recovery(properties.AccountRecoverySetting),
    verifiedBeforeUpdate:
      properties.UserAttributeUpdateSettings?.AttributesRequireVerificationBeforeUpdate ?? [],
    triggers: triggerFunctions(properties.LambdaConfig),
    attributes: attributeSchema(properties.Schema),
    verificationMessage: {
      subject:
        properties.VerificationMessageTemplate?.EmailSubject ??
        properties.EmailVerificationSubject ??
        "Your verification code",
      text:
        properties.VerificationMessageTemplate?.EmailMessage ??
        properties.EmailVerificationMessage ??
        "Your confirmation code is {####}",
    },
    invitationMessage: {
      subject:
        properties.AdminCreateUserConfig?.InviteMessageTemplate?.EmailSubject ?? "Your temporary password",
      text:
        properties.AdminCreateUserConfig?.InviteMessageTemplate?.EmailMessage ??
        "Your username is {username} and temporary password is {####}.",
    },
    properties,
  };
}

/** A second factor that is asked for must be one that is served. */
function multiFactor({ properties, logicalId }: Resource<UserPoolProperties>): Pool["mfa"] {
  const { MfaConfiguration: mfa = "OFF", EnabledMfas = [] } = properties;
  if (mfa !== "OFF" && !EnabledMfas.includes("SOFTWARE_TOKEN_MFA")) {
    throw new NotServed({
      code: "value-not-served",
      logicalId,
      property: "MfaConfiguration",
      seen: mfa,
      reason: "without SOFTWARE_TOKEN_MFA in EnabledMfas no second factor is served by the local runtime",
    });
  }
  return mfa;
}

/** `admin_only` excludes the other mechanisms; of those, mail is the one there is here. */
function recovery(setting: UserPoolProperties["AccountRecoverySetting"]): Pool["recovery"] {
  const mechanisms = setting?.RecoveryMechanisms ?? [];
  const isForAdministrators = mechanisms.some(({ Name }) => Name === "admin_only");
  return isForAdministrators ? "administrator" : "email";
}

function triggerFunctions(config: UserPoolProperties["LambdaConfig"] = {}): TriggerFunctions {
  const { PreTokenGeneration: plain, PreTokenGenerationConfig: versioned } = config;
  const version = versioned?.LambdaVersion ?? "V1_0";
  const tokens = versioned?.LambdaArn ?? plain;
  return {
    preSignUp: config.PreSignUp,
    postConfirmation: config.PostConfirmation,
    preAuthentication: config.PreAuthentication,
    postAuthentication: config.PostAuthentication,
    preTokenGeneration: tokens === undefined ? undefined : { function: tokens, version },
  };
}

type PolicyProperties = NonNullable<UserPoolProperties["Policies"]>["PasswordPolicy"];

/** Without a policy every kind of character is required; a policy requires only what it names. */
function passwordPolicy(policy: PolicyProperties): PasswordPolicy {
  const unnamed = policy === undefined;
  return {
    minimumLength: policy?.MinimumLength ?? 8,
    requiresLowercase: policy?.RequireLowercase ?? unnamed,
    requiresUppercase: policy?.RequireUppercase ?? unnamed,
    requiresNumbers: policy?.RequireNumbers ?? unnamed,
    requiresSymbols: policy?.RequireSymbols ?? unnamed,
    temporaryPasswordValidityDays: policy?.TemporaryPasswordValidityDays ?? 7,
  };
}

function attribute(resource: Resource<unknown>, name: string): string {
  const value = resource.attributes[name];
  if (value === undefined) throw new Error(`${resource.logicalId} has no attribute ${name}`);
  return value;
}
