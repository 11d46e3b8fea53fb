// One request for a page: the sign-in it belongs to, the browser it comes from, and the language it is answered in.

import type { HttpRequest, HttpResponse } from "../../http/exchange.ts";
import {
  readAuthorizationRequest,
  RefusedRequest,
  UntrustedRequest,
  type AuthorizationRequest,
} from "../oauth/authorization-request.ts";
import type { Browser } from "./form-guard.ts";
import type { ManagedLogin } from "./managed-login.ts";
import { problemPage, redirect } from "./page.ts";
import { chooseLanguage } from "./texts/language.ts";
import type { Texts } from "./texts/texts.ts";

export interface Visit {
  readonly login: ManagedLogin;
  readonly request: HttpRequest;
  readonly authorization: AuthorizationRequest;
  readonly browser: Browser;
  readonly texts: Texts;
  /** To be set with the page. */
  readonly cookies: readonly string[];
}

/** Serves a request that carries an authorization request in its query. */
export async function withVisit(
  login: ManagedLogin,
  request: HttpRequest,
  answer: (visit: Visit) => HttpResponse | Promise<HttpResponse>,
): Promise<HttpResponse> {
  let authorization: AuthorizationRequest;
  try {
    authorization = readAuthorizationRequest(login.core.registry, request.url.searchParams);
  } catch (error) {
    if (error instanceof UntrustedRequest) return problemPage(request, 400, error.reason);
    if (error instanceof RefusedRequest) return redirect(error.location);
    throw error;
  }
  const browser = login.guard.browser(request);
  const { texts, cookies } = chooseLanguage(request);
  return answer({
    login,
    request,
    authorization,
    browser,
    texts,
    cookies: [...browser.cookies, ...cookies],
  });
}

export type PagePath =
  | "/login"
  | "/signup"
  | "/confirm"
  | "/forgotPassword"
  | "/confirmforgotPassword"
  | "/changePassword"
  | "/mfa"
  | "/mfa/setup";

/** The address of another page of the same sign-in. */
export function pageAddress(
  path: PagePath,
  { query }: AuthorizationRequest,
  more: Readonly<Record<string, string>> = {},
): string {
  const parameters = new URLSearchParams(query);
  for (const [name, value] of Object.entries(more)) parameters.set(name, value);
  return `${path}?${parameters.toString()}`;
}

/** Where the user will be after signing in, in words. */
export function destination({ redirectUri }: AuthorizationRequest): string {
  const { host, protocol } = new URL(redirectUri);
  return host === "" ? protocol.slice(0, -1) : host;
}
