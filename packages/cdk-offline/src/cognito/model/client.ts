// An app client as everything here sees it: the template's properties with the service's defaults filled in.

import type { Resource } from "../../assembly/resource.ts";
import { NotServed } from "../../errors.ts";
import type { UserPoolClientProperties } from "../resources/user-pool-client.ts";

type AuthFlow = NonNullable<UserPoolClientProperties["ExplicitAuthFlows"]>[number];

interface Lifetimes {
  readonly accessTokenSeconds: number;
  readonly idTokenSeconds: number;
  readonly refreshTokenSeconds: number;
}

export interface PoolClient {
  readonly id: string;
  readonly name: string;
  readonly poolId: string;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
  readonly isMadeByApi: boolean;
  /** A client without one is public. */
  readonly secret: string | undefined;
  /** Whether it may sign users in through the pages, with an authorization code. */
  readonly allowsCodeGrant: boolean;
  /** Whether it may get access tokens for itself, without a user. */
  readonly allowsClientCredentials: boolean;
  readonly scopes: readonly string[];
  readonly callbackUrls: readonly string[];
  readonly logoutUrls: readonly string[];
  readonly authFlows: ReadonlySet<AuthFlow>;
  /** Whether callers must not learn which user names exist. */
  readonly hidesUnknownUsers: boolean;
  /** Without it tokens carry no `origin_jti`, and cannot be revoked. */
  readonly revocationEnabled: boolean;
  /** How long a challenge of the user-pool API can be answered. */
  readonly challengeSeconds: number;
  /** How long a refresh token still works after the refresh that replaced it; `undefined`: tokens are not replaced. */
  readonly rotationGraceSeconds: number | undefined;
  readonly lifetimes: Lifetimes;
  /** `undefined`: all. */
  readonly readableAttributes: ReadonlySet<string> | undefined;
  readonly writableAttributes: ReadonlySet<string> | undefined;
  /** As in the template, for descriptions of the client. */
  readonly properties: UserPoolClientProperties;
}

/** What a client has besides the template's properties. */
export interface ClientIdentity {
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
  readonly isMadeByApi: boolean;
  readonly secret: string | undefined;
}

export const OIDC_SCOPES = ["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"];

/** `customScopes`: those of the pool's resource servers. Throws `NotServed` for settings with which a deployment would fail. */
export function defineClient(
  resource: Resource<UserPoolClientProperties>,
  identity: ClientIdentity,
  customScopes: readonly string[],
): PoolClient {
  const { properties, logicalId } = resource;
  const scopes = properties.AllowedOAuthScopes ?? [];
  for (const [index, scope] of scopes.entries()) {
    if (!OIDC_SCOPES.includes(scope) && !customScopes.includes(scope)) {
      throw new NotServed({
        code: "unknown-reference",
        logicalId,
        property: `AllowedOAuthScopes.${index}`,
        seen: scope,
        reason: "no resource server of its pool defines this scope",
        refersTo: "AWS::Cognito::UserPoolResourceServer",
      });
    }
  }
  for (const name of ["CallbackURLs", "LogoutURLs"] as const) {
    for (const [index, url] of (properties[name] ?? []).entries()) {
      checkRedirectUrl(url, logicalId, `${name}.${index}`);
    }
  }
  const allowsClientCredentials =
    properties.AllowedOAuthFlowsUserPoolClient === true &&
    properties.AllowedOAuthFlows?.includes("client_credentials") === true;
  if (allowsClientCredentials) checkClientCredentials(resource);
  return {
    ...identity,
    id: resource.ref,
    name: resource.attributes["Name"] ?? resource.logicalId,
    poolId: properties.UserPoolId,
    allowsCodeGrant:
      properties.AllowedOAuthFlowsUserPoolClient === true &&
      properties.AllowedOAuthFlows?.includes("code") === true &&
      properties.SupportedIdentityProviders?.includes("COGNITO") === true,
    allowsClientCredentials,
    scopes,
    callbackUrls: properties.CallbackURLs ?? [],
    logoutUrls: properties.LogoutURLs ?? [],
    authFlows: new Set(
      properties.ExplicitAuthFlows ?? [
        "ALLOW_REFRESH_TOKEN_AUTH",
        "ALLOW_USER_SRP_AUTH",
        "ALLOW_CUSTOM_AUTH",
      ],
    ),
    hidesUnknownUsers: properties.PreventUserExistenceErrors === "ENABLED",
    revocationEnabled: properties.EnableTokenRevocation ?? true,
    rotationGraceSeconds:
      properties.RefreshTokenRotation?.Feature === "ENABLED"
        ? (properties.RefreshTokenRotation.RetryGracePeriodSeconds ?? 0)
        : undefined,
    challengeSeconds: (properties.AuthSessionValidity ?? 3) * MINUTE,
    lifetimes: lifetimes(properties, logicalId),
    readableAttributes: properties.ReadAttributes && new Set(properties.ReadAttributes),
    writableAttributes: properties.WriteAttributes && new Set(properties.WriteAttributes),
    properties,
  };
}

/** The service allows this flow to clients that have a secret, and to those that have no other flow. */
function checkClientCredentials({ properties, logicalId }: Resource<UserPoolClientProperties>): void {
  if (properties.GenerateSecret !== true) {
    throw new NotServed({
      code: "not-deployable",
      logicalId,
      reason: "client_credentials flow can not be selected if client does not have a client secret.",
    });
  }
  if (properties.AllowedOAuthFlows?.includes("code") === true) {
    throw new NotServed({
      code: "not-deployable",
      logicalId,
      reason: "client_credentials flow can not be selected along with code flow or implicit flow.",
    });
  }
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const SECONDS_OF = { seconds: 1, minutes: MINUTE, hours: HOUR, days: DAY } as const;

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserPoolClientType.html */
function lifetimes(properties: UserPoolClientProperties, logicalId: string): Lifetimes {
  const units = properties.TokenValidityUnits;
  const seconds = (
    name: "AccessToken" | "IdToken" | "RefreshToken",
    defaults: { readonly unit: keyof typeof SECONDS_OF; readonly seconds: number },
    [minimum, maximum]: readonly [number, number],
  ): number => {
    const value = properties[`${name}Validity`];
    // The service takes 0 for "not set".
    if (value === undefined || value === 0) return defaults.seconds;
    const result = value * SECONDS_OF[units?.[name] ?? defaults.unit];
    if (result < minimum || result > maximum) {
      throw new NotServed({
        code: "not-deployable",
        logicalId,
        property: `${name}Validity`,
        seen: value,
        reason: `it is ${result} s and must be between ${minimum} s and ${maximum} s`,
      });
    }
    return result;
  };
  return {
    accessTokenSeconds: seconds("AccessToken", { unit: "hours", seconds: HOUR }, [5 * MINUTE, DAY]),
    idTokenSeconds: seconds("IdToken", { unit: "hours", seconds: HOUR }, [5 * MINUTE, DAY]),
    refreshTokenSeconds: seconds("RefreshToken", { unit: "days", seconds: 30 * DAY }, [HOUR, 3650 * DAY]),
  };
}

/** An absolute address without fragment; unencrypted only on the own machine, as the service has it. */
function checkRedirectUrl(url: string, logicalId: string, property: string): void {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const isLoopback = /^(localhost|127\.0\.0\.1|\[::1\])$/.test(parsed?.hostname ?? "");
  if (parsed === undefined || url.includes("#") || (parsed.protocol === "http:" && !isLoopback)) {
    throw new NotServed({
      code: "not-deployable",
      logicalId,
      property,
      seen: url,
      reason: "it must be absolute, without fragment, and https unless on localhost",
    });
  }
}
