// A user pool as everything here sees it: the template's properties with the service's defaults filled in.

import type { Resource } from "../../assembly/resource.ts";
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

export interface Pool {
  readonly id: string;
  readonly name: string;
  readonly arn: string;
  /** The `iss` of its tokens. */
  readonly issuer: string;
  readonly createdAtMs: number;
  /** Whether user names and e-mail addresses that differ in case only are different ones. */
  readonly caseSensitive: boolean;
  /** Whether a verified e-mail address signs in like the user name. */
  readonly emailIsAlias: boolean;
  /** Whether somebody who signs up is sent a code to the e-mail address. */
  readonly verifiesEmail: boolean;
  readonly allowsSignUp: boolean;
  readonly passwordPolicy: PasswordPolicy;
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
  readonly domain: string | undefined;
}

export function definePool(resource: Resource<UserPoolProperties>, identity: PoolIdentity): Pool {
  const { properties } = resource;
  return {
    ...identity,
    id: resource.ref,
    arn: attribute(resource, "Arn"),
    issuer: attribute(resource, "ProviderURL"),
    caseSensitive: properties.UsernameConfiguration?.CaseSensitive ?? true,
    emailIsAlias: properties.AliasAttributes?.includes("email") ?? false,
    verifiesEmail: properties.AutoVerifiedAttributes?.includes("email") ?? false,
    allowsSignUp: properties.AdminCreateUserConfig?.AllowAdminCreateUserOnly !== true,
    passwordPolicy: passwordPolicy(properties.Policies?.PasswordPolicy),
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
