// Signs in with the API step by step, to a pool that allows every way of doing so.

import {
  AssociateSoftwareTokenCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
  SetUserMFAPreferenceCommand,
  VerifySoftwareTokenCommand,
  type AuthFlowType,
  type ChallengeNameType,
} from "@aws-sdk/client-cognito-identity-provider";
import { expect } from "vitest";
import { oneTimeCode } from "./one-time-code.ts";
import { PASSWORD, startPool, type PoolSetup, type RunningPool } from "./running-pool.ts";

/** All that the service has and the local runtime serves. */
export const FLOWS = [
  "ALLOW_USER_SRP_AUTH",
  "ALLOW_USER_PASSWORD_AUTH",
  "ALLOW_ADMIN_USER_PASSWORD_AUTH",
  "ALLOW_USER_AUTH",
  "ALLOW_REFRESH_TOKEN_AUTH",
];
/** Settings of a pool with software tokens. */
export const REQUIRED = { MfaConfiguration: "ON", EnabledMfas: ["SOFTWARE_TOKEN_MFA"] };
export const OPTIONAL = { ...REQUIRED, MfaConfiguration: "OPTIONAL" };

/** How a session is refused that is not, or no longer, one for what it is shown for. */
export const invalidSession = { name: "NotAuthorizedException", message: "Invalid session for the user." };

/** A pool whose `Api` client allows all flows. */
export function start(setup: PoolSetup = {}): Promise<RunningPool> {
  return startPool({ ...setup, api: { ExplicitAuthFlows: FLOWS, ...setup.api } });
}

type Parameters = Record<string, string>;

export function initiate(
  pool: RunningPool,
  AuthParameters: Parameters,
  AuthFlow: AuthFlowType = "USER_PASSWORD_AUTH",
) {
  return pool.api.send(new InitiateAuthCommand({ ClientId: pool.apiClientId, AuthFlow, AuthParameters }));
}

export function respond(
  pool: RunningPool,
  ChallengeName: ChallengeNameType,
  Session: string | undefined,
  ChallengeResponses: Parameters,
  ClientId = pool.apiClientId,
) {
  return pool.api.send(
    new RespondToAuthChallengeCommand({ ClientId, ChallengeName, Session, ChallengeResponses }),
  );
}

export const signIn = (pool: RunningPool, name = "ada", password = PASSWORD) =>
  initiate(pool, { USERNAME: name, PASSWORD: password });

/** A user with a software token; gives its secret. */
export async function tokenUser(pool: RunningPool, name = "ada"): Promise<string> {
  await pool.addUser(name);
  const { AuthenticationResult } = await signIn(pool, name);
  const AccessToken = AuthenticationResult?.AccessToken ?? "";
  const { SecretCode = "" } = await pool.api.send(new AssociateSoftwareTokenCommand({ AccessToken }));
  const UserCode = oneTimeCode(pool, SecretCode);
  const verified = await pool.api.send(
    new VerifySoftwareTokenCommand({ AccessToken, UserCode, FriendlyDeviceName: "phone" }),
  );
  expect(verified.Status).toBe("SUCCESS");
  await pool.api.send(
    new SetUserMFAPreferenceCommand({
      AccessToken,
      SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true },
    }),
  );
  pool.wait(60_000);
  return SecretCode;
}
