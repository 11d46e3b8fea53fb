// GET /logout: the browser is forgotten, and goes to a registered address or to the sign-in page.
// https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html

import type { HttpRequest, HttpResponse } from "../../http/exchange.ts";
import { readParameters } from "../oauth/parameters.ts";
import { pageAddress, withAuthorizationRequest, type ManagedLogin } from "./managed-login.ts";
import { errorPage, redirect } from "./page.ts";

export function logoutEndpoint(login: ManagedLogin, request: HttpRequest): HttpResponse {
  const parameters = readParameters(request.url.searchParams);
  const { registry } = login.core;
  const client = registry.findClient(parameters.get("client_id") ?? "");
  if (client === undefined || parameters.hasRepeated) {
    return errorPage(400, "This application is not known here.");
  }
  const logoutUri = parameters.get("logout_uri");
  if (logoutUri === undefined) return signInAgain(login, request);
  if (!client.logoutUrls.includes(logoutUri)) {
    return errorPage(400, "The address to go to is not one that this application has registered.");
  }
  return redirect(logoutUri, [login.sessions.end(registry.poolOf(client), request)]);
}

/** With an authorization request in place of `logout_uri` the sign-in page follows. */
function signInAgain(login: ManagedLogin, request: HttpRequest): HttpResponse {
  return withAuthorizationRequest(login, request, (authorization) =>
    redirect(pageAddress("/login", authorization), [login.sessions.end(authorization.pool, request)]),
  );
}
