// A user pool with its clients as a template has them, and the resources that the runtime would make of it.

import * as v from "valibot";
import type { Naming, Resource, ResourceDefinition } from "../../../local/assembly/resource.ts";
import {
  userPoolGroup,
  userPoolResourceServer,
} from "../../../local/cognito/resources/group-and-resource-server.ts";
import { userPoolClient } from "../../../local/cognito/resources/user-pool-client.ts";
import { userPoolDomain } from "../../../local/cognito/resources/user-pool-domain.ts";
import { userPool } from "../../../local/cognito/resources/user-pool.ts";

export const CALLBACK = "http://localhost:4000/auth/callback";
export const LOGOUT = "http://localhost:4000/";

type Properties = Readonly<Record<string, unknown>>;

/** Physical ids that outlive a restart. */
export type Kept = Map<string, string>;

/** What aws-cdk-lib writes for a pool with user names, e-mail as alias, and self sign-up. */
const POOL: Properties = {
  AccountRecoverySetting: { RecoveryMechanisms: [{ Name: "verified_email", Priority: 1 }] },
  AdminCreateUserConfig: { AllowAdminCreateUserOnly: false },
  AliasAttributes: ["email"],
  AutoVerifiedAttributes: ["email"],
  DeletionProtection: "INACTIVE",
  EmailVerificationMessage: "The verification code to your new account is {####}",
  EmailVerificationSubject: "Verify your new account",
  MfaConfiguration: "OFF",
  Policies: {
    PasswordPolicy: {
      MinimumLength: 12,
      RequireLowercase: true,
      RequireNumbers: true,
      RequireSymbols: false,
      RequireUppercase: true,
      TemporaryPasswordValidityDays: 3,
    },
  },
  Schema: [{ Mutable: true, Name: "email", Required: true }],
  SmsVerificationMessage: "The verification code to your new account is {####}",
  UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ["email"] },
  UserPoolTier: "ESSENTIALS",
  UsernameConfiguration: { CaseSensitive: false },
  VerificationMessageTemplate: {
    DefaultEmailOption: "CONFIRM_WITH_CODE",
    EmailMessage: "The verification code to your new account is {####}",
    EmailSubject: "Verify your new account",
    SmsMessage: "The verification code to your new account is {####}",
  },
};

/** The confidential client of the web page. */
const WEB_CLIENT: Properties = {
  AccessTokenValidity: 5,
  AllowedOAuthFlows: ["code"],
  AllowedOAuthFlowsUserPoolClient: true,
  AllowedOAuthScopes: ["openid", "email", "profile", "ledger/logins"],
  CallbackURLs: [CALLBACK],
  EnableTokenRevocation: true,
  ExplicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH"],
  GenerateSecret: true,
  IdTokenValidity: 5,
  LogoutURLs: [LOGOUT],
  PreventUserExistenceErrors: "ENABLED",
  RefreshTokenValidity: 720,
  SupportedIdentityProviders: ["COGNITO"],
  TokenValidityUnits: { AccessToken: "minutes", IdToken: "minutes", RefreshToken: "minutes" },
};

/** A public client that signs in with the API; its settings are the service's defaults where it names none. */
const API_CLIENT: Properties = {
  AllowedOAuthFlows: ["code"],
  AllowedOAuthFlowsUserPoolClient: true,
  AllowedOAuthScopes: ["openid", "aws.cognito.signin.user.admin"],
  CallbackURLs: [CALLBACK],
  ExplicitAuthFlows: [
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
  ],
  SupportedIdentityProviders: ["COGNITO"],
};

/** Changes to the template. */
export interface TemplateChanges {
  readonly pool?: Properties;
  readonly web?: Properties;
  readonly api?: Properties;
  readonly withoutDomain?: boolean;
  readonly groups?: readonly Properties[];
}

export function template(kept: Kept, changes: TemplateChanges = {}) {
  const { pool = {}, web = {}, api = {}, withoutDomain = false } = changes;
  const groups = changes.groups ?? [{ GroupName: "auditors", Description: "May read everything" }];
  const users = deployed(kept, "Users", userPool, { ...POOL, ...pool });
  const inPool = { UserPoolId: users.ref };
  return {
    pools: [users],
    clients: [
      deployed(kept, "Web", userPoolClient, { ...inPool, ...WEB_CLIENT, ...web }),
      deployed(kept, "Api", userPoolClient, { ...inPool, ...API_CLIENT, ...api }),
    ] as const,
    domains: withoutDomain
      ? []
      : [
          deployed(kept, "Domain", userPoolDomain, {
            ...inPool,
            Domain: "login-ledger",
            ManagedLoginVersion: 2,
          }),
        ],
    groups: groups.map((group, i) => deployed(kept, `Group${i}`, userPoolGroup, { ...inPool, ...group })),
    resourceServers: [
      deployed(kept, "Ledger", userPoolResourceServer, {
        ...inPool,
        Identifier: "ledger",
        Name: "ledger",
        Scopes: [{ ScopeName: "logins", ScopeDescription: "Record the own sign-in" }],
      }),
    ],
  };
}

/** A resource as the runtime hands it over: parsed, named, with the ids it had before. */
function deployed<Parsed>(
  kept: Kept,
  logicalId: string,
  definition: ResourceDefinition<Parsed>,
  properties: Properties,
): Resource<Parsed> {
  const naming: Naming = {
    logicalId,
    stackName: "Stack",
    region: "us-east-1",
    account: "000000000000",
    property: (name) => properties[name],
    keep(label, make) {
      const value = kept.get(`${logicalId} ${label}`) ?? make();
      kept.set(`${logicalId} ${label}`, value);
      return value;
    },
  };
  return {
    logicalId,
    properties: v.parse(definition.properties, properties),
    deployedProperties: undefined,
    ...definition.identify(naming),
  };
}
