// Operations that begin a sign-in or continue one with a refresh token.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html

import * as v from "valibot";
import { notServed } from "../../aws/errors.ts";
import type { Core } from "../core.ts";
import {
  authFlowNotEnabled,
  authFlowNotSupported,
  invalidParameter,
  notAuthorized,
  userNotFound,
} from "../errors.ts";
import type { PoolClient } from "../model/client.ts";
import { isSameSecret } from "../oauth/client-authentication.ts";
import type { Metadata } from "../triggers/triggers.ts";
import type { Challenges } from "./challenges.ts";
import { byPassword, bySrp, required, type Parameters } from "./first-factors.ts";
import { clientId, metadata, unheard, userPoolId } from "./members.ts";
import { operation } from "./operation.ts";
import { checkSecretHash } from "./secret-hash.ts";
import { authenticationResult } from "./sign-in.ts";

const FLOWS = [
  "USER_SRP_AUTH",
  "REFRESH_TOKEN_AUTH",
  "REFRESH_TOKEN",
  "CUSTOM_AUTH",
  "ADMIN_NO_SRP_AUTH",
  "USER_PASSWORD_AUTH",
  "ADMIN_USER_PASSWORD_AUTH",
  "USER_AUTH",
] as const;

type Flow = (typeof FLOWS)[number];

const input = {
  ClientId: clientId,
  AuthFlow: v.picklist(FLOWS),
  AuthParameters: v.optional(v.record(v.string(), v.string())),
  ClientMetadata: metadata,
  AnalyticsMetadata: unheard,
};

export function initiateAuthOperations(core: Core, challenges: Challenges) {
  return {
    ...operation("InitiateAuth", v.strictObject({ ...input, UserContextData: unheard }), (call) =>
      initiate(core, challenges, core.registry.client(call.ClientId), call, "InitiateAuth"),
    ),

    ...operation(
      "AdminInitiateAuth",
      v.strictObject({ ...input, UserPoolId: userPoolId, ContextData: unheard }),
      (call) => {
        const pool = core.registry.pool(call.UserPoolId);
        const client = core.registry.client(call.ClientId, pool.id);
        return initiate(core, challenges, client, call, "AdminInitiateAuth");
      },
    ),

    ...operation(
      "GetTokensFromRefreshToken",
      v.strictObject({
        RefreshToken: v.pipe(v.string(), v.regex(/^[A-Za-z0-9-_=.]+$/)),
        ClientId: clientId,
        ClientSecret: v.optional(v.string()),
        DeviceKey: unheard,
        ClientMetadata: metadata,
      }),
      async ({ RefreshToken, ClientId, ClientSecret, ClientMetadata }) => {
        const client = core.registry.client(ClientId);
        if (!isSameSecret(ClientSecret, client.secret)) {
          throw notAuthorized(`Unable to verify secret for client ${client.id}`);
        }
        const { tokens, refreshToken } = await core.refreshSignIn({
          client,
          refreshToken: RefreshToken,
          isOAuth: false,
          clientMetadata: ClientMetadata,
        });
        return authenticationResult(tokens, refreshToken);
      },
    ),
  };
}

type Operation = "InitiateAuth" | "AdminInitiateAuth";

interface Call {
  readonly AuthFlow: Flow;
  readonly AuthParameters?: Parameters | undefined;
  readonly ClientMetadata?: Metadata | undefined;
}

type Permission =
  | "ALLOW_USER_PASSWORD_AUTH"
  | "ALLOW_ADMIN_USER_PASSWORD_AUTH"
  | "ALLOW_REFRESH_TOKEN_AUTH"
  | "ALLOW_USER_SRP_AUTH"
  | "ALLOW_CUSTOM_AUTH"
  | "ALLOW_USER_AUTH";

const FOR_BOTH = {
  USER_SRP_AUTH: "ALLOW_USER_SRP_AUTH",
  REFRESH_TOKEN_AUTH: "ALLOW_REFRESH_TOKEN_AUTH",
  REFRESH_TOKEN: "ALLOW_REFRESH_TOKEN_AUTH",
  CUSTOM_AUTH: "ALLOW_CUSTOM_AUTH",
  USER_AUTH: "ALLOW_USER_AUTH",
} as const;

/** The flows of each operation, and what a client must allow for them. */
const PERMISSIONS: Readonly<Record<Operation, Readonly<Partial<Record<Flow, Permission>>>>> = {
  InitiateAuth: { ...FOR_BOTH, USER_PASSWORD_AUTH: "ALLOW_USER_PASSWORD_AUTH" },
  AdminInitiateAuth: {
    ...FOR_BOTH,
    ADMIN_USER_PASSWORD_AUTH: "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    ADMIN_NO_SRP_AUTH: "ALLOW_ADMIN_USER_PASSWORD_AUTH",
  },
};

async function initiate(
  core: Core,
  challenges: Challenges,
  client: PoolClient,
  call: Call,
  name: Operation,
): Promise<object> {
  const permission = PERMISSIONS[name][call.AuthFlow];
  if (permission === undefined) throw authFlowNotSupported();
  if (!client.authFlows.has(permission)) {
    throw permission === "ALLOW_ADMIN_USER_PASSWORD_AUTH"
      ? invalidParameter("Auth flow not enabled for this client")
      : authFlowNotEnabled(call.AuthFlow);
  }
  const parameters = call.AuthParameters ?? {};
  if (permission === "ALLOW_REFRESH_TOKEN_AUTH") return refresh(core, client, call, parameters);
  if (permission === "ALLOW_CUSTOM_AUTH") throw notServed(`the flow ${call.AuthFlow} of ${name}`);
  return signIn(core, challenges, client, call, parameters);
}

async function signIn(
  core: Core,
  challenges: Challenges,
  client: PoolClient,
  { AuthFlow, ClientMetadata }: Call,
  parameters: Parameters,
): Promise<object> {
  const name = required(parameters, "USERNAME");
  checkSecretHash(client, [name], parameters["SECRET_HASH"]);
  for (const unserved of ["ACCESS_TOKEN", "TARGET_ACR_VALUES"]) {
    if (parameters[unserved] !== undefined) throw notServed(`the parameter ${unserved} of ${AuthFlow}`);
  }
  const factor = AuthFlow === "USER_AUTH" ? preferred(parameters) : FACTORS[AuthFlow];
  if (factor === "PASSWORD") required(parameters, "PASSWORD");
  if (factor === "PASSWORD_SRP") required(parameters, "SRP_A");
  const candidate = await core.firstFactor.begin({
    client,
    name,
    hidesUnknownUsers: client.hidesUnknownUsers,
    validationData: ClientMetadata,
  });
  const call = { client, candidate, parameters };
  if (factor === "PASSWORD") return byPassword(core, challenges, call);
  if (factor === "PASSWORD_SRP") return bySrp(core, challenges, call);
  // A name that nobody has is told apart from a wrong password only where the client does not mind.
  if (candidate.user === undefined && !client.hidesUnknownUsers) throw userNotFound();
  return {
    ChallengeName: "SELECT_CHALLENGE",
    Session: challenges.issue(client, { name: "SELECT_CHALLENGE", candidate }),
    AvailableChallenges: ["PASSWORD", "PASSWORD_SRP"],
    ChallengeParameters: {},
  };
}

type Factor = "PASSWORD" | "PASSWORD_SRP";

const FACTORS: Readonly<Partial<Record<Flow, Factor>>> = {
  USER_SRP_AUTH: "PASSWORD_SRP",
  USER_PASSWORD_AUTH: "PASSWORD",
  ADMIN_USER_PASSWORD_AUTH: "PASSWORD",
  ADMIN_NO_SRP_AUTH: "PASSWORD",
};

/** `undefined` when the user is to choose, as when the factor asked for is not to be had. */
function preferred({ PREFERRED_CHALLENGE: challenge }: Parameters): Factor | undefined {
  return challenge === "PASSWORD" || challenge === "PASSWORD_SRP" ? challenge : undefined;
}

async function refresh(
  core: Core,
  client: PoolClient,
  { AuthFlow, ClientMetadata }: Call,
  parameters: Parameters,
): Promise<object> {
  // https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-refresh-token.html
  if (client.rotationGraceSeconds !== undefined) throw authFlowNotEnabled(AuthFlow);
  const { tokens } = await core.refreshSignIn({
    client,
    refreshToken: required(parameters, "REFRESH_TOKEN"),
    isOAuth: false,
    clientMetadata: ClientMetadata,
    // A refresh names no user; clients hash the user name of the tokens they have, or the subject.
    check: (user) => {
      checkSecretHash(client, [user.userName, user.sub], parameters["SECRET_HASH"]);
    },
  });
  return authenticationResult(tokens, undefined);
}
