// Operations that give tokens for a password or a refresh token.
// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html

import * as v from "valibot";
import { notServed } from "../../aws/errors.ts";
import type { Core } from "../core.ts";
import { invalidParameter, notAuthorized, userDisabled, userNotConfirmed } from "../errors.ts";
import type { PoolClient } from "../model/client.ts";
import type { UserRecord } from "../store/records.ts";
import { API_SCOPE } from "../tokens/claims.ts";
import type { IssuedTokens } from "../tokens/issue-tokens.ts";
import { clientId, unheard, userPoolId } from "./members.ts";
import { operation, type OperationGroup } from "./operation.ts";
import { checkSecretHash } from "./secret-hash.ts";

const input = {
  ClientId: clientId,
  AuthFlow: v.picklist([
    "USER_SRP_AUTH",
    "REFRESH_TOKEN_AUTH",
    "REFRESH_TOKEN",
    "CUSTOM_AUTH",
    "ADMIN_NO_SRP_AUTH",
    "USER_PASSWORD_AUTH",
    "ADMIN_USER_PASSWORD_AUTH",
    "USER_AUTH",
  ]),
  AuthParameters: v.optional(v.record(v.string(), v.string())),
  ClientMetadata: unheard,
  AnalyticsMetadata: unheard,
};

export const authenticationOperations: OperationGroup = (core) => ({
  ...operation("InitiateAuth", v.strictObject({ ...input, UserContextData: unheard }), (call) =>
    initiate(core, core.registry.client(call.ClientId), call, "InitiateAuth"),
  ),

  ...operation(
    "AdminInitiateAuth",
    v.strictObject({ ...input, UserPoolId: userPoolId, ContextData: unheard }),
    (call) => {
      const pool = core.registry.pool(call.UserPoolId);
      return initiate(core, core.registry.client(call.ClientId, pool.id), call, "AdminInitiateAuth");
    },
  ),
});

type Operation = "InitiateAuth" | "AdminInitiateAuth";

interface Call {
  readonly AuthFlow: v.InferOutput<typeof input.AuthFlow>;
  readonly AuthParameters?: Readonly<Record<string, string>> | undefined;
}

type AuthFlow = Call["AuthFlow"];
type Permission = "ALLOW_USER_PASSWORD_AUTH" | "ALLOW_ADMIN_USER_PASSWORD_AUTH" | "ALLOW_REFRESH_TOKEN_AUTH";

/** The flows of each operation, and what a client must allow for them. */
const FLOWS: Readonly<Record<Operation, Readonly<Partial<Record<AuthFlow, Permission>>>>> = {
  InitiateAuth: {
    USER_PASSWORD_AUTH: "ALLOW_USER_PASSWORD_AUTH",
    REFRESH_TOKEN_AUTH: "ALLOW_REFRESH_TOKEN_AUTH",
    REFRESH_TOKEN: "ALLOW_REFRESH_TOKEN_AUTH",
  },
  AdminInitiateAuth: {
    ADMIN_USER_PASSWORD_AUTH: "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    ADMIN_NO_SRP_AUTH: "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    REFRESH_TOKEN_AUTH: "ALLOW_REFRESH_TOKEN_AUTH",
    REFRESH_TOKEN: "ALLOW_REFRESH_TOKEN_AUTH",
  },
};

async function initiate(core: Core, client: PoolClient, call: Call, name: Operation): Promise<unknown> {
  const permission = FLOWS[name][call.AuthFlow];
  if (permission === undefined) throw notServed(`the flow ${call.AuthFlow} of ${name}`);
  if (!client.authFlows.has(permission)) {
    throw invalidParameter(
      name === "AdminInitiateAuth"
        ? "Auth flow not enabled for this client"
        : `${call.AuthFlow} flow not enabled for this client`,
    );
  }
  const parameters = call.AuthParameters ?? {};
  return permission === "ALLOW_REFRESH_TOKEN_AUTH"
    ? refresh(core, client, parameters)
    : signIn(core, client, parameters);
}

type AuthParameters = Readonly<Record<string, string>>;

async function signIn(core: Core, client: PoolClient, parameters: AuthParameters): Promise<unknown> {
  const name = required(parameters, "USERNAME");
  const password = required(parameters, "PASSWORD");
  checkSecretHash(client, name, parameters["SECRET_HASH"]);
  const pool = core.registry.poolOf(client);
  const user = core.authenticate(pool, { name, password }, client.hidesUnknownUsers);
  if (user.status === "UNCONFIRMED") throw userNotConfirmed();
  if (user.status === "FORCE_CHANGE_PASSWORD") {
    throw notServed("the challenge NEW_PASSWORD_REQUIRED, for a user with a temporary password,");
  }
  const authTimeSeconds = Math.floor(core.clock() / 1000);
  const { grant, refreshToken } = core.grants.start({ client, user, scope: API_SCOPE, authTimeSeconds });
  const tokens = await core.issueTokens({ client, user, grant, isOAuth: false });
  return authenticationResult(tokens, refreshToken);
}

async function refresh(core: Core, client: PoolClient, parameters: AuthParameters): Promise<unknown> {
  if (client.rotationGraceSeconds !== undefined) {
    throw notServed("the flow REFRESH_TOKEN_AUTH for a client with refresh-token rotation");
  }
  const { grant } = core.grants.refresh(client, required(parameters, "REFRESH_TOKEN"));
  const user = core.users.withSub(grant.sub);
  if (user === undefined) throw notAuthorized("Invalid Refresh Token");
  checkRefreshSecretHash(client, user, parameters["SECRET_HASH"]);
  if (!user.isEnabled) throw userDisabled();
  return authenticationResult(await core.issueTokens({ client, user, grant, isOAuth: false }), undefined);
}

/** A refresh names no user; clients hash the user name of the tokens they have. */
function checkRefreshSecretHash(
  client: PoolClient,
  { userName }: UserRecord,
  hash: string | undefined,
): void {
  checkSecretHash(client, userName, hash);
}

function required(parameters: AuthParameters, name: string): string {
  const value = parameters[name];
  if (value === undefined || value === "") throw invalidParameter(`Missing required parameter ${name}`);
  return value;
}

function authenticationResult(tokens: IssuedTokens, refreshToken: string | undefined): unknown {
  return {
    ChallengeParameters: {},
    AuthenticationResult: {
      AccessToken: tokens.accessToken,
      ExpiresIn: tokens.expiresInSeconds,
      IdToken: tokens.idToken,
      RefreshToken: refreshToken,
      TokenType: "Bearer",
    },
  };
}
