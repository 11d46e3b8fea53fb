// The ways to show a password with the user-pool API: as it is, or by SRP.

import { createHmac } from "node:crypto";
import type { Core } from "../core.ts";
import { invalidParameter, invalidSession, missingParameter, userNotFound } from "../errors.ts";
import type { PoolClient } from "../model/client.ts";
import { ownerOf, type Candidate } from "../passwords/first-factor.ts";
import { beginSrpExchange, pretendVerifier } from "../passwords/srp-exchange.ts";
import { isPassword } from "../passwords/srp-verifier.ts";
import type { Metadata } from "../triggers/triggers.ts";
import { foldCase } from "../users/user-name.ts";
import type { Challenges } from "./challenges.ts";
import { advance } from "./sign-in.ts";

/** `AuthParameters` or `ChallengeResponses` of a call. */
export type Parameters = Readonly<Record<string, string>>;

export interface FirstFactorCall {
  readonly client: PoolClient;
  readonly candidate: Candidate;
  readonly parameters: Parameters;
  readonly clientMetadata?: Metadata | undefined;
}

/** Throws `InvalidParameterException` for a parameter that is missing. */
export function required(parameters: Parameters, name: string): string {
  const value = parameters[name];
  if (value === undefined || value === "") throw missingParameter(name);
  return value;
}

/** Checks `PASSWORD`. */
export async function byPassword(
  core: Core,
  challenges: Challenges,
  { client, candidate, parameters, clientMetadata }: FirstFactorCall,
): Promise<object> {
  const password = required(parameters, "PASSWORD");
  const user = core.firstFactor.judge(candidate, () =>
    isPassword(ownerOf(candidate), password, candidate.user?.password),
  );
  return advance(core, challenges, { client, user, source: "Authentication", clientMetadata });
}

/** Takes `SRP_A` and asks for the proof. An unknown user gets a challenge too, where the client hides users. */
export function bySrp(
  core: Core,
  challenges: Challenges,
  { client, candidate, parameters }: FirstFactorCall,
): object {
  const clientValue = required(parameters, "SRP_A");
  const { user } = candidate;
  if (user === undefined && !client.hidesUnknownUsers) throw userNotFound();
  const owner = ownerOf(candidate);
  // Made for everybody, so that the time it takes says nothing.
  const pretended = pretendVerifier(pretence(core, candidate));
  const kept = user?.password ?? pretended;
  const exchange = beginSrpExchange(owner, kept, clientValue);
  const secretBlock = challenges.issue(client, { name: "PASSWORD_VERIFIER", candidate, exchange });
  return {
    ChallengeName: "PASSWORD_VERIFIER",
    ChallengeParameters: {
      SALT: exchange.salt,
      SECRET_BLOCK: secretBlock,
      SRP_B: exchange.publicValue,
      USERNAME: owner.userName,
      USER_ID_FOR_SRP: owner.userName,
    },
  };
}

/** Takes the proof. The challenge is spent whatever comes of it. */
export async function bySrpProof(
  core: Core,
  challenges: Challenges,
  client: PoolClient,
  responses: Parameters,
  clientMetadata: Metadata | undefined,
): Promise<object> {
  const secretBlock = required(responses, "PASSWORD_CLAIM_SECRET_BLOCK");
  const signature = required(responses, "PASSWORD_CLAIM_SIGNATURE");
  const timestamp = required(responses, "TIMESTAMP");
  if (!TIMESTAMP.test(timestamp)) {
    throw invalidParameter("TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.");
  }
  const { candidate, exchange } = challenges.find(client, "PASSWORD_VERIFIER", secretBlock);
  checkNamed(core, candidate, responses);
  challenges.spend(secretBlock);
  const isProof = (): boolean => exchange.isProof({ secretBlock, timestamp, signature });
  const user = core.firstFactor.judge(candidate, () => isProof() && candidate.user?.password !== undefined);
  return advance(core, challenges, { client, user, source: "Authentication", clientMetadata });
}

/** Throws `NotAuthorizedException` for a response that names somebody else than who began. */
export function checkNamed(core: Core, { pool, user }: Candidate, responses: Parameters): void {
  if (core.users.find(pool, required(responses, "USERNAME"))?.sub !== user?.sub) throw invalidSession();
}

/** As in `Tue Sep 5 00:09:40 UTC 2023`. */
const TIMESTAMP = /^[A-Z][a-z]{2} [A-Z][a-z]{2} \d{1,2} \d{2}:\d{2}:\d{2} [A-Z]{3,5} \d{4}$/;

/** The same for a name each time, in whatever letters it comes; nobody else can tell it. */
function pretence(core: Core, { pool, name }: Candidate): Buffer {
  return createHmac("sha256", core.keysOf(pool).pretence).update(foldCase(pool, name)).digest();
}
