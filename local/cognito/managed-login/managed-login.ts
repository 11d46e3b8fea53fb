// What the pages of managed login share: the request that a sign-in belongs to, and how a sign-in ends.

import type { HttpRequest, HttpResponse } from "../../http/exchange.ts";
import type { Core } from "../core.ts";
import type { AuthorizationCodes } from "../oauth/authorization-codes.ts";
import {
  readAuthorizationRequest,
  RefusedRequest,
  UntrustedRequest,
  type AuthorizationRequest,
} from "../oauth/authorization-request.ts";
import { withParameters } from "../oauth/parameters.ts";
import type { UserRecord } from "../store/records.ts";
import type { BrowserSessions } from "./browser-sessions.ts";
import type { FormGuard } from "./form-guard.ts";
import { errorPage, redirect } from "./page.ts";
import type { PendingSignUps } from "./pending-sign-ups.ts";

export interface ManagedLogin {
  readonly core: Core;
  readonly codes: AuthorizationCodes;
  readonly sessions: BrowserSessions;
  readonly guard: FormGuard;
  readonly pending: PendingSignUps;
}

/** Serves a request that carries an authorization request in its query. */
export function withAuthorizationRequest(
  { core }: ManagedLogin,
  request: HttpRequest,
  answer: (authorization: AuthorizationRequest) => HttpResponse,
): HttpResponse {
  let authorization: AuthorizationRequest;
  try {
    authorization = readAuthorizationRequest(core.registry, request.url.searchParams);
  } catch (error) {
    if (error instanceof UntrustedRequest) return errorPage(400, error.message);
    if (error instanceof RefusedRequest) return redirect(error.location);
    throw error;
  }
  return answer(authorization);
}

/** Ends a sign-in with credentials: the browser is remembered and goes back to the application with a code. */
export function signedIn(
  login: ManagedLogin,
  request: HttpRequest,
  authorization: AuthorizationRequest,
  user: UserRecord,
): HttpResponse {
  const authTimeSeconds = Math.floor(login.core.clock() / 1000);
  const cookie = login.sessions.begin(authorization.pool, user, authTimeSeconds, request);
  return redirect(codeLocation(login, authorization, user, authTimeSeconds), [cookie]);
}

/** The way back to the application with a fresh code. */
export function codeLocation(
  { codes }: ManagedLogin,
  authorization: AuthorizationRequest,
  { sub }: UserRecord,
  authTimeSeconds: number,
): string {
  const { client, redirectUri, scope, nonce, codeChallenge, state } = authorization;
  const code = codes.issue({
    clientId: client.id,
    sub,
    redirectUri,
    scope,
    nonce,
    codeChallenge,
    authTimeSeconds,
  });
  return withParameters(redirectUri, { code, state });
}

/** The address of another page of the same sign-in. */
export function pageAddress(
  path: "/login" | "/signup" | "/confirmUser",
  { query }: AuthorizationRequest,
  more: Readonly<Record<string, string>> = {},
): string {
  const added = new URLSearchParams(more).toString();
  return `${path}?${query}${added === "" ? "" : `&${added}`}`;
}

/** Where the user will be after signing in, in words. */
export function destination({ redirectUri }: AuthorizationRequest): string {
  const { host, protocol } = new URL(redirectUri);
  return host === "" ? protocol.slice(0, -1) : host;
}
