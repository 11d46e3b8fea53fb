// A user pool with its clients as a template has them, and the resources that the runtime would make of it.

import { AwsError } from "../../src/aws/errors.ts";
import {
  userPoolGroup,
  userPoolResourceServer,
} from "../../src/cognito/resources/group-and-resource-server.ts";
import { userPoolClient } from "../../src/cognito/resources/user-pool-client.ts";
import { userPoolDomain } from "../../src/cognito/resources/user-pool-domain.ts";
import type { LambdaPort } from "../../src/cognito/triggers/invoke-trigger.ts";
import { userPool } from "../../src/cognito/resources/user-pool.ts";
import { deployed } from "../deployed.ts";

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
  AllowedOAuthScopes: ["openid", "email", "profile", "notes/read"],
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

/** `isDeployedBefore`: whether the clients say what they said the last time. */
export function template(kept: Kept, changes: TemplateChanges = {}, isDeployedBefore = false) {
  const { pool = {}, web = {}, api = {}, withoutDomain = false } = changes;
  const groups = changes.groups ?? [{ GroupName: "editors", Description: "May read everything" }];
  const users = deployed(userPool, { ...POOL, ...pool }, { logicalId: "Users", kept });
  const inPool = { UserPoolId: users.ref };
  return {
    region: "us-east-1",
    account: "000000000000",
    pools: [users],
    clients: [
      {
        ...deployed(userPoolClient, { ...inPool, ...WEB_CLIENT, ...web }, { logicalId: "Web", kept }),
        deployedProperties: isDeployedBefore ? { ...inPool, ...WEB_CLIENT, ...web } : undefined,
      },
      deployed(userPoolClient, { ...inPool, ...API_CLIENT, ...api }, { logicalId: "Api", kept }),
    ] as const,
    domains: withoutDomain
      ? []
      : [
          deployed(
            userPoolDomain,
            {
              ...inPool,
              Domain: "notes-app",
              ManagedLoginVersion: 2,
            },
            { logicalId: "Domain", kept },
          ),
        ],
    groups: groups.map((group, i) =>
      deployed(userPoolGroup, { ...inPool, ...group }, { logicalId: `Group${i}`, kept }),
    ),
    resourceServers: [
      deployed(
        userPoolResourceServer,
        {
          ...inPool,
          Identifier: "notes",
          Name: "notes",
          Scopes: [{ ScopeName: "read", ScopeDescription: "Read the notes" }],
        },
        { logicalId: "Notes", kept },
      ),
    ],
  };
}

/** Of a system without functions. */
export const noFunctions: LambdaPort = {
  invoke: (name) =>
    Promise.reject(new AwsError("ResourceNotFoundException", `Function not found: ${name}`, 404)),
};
