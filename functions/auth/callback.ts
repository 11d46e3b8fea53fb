// GET /auth/callback: the browser is back from the user pool; ends with a session, or with nothing at all.

import type { APIGatewayProxyResult } from "aws-lambda";
import { redirect } from "../shared/http-answer.ts";
import type { HttpRequest } from "../shared/http-request.ts";
import { viewerOf } from "../shared/viewer.ts";
import { callbackParameters } from "./checks/callback-parameters.ts";
import { requireGrant } from "./checks/granted.ts";
import { requireMatchingIdToken } from "./checks/id-token.ts";
import { takeTransaction } from "./checks/own-transaction.ts";
import { requireRecord } from "./checks/recorded.ts";
import { requireSameState } from "./checks/same-state.ts";
import type { AnswerCookies } from "./cookies/cookie-header.ts";
import { openSession, sealSession } from "./cookies/session.ts";
import { transactionCookieName } from "./cookies/transaction.ts";
import { revokeQuietly } from "./provider/revoke-quietly.ts";
import type { Services } from "./services.ts";

/**
 * Answers 303 to where the sign-in was to end. The checks stand in the order of their cost to an attacker: what can be
 * refused without the user pool is, and nothing is set before the ledger has answered.
 * https://www.rfc-editor.org/rfc/rfc9700#section-4
 */
export async function callback(
  request: HttpRequest,
  services: Services,
  cookies: AnswerCookies,
): Promise<APIGatewayProxyResult> {
  const { config, provider, transactions } = services;
  const { parameters, state } = callbackParameters(request);
  if (await hasEndedHere(request, state, services)) return redirect(303, `${config.origin}/`);

  const transaction = await takeTransaction(request, state, { seal: transactions, cookies });
  requireSameState(transaction, state);
  const granted = requireGrant(provider, parameters, state);
  const received = await provider.exchange(granted, transaction.verifier);
  try {
    const { accessToken: token, idToken } = await received.checked(transaction.nonce);
    const claims = await services.verifyAccessToken(token);
    await requireMatchingIdToken(idToken, { token, claims }, services.verifyIdToken);
    const signIn = { token, claims, viewer: await viewerOf(request, services.isFromDistribution) };
    const session = {
      recorded: await requireRecord(signIn, services),
      refreshToken: received.refreshToken,
      loginId: claims.loginId,
      transaction: transactionCookieName(state),
    };
    cookies.set(await sealSession(session, services.sessions), "Strict", services.sessions.lifetimeSeconds);
  } catch (error) {
    await revokeQuietly(received.refreshToken, services);
    throw error;
  }
  return redirect(303, `${config.origin}${transaction.returnTo}`);
}

/**
 * Whether this callback has already led to the session that the browser has: it was reloaded, gone back to or delivered
 * twice. Its code is spent, and trying it again might have the pool revoke what it was good for.
 */
async function hasEndedHere(request: HttpRequest, state: string, { sessions }: Services): Promise<boolean> {
  const session = await openSession(request, sessions);
  return session?.transaction === transactionCookieName(state);
}
