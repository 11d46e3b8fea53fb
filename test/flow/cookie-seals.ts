// Opens and makes the cookies of a running system, as only somebody who may read its secret can.

import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { sealKeyFor, type KeyRing } from "../../functions/auth/cookies/key-ring.ts";
import { audienceOf, createSeal, type Seal } from "../../functions/auth/cookies/seal.ts";
import { sessionSchema, type Session } from "../../functions/auth/cookies/session.ts";
import { transactionSchema, type Transaction } from "../../functions/auth/cookies/transaction.ts";
import { clientConfig, type Outputs } from "../../operate/stack.ts";

/** The current text of one of the stack's secrets. */
export async function secretText(outputs: Outputs, SecretId: string): Promise<string> {
  const secretsManager = new SecretsManagerClient(clientConfig(outputs));
  const { SecretString } = await secretsManager.send(new GetSecretValueCommand({ SecretId }));
  return SecretString ?? "";
}

interface ClientSecretContent {
  readonly clientSecret: string;
  readonly sealKey: string;
}

export async function clientSecretOf(outputs: Outputs): Promise<ClientSecretContent> {
  return JSON.parse(await secretText(outputs, outputs.ClientSecretArn)) as ClientSecretContent;
}

/** The seals of a system; what they make lives for as long as they are told, from `clock` on. */
export async function cookieSeals(
  outputs: Outputs,
  { lifetimeSeconds, clock }: { readonly lifetimeSeconds: number; readonly clock: () => number },
): Promise<{ readonly transactions: Seal<Transaction>; readonly sessions: Seal<Session> }> {
  const { sealKey } = await clientSecretOf(outputs);
  const sealOf = (purpose: string) => ({
    keys: keysFrom(purpose, sealKey, outputs.WebClientId),
    audience: audienceOf(purpose, { origin: new URL(outputs.AppUrl).origin }),
    ...{ lifetimeSeconds, clock },
  });
  return {
    transactions: createSeal({ ...sealOf("transaction"), content: transactionSchema }),
    sessions: createSeal({ ...sealOf("session"), content: sessionSchema }),
  };
}

function keysFrom(purpose: string, sealKey: string, clientId: string): KeyRing {
  const key = sealKeyFor(purpose, sealKey, clientId);
  return {
    sealing: () => Promise.resolve({ ...key, opensUntilMs: Number.MAX_SAFE_INTEGER }),
    opening: (id) => Promise.resolve(id === key.id ? key : undefined),
  };
}
