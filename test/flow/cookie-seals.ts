// Opens and makes the cookies of a running system, as only somebody with the client's secret can.

import {
  DescribeUserPoolClientCommand,
  type CognitoIdentityProviderClient,
} from "@aws-sdk/client-cognito-identity-provider";
import { audienceOf, createSeal, keyFor, type Seal } from "../../functions/auth/cookies/seal.ts";
import { sessionSchema, type Session } from "../../functions/auth/cookies/session.ts";
import { transactionSchema, type Transaction } from "../../functions/auth/cookies/transaction.ts";
import type { Outputs } from "../../operate/stack.ts";

export async function clientSecretOf(userPools: CognitoIdentityProviderClient, outputs: Outputs) {
  const { UserPoolClient } = await userPools.send(
    new DescribeUserPoolClientCommand({ UserPoolId: outputs.UserPoolId, ClientId: outputs.WebClientId }),
  );
  return UserPoolClient?.ClientSecret ?? "";
}

/** The seals of a system; what they make lives for as long as they are told, from `clock` on. */
export function cookieSeals(
  { AppUrl, WebClientId }: Outputs,
  clientSecret: string,
  { lifetimeSeconds, clock }: { readonly lifetimeSeconds: number; readonly clock: () => number },
): { readonly transactions: Seal<Transaction>; readonly sessions: Seal<Session> } {
  const sealOf = (purpose: string) => ({
    key: keyFor(purpose, clientSecret, WebClientId),
    audience: audienceOf(purpose, { origin: new URL(AppUrl).origin }),
    ...{ lifetimeSeconds, clock },
  });
  return {
    transactions: createSeal({ ...sealOf("transaction"), content: transactionSchema }),
    sessions: createSeal({ ...sealOf("session"), content: sessionSchema }),
  };
}
