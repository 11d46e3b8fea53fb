// GET /logout: the browser is forgotten, and goes to a registered address or to the sign-in page.
// https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html

import type { HttpRequest, HttpResponse } from "../../http/exchange.ts";
import { readParameters } from "../oauth/parameters.ts";
import type { ManagedLogin } from "./managed-login.ts";
import { problemPage, redirect } from "./page.ts";
import { pageAddress, withVisit } from "./visit.ts";

export function logoutEndpoint(
  login: ManagedLogin,
  request: HttpRequest,
): HttpResponse | Promise<HttpResponse> {
  const parameters = readParameters(request.url.searchParams);
  const { registry } = login.core;
  const client = registry.findClient(parameters.get("client_id") ?? "");
  if (client === undefined || parameters.hasRepeated) {
    return problemPage(request, 400, "unknownClient");
  }
  const logoutUri = parameters.get("logout_uri");
  if (logoutUri === undefined) return signInAgain(login, request);
  if (!client.logoutUrls.includes(logoutUri)) {
    return problemPage(request, 400, "logoutMismatch");
  }
  return redirect(logoutUri, [login.sessions.end(registry.poolOf(client), request)]);
}

/** With an authorization request in place of `logout_uri` the sign-in page follows. */
function signInAgain(login: ManagedLogin, request: HttpRequest): Promise<HttpResponse> {
  return withVisit(login, request, ({ authorization }) =>
    redirect(pageAddress("/login", authorization), [login.sessions.end(authorization.pool, request)]),
  );
}
