// GET /auth/login: starts a sign-in and sends the browser to the user pool.

import type { APIGatewayProxyResult } from "aws-lambda";
import { generateRandomCodeVerifier, generateRandomNonce, generateRandomState } from "oauth4webapi";
import { redirect } from "../shared/http-answer.ts";
import type { HttpRequest } from "../shared/http-request.ts";
import type { AnswerCookies } from "./cookies/cookie-header.ts";
import { surplusTransactions, transactionCookieName } from "./cookies/transaction.ts";
import { returnToOf } from "./return-to.ts";
import type { Services } from "./services.ts";

/** Answers 302 with a new transaction cookie. Every sign-in has a state, nonce and code verifier of its own. */
export async function login(
  request: HttpRequest,
  { config, provider, transactions }: Services,
  cookies: AnswerCookies,
): Promise<APIGatewayProxyResult> {
  const transaction = {
    state: generateRandomState(),
    nonce: generateRandomNonce(),
    verifier: generateRandomCodeVerifier(),
    returnTo: returnToOf(request, config.origin),
  };
  for (const name of await surplusTransactions(request, transactions)) cookies.expire(name, "Lax");
  cookies.set(
    { name: transactionCookieName(transaction.state), value: await transactions.seal(transaction) },
    "Lax",
    transactions.lifetimeSeconds,
  );
  return redirect(302, await provider.authorizationUrl(transaction));
}
