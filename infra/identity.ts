// Who the users are: the user pool, its sign-in pages, its groups and the scope that guards the REST door.

import { RemovalPolicy, Stack } from "aws-cdk-lib/core";
import * as cognito from "aws-cdk-lib/aws-cognito";
import { Construct } from "constructs";
import { Duration } from "aws-cdk-lib/core";
import { resourceName } from "./names.ts";
import type { StageSettings } from "./stage.ts";

/** Lifetimes of what the web client is given. The session cookie lives as long as the refresh token. */
const TOKEN_LIFETIME = Duration.minutes(5);
const SESSION_LIFETIME = Duration.hours(12);

export interface IdentityProps {
  readonly stage: StageSettings;
}

/** The user pool. What cannot be changed once users exist (aliases, case, attributes) is decided here. */
export class Identity extends Construct {
  readonly pool: cognito.UserPool;
  readonly domain: cognito.UserPoolDomain;
  readonly loginsScope: cognito.OAuthScope;
  /** What tokens name as their issuer, `https://…`. */
  readonly issuer: string;
  private readonly stage: StageSettings;

  constructor(scope: Construct, id: string, { stage }: IdentityProps) {
    super(scope, id);
    this.stage = stage;
    this.pool = new cognito.UserPool(this, "Users", {
      userPoolName: resourceName(this, stage),
      featurePlan: cognito.FeaturePlan.ESSENTIALS,
      selfSignUpEnabled: true,
      // A user name that stays a name, with the e-mail address as another way to sign in: the file is called after it.
      signInAliases: { username: true, email: true },
      signInCaseSensitive: false,
      autoVerify: { email: true },
      keepOriginal: { email: true },
      standardAttributes: { email: { required: true, mutable: true } },
      // One text for both uses: Cognito sends it for a new account and for a forgotten password.
      userVerification: {
        emailSubject: "Your code for Login Ledger",
        emailBody:
          "Your code is {####}. It confirms a new account or lets you set a new password. " +
          "If you asked for neither, do nothing: without the code nobody gets in. Never tell it to anybody.",
      },
      ...(stage.userAuth && { signInPolicy: { allowedFirstAuthFactors: { password: true } } }),
      passwordPolicy: {
        minLength: 12,
        requireDigits: true,
        requireLowercase: true,
        requireUppercase: true,
        requireSymbols: false,
        tempPasswordValidity: Duration.days(3),
      },
      accountRecovery: cognito.AccountRecovery.EMAIL_ONLY,
      mfa: stage.mfa === "required" ? cognito.Mfa.REQUIRED : cognito.Mfa.OFF,
      ...(stage.mfa === "required" && { mfaSecondFactor: { sms: false, otp: true } }),
      deletionProtection: stage.retainData,
      removalPolicy: stage.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });

    if (stage.issuer === "updated") {
      (this.pool.node.defaultChild as cognito.CfnUserPool).issuerConfiguration = { type: "UPDATED" };
    }

    const { region } = Stack.of(this);
    this.issuer =
      stage.issuer === "updated"
        ? `https://issuer-cognito-idp.${region}.amazonaws.com/${this.pool.userPoolId}`
        : this.pool.userPoolProviderUrl;

    this.domain = this.pool.addDomain("Domain", {
      // Prefixes are unique in a region across all accounts.
      cognitoDomain: { domainPrefix: `login-ledger-${stage.name}-${Stack.of(this).account}` },
      managedLoginVersion: cognito.ManagedLoginVersion.NEWER_MANAGED_LOGIN,
    });

    const logins = new cognito.ResourceServerScope({
      scopeName: "logins",
      scopeDescription: "Record the own sign-in and be greeted",
    });
    const server = this.pool.addResourceServer("Ledger", { identifier: "ledger", scopes: [logins] });
    this.loginsScope = cognito.OAuthScope.resourceServer(server, logins);

    this.pool.addGroup("Auditors", {
      groupName: "auditors",
      description: "May read everybody's sign-ins",
    });
  }

  /** The one client that browsers sign in through: confidential, authorization code only. */
  addWebClient(origin: string): cognito.UserPoolClient {
    const client = this.pool.addClient("Web", {
      generateSecret: true,
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [cognito.OAuthScope.OPENID, this.loginsScope],
        callbackUrls: [`${origin}/auth/callback`],
        logoutUrls: [`${origin}/`],
      },
      supportedIdentityProviders: [cognito.UserPoolClientIdentityProvider.COGNITO],
      accessTokenValidity: TOKEN_LIFETIME,
      idTokenValidity: TOKEN_LIFETIME,
      refreshTokenValidity: SESSION_LIFETIME,
      // With the scope openid alone an ID token carries every attribute that the client may read.
      readAttributes: new cognito.ClientAttributes().withStandardAttributes({ emailVerified: true }),
      // Without revocation a token carries no origin_jti, and the ledger no key.
      enableTokenRevocation: true,
      preventUserExistenceErrors: true,
    });
    // The construct takes no flows for "the service's defaults", which would allow password and SRP sign-in.
    (client.node.defaultChild as cognito.CfnUserPoolClient).explicitAuthFlows = [
      "ALLOW_REFRESH_TOKEN_AUTH",
      ...(this.stage.userAuth ? ["ALLOW_USER_AUTH"] : []),
    ];

    new cognito.CfnManagedLoginBranding(this, "SignInPages", {
      userPoolId: this.pool.userPoolId,
      clientId: client.userPoolClientId,
      useCognitoProvidedValues: true,
    });
    return client;
  }
}
