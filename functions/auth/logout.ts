// POST /auth/logout: ends the session here and tells the page where to end the user pool's.

import type { APIGatewayProxyResult } from "aws-lambda";
import { answerJson } from "../shared/http-answer.ts";
import type { HttpRequest } from "../shared/http-request.ts";
import { requireSameOrigin } from "./checks/same-origin.ts";
import type { AnswerCookies } from "./cookies/cookie-header.ts";
import { openSession, SESSION_COOKIE } from "./cookies/session.ts";
import { transactionCookieNames } from "./cookies/transaction.ts";
import { revokeQuietly } from "./provider/revoke-quietly.ts";
import type { Services } from "./services.ts";

/**
 * Not "cookies": that would take the cookies of every host of the registrable domain along, other applications' too
 * (https://www.w3.org/TR/clear-site-data/); ours are expired by name.
 */
const CLEAR_SITE_DATA = '"cache", "storage"';

/** Answers 200 with `logoutUrl` whether there was a session or not. */
export async function logout(
  request: HttpRequest,
  services: Services,
  cookies: AnswerCookies,
): Promise<APIGatewayProxyResult> {
  const { config, provider, sessions, log } = services;
  requireSameOrigin(request, config.origin);
  const session = await openSession(request, sessions);
  if (session !== undefined) await revokeQuietly(session.refreshToken, services);
  cookies.expire(SESSION_COOKIE, "Strict");
  for (const name of transactionCookieNames(request)) cookies.expire(name, "Lax");
  log.info("signed_out", { requestId: request.requestId, id: session?.loginId });
  return answerJson(
    200,
    { logoutUrl: provider.logoutUrl },
    { headers: { "Clear-Site-Data": CLEAR_SITE_DATA } },
  );
}
