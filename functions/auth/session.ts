// POST /auth/session: gives the page a short-lived access token, which it keeps in memory.

import type { APIGatewayProxyResult } from "aws-lambda";
import type { AccessToken } from "../shared/access-token.ts";
import { answerJson } from "../shared/http-answer.ts";
import type { HttpRequest } from "../shared/http-request.ts";
import { TokenError } from "../shared/token-verifier.ts";
import { viewerOf } from "../shared/viewer.ts";
import { requireRecord } from "./checks/recorded.ts";
import { requireSameOrigin } from "./checks/same-origin.ts";
import type { AnswerCookies } from "./cookies/cookie-header.ts";
import { openSession, SESSION_COOKIE, type Session } from "./cookies/session.ts";
import { SignInError } from "./errors.ts";
import { ProviderError } from "./provider/errors.ts";
import type { Services } from "./services.ts";

/**
 * Answers 200 with the token and what the page must know. The cookie is taken back only when the session is over; a
 * fault of the user pool is answered with 502 or 503 and leaves the user signed in. A sign-in that began without a record
 * gets it now, or once more, which changes nothing; in audit mode `best-effort` the answer says `recorded: false` when that
 * fails again, else it is 503.
 */
export async function session(
  request: HttpRequest,
  services: Services,
  cookies: AnswerCookies,
): Promise<APIGatewayProxyResult> {
  const { config } = services;
  requireSameOrigin(request, config.origin);
  const { accessToken, claims, session } = await ending(cookies, () => refreshed(request, services));
  // The cookie goes on saying what it says: a new one might replace that of somebody who signs in meanwhile.
  const viewer = await viewerOf(request, services.isFromDistribution);
  const recorded =
    session.recorded || (await requireRecord({ token: accessToken, claims, viewer }, services));
  return answerJson(200, {
    accessToken,
    expiresInSeconds: Math.max(0, Math.floor(claims.expiresAtEpochSeconds - services.clock() / 1000)),
    user: { id: claims.userId, username: claims.username, groups: claims.groups },
    graphqlUrl: config.graphqlUrl,
    realtimeUrl: config.realtimeUrl,
    ...(!recorded && { recorded }),
  });
}

interface Refreshed {
  readonly accessToken: string;
  readonly claims: AccessToken;
  readonly session: Session;
}

async function refreshed(request: HttpRequest, services: Services): Promise<Refreshed> {
  const session = await openSession(request, services.sessions);
  if (session === undefined) {
    throw new SignInError("no_session", "there is not exactly one session cookie that opens");
  }
  const accessToken = await refresh(session.refreshToken, services);
  const claims = await verify(accessToken, services);
  if (claims.loginId !== session.loginId) {
    throw new SignInError("no_session", "the refreshed token is of another sign-in than the recorded one");
  }
  return { accessToken, claims, session };
}

/** Takes the session cookie back when there is no session behind it. */
async function ending<Value>(cookies: AnswerCookies, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SignInError && error.code === "no_session") cookies.expire(SESSION_COOKIE, "Strict");
    throw error;
  }
}

async function refresh(refreshToken: string, { provider }: Services): Promise<string> {
  try {
    return await provider.refresh(refreshToken);
  } catch (cause) {
    throw cause instanceof ProviderError && cause.code === "grant_refused"
      ? new SignInError("no_session", "the refresh token was revoked or has expired", { cause })
      : cause;
  }
}

async function verify(accessToken: string, { verifyAccessToken }: Services) {
  try {
    return await verifyAccessToken(accessToken);
  } catch (cause) {
    throw cause instanceof TokenError && cause.code === "invalid"
      ? new SignInError("login_failed", "the user pool gave an access token that does not verify", { cause })
      : cause;
  }
}
