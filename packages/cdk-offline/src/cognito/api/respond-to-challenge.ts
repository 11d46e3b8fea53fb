// Operations that answer a challenge of a sign-in.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html

import * as v from "valibot";
import { notServed } from "../../aws/errors.ts";
import type { Core } from "../core.ts";
import { invalidParameter, invalidSession, userDisabled } from "../errors.ts";
import type { PoolClient } from "../model/client.ts";
import { nextStep, type SignInStep } from "../passwords/next-step.ts";
import type { UserRecord } from "../store/records.ts";
import type { Metadata } from "../triggers/triggers.ts";
import type { Challenges } from "./challenges.ts";
import { byPassword, bySrp, bySrpProof, checkNamed, required, type Parameters } from "./first-factors.ts";
import { clientId, metadata, password, session, unheard, userPoolId } from "./members.ts";
import { operation, parse } from "./operation.ts";
import { checkSecretHash } from "./secret-hash.ts";
import { advance, finish } from "./sign-in.ts";

const SERVED = [
  "SELECT_CHALLENGE",
  "PASSWORD",
  "PASSWORD_SRP",
  "PASSWORD_VERIFIER",
  "NEW_PASSWORD_REQUIRED",
  "SOFTWARE_TOKEN_MFA",
  "MFA_SETUP",
] as const;

const OTHERS = [
  "SMS_MFA",
  "EMAIL_OTP",
  "SELECT_MFA_TYPE",
  "CUSTOM_CHALLENGE",
  "DEVICE_SRP_AUTH",
  "DEVICE_PASSWORD_VERIFIER",
  "ADMIN_NO_SRP_AUTH",
  "SMS_OTP",
  "WEB_AUTHN",
] as const;

const input = {
  ClientId: clientId,
  ChallengeName: v.picklist([...SERVED, ...OTHERS]),
  Session: session,
  ChallengeResponses: v.optional(v.record(v.string(), v.string())),
  ClientMetadata: metadata,
  AnalyticsMetadata: unheard,
};

export function respondToChallengeOperations(core: Core, challenges: Challenges) {
  return {
    ...operation("RespondToAuthChallenge", v.strictObject({ ...input, UserContextData: unheard }), (call) =>
      respond(core, challenges, core.registry.client(call.ClientId), call),
    ),

    ...operation(
      "AdminRespondToAuthChallenge",
      v.strictObject({ ...input, UserPoolId: userPoolId, ContextData: unheard }),
      (call) => {
        const pool = core.registry.pool(call.UserPoolId);
        return respond(core, challenges, core.registry.client(call.ClientId, pool.id), call);
      },
    ),
  };
}

interface Call {
  readonly ChallengeName: v.InferOutput<typeof input.ChallengeName>;
  readonly Session?: string | undefined;
  readonly ChallengeResponses?: Parameters | undefined;
  readonly ClientMetadata?: Metadata | undefined;
}

interface Response {
  readonly client: PoolClient;
  readonly session: string;
  readonly responses: Parameters;
  readonly clientMetadata: Metadata | undefined;
}

function respond(
  core: Core,
  challenges: Challenges,
  client: PoolClient,
  { ChallengeName, Session = "", ChallengeResponses: responses = {}, ClientMetadata }: Call,
): Promise<object> | object {
  const name = required(responses, "USERNAME");
  checkSecretHash(client, [name], responses["SECRET_HASH"]);
  const response = { client, session: Session, responses, clientMetadata: ClientMetadata };
  switch (ChallengeName) {
    case "SELECT_CHALLENGE":
      return chooseFactor(core, challenges, response);
    case "PASSWORD":
    case "PASSWORD_SRP":
      return showPassword(core, challenges, response, ChallengeName);
    case "PASSWORD_VERIFIER":
      return bySrpProof(core, challenges, client, responses, ClientMetadata);
    case "NEW_PASSWORD_REQUIRED":
      return setNewPassword(core, challenges, response);
    case "SOFTWARE_TOKEN_MFA":
      return showSoftwareToken(core, challenges, response);
    case "MFA_SETUP":
      return completeSetup(core, challenges, response);
    default:
      throw notServed(`the challenge ${ChallengeName}`);
  }
}

function chooseFactor(core: Core, challenges: Challenges, response: Response): Promise<object> | object {
  const answer = required(response.responses, "ANSWER");
  if (answer !== "PASSWORD" && answer !== "PASSWORD_SRP") {
    throw invalidParameter(`Challenge ${answer} is not available for the user.`);
  }
  return showPassword(core, challenges, response, answer);
}

/** The answer to a choice may also come as a challenge of its own. */
function showPassword(
  core: Core,
  challenges: Challenges,
  { client, session: given, responses, clientMetadata }: Response,
  factor: "PASSWORD" | "PASSWORD_SRP",
): Promise<object> | object {
  const { candidate } = challenges.find(client, "SELECT_CHALLENGE", given);
  checkNamed(core, candidate, responses);
  required(responses, factor === "PASSWORD" ? "PASSWORD" : "SRP_A");
  challenges.spend(given);
  const call = { client, candidate, parameters: responses, clientMetadata };
  return factor === "PASSWORD" ? byPassword(core, challenges, call) : bySrp(core, challenges, call);
}

const newPassword = v.object({ NEW_PASSWORD: password });
const ATTRIBUTE = "userAttributes.";

function setNewPassword(core: Core, challenges: Challenges, response: Response): Promise<object> {
  const { client, responses, clientMetadata } = response;
  required(responses, "NEW_PASSWORD");
  const { NEW_PASSWORD } = parse("RespondToAuthChallenge", newPassword, responses);
  const known = challenges.find(client, "NEW_PASSWORD_REQUIRED", response.session);
  const user = userOf(core, response, known, "new-password");
  const attributes = Object.fromEntries(
    Object.entries(responses)
      .filter(([name]) => name.startsWith(ATTRIBUTE))
      .map(([name, value]) => [name.slice(ATTRIBUTE.length), value]),
  );
  const changed = core.newPasswords.complete(client, user, NEW_PASSWORD, attributes);
  challenges.spend(response.session);
  return advance(core, challenges, {
    client,
    user: changed,
    source: "NewPasswordChallenge",
    clientMetadata,
  });
}

function showSoftwareToken(core: Core, challenges: Challenges, response: Response): Promise<object> {
  const { client, responses, clientMetadata } = response;
  const code = required(responses, "SOFTWARE_TOKEN_MFA_CODE");
  const known = challenges.find(client, "SOFTWARE_TOKEN_MFA", response.session);
  const user = userOf(core, response, known, "software-token");
  const checked = core.softwareTokens.check(user, code);
  challenges.spend(response.session);
  return finish(core, { client, user: checked, source: known.source, clientMetadata });
}

/** The software token was set up with `AssociateSoftwareToken` and `VerifySoftwareToken`, which gave the session. */
function completeSetup(core: Core, challenges: Challenges, response: Response): Promise<object> {
  const { client, clientMetadata } = response;
  const known = challenges.find(client, "MFA_SETUP", response.session);
  if (!known.isVerified) throw invalidSession();
  const user = userOf(core, response, known, "software-token");
  challenges.spend(response.session);
  return finish(core, { client, user, source: known.source, clientMetadata });
}

/** The user of a session, who must be the one the response names and must still be where the session left off. */
function userOf(
  core: Core,
  { client, responses }: Response,
  known: { readonly sub: string; readonly passwordSetAtMs: number },
  step: SignInStep,
): UserRecord {
  const pool = core.registry.poolOf(client);
  const user = core.users.withSub(known.sub);
  const name = required(responses, "USERNAME");
  const isNamed = name === known.sub || core.users.find(pool, name)?.sub === known.sub;
  const isUnchanged = (user?.password?.setAtMs ?? 0) === known.passwordSetAtMs;
  if (user === undefined || !isNamed || !isUnchanged) throw invalidSession();
  if (!user.isEnabled) throw userDisabled();
  if (nextStep(pool, user) !== step) throw invalidSession();
  return user;
}
