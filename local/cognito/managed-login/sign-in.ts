// /login: asks for user name and password.
// https://docs.aws.amazon.com/cognito/latest/developerguide/login-endpoint.html

import { AwsError } from "../../aws/errors.ts";
import type { HttpRequest, HttpResponse } from "../../http/exchange.ts";
import { userNotConfirmed } from "../errors.ts";
import type { AuthorizationRequest } from "../oauth/authorization-request.ts";
import { readForm, type Parameters } from "../oauth/parameters.ts";
import { PASSWORD_MAX_LENGTH } from "../passwords/password-policy.ts";
import { EXPIRED_FORM, form, PROOF_FIELD, type FormError } from "./form.ts";
import { html } from "./html.ts";
import {
  destination,
  pageAddress,
  signedIn,
  withAuthorizationRequest,
  type ManagedLogin,
} from "./managed-login.ts";
import { page, redirect } from "./page.ts";

export function showSignIn(login: ManagedLogin, request: HttpRequest): HttpResponse {
  return withAuthorizationRequest(login, request, (authorization) =>
    signInPage(login, request, authorization, { status: 200, userName: authorization.loginHint }),
  );
}

export function takeSignIn(login: ManagedLogin, request: HttpRequest): HttpResponse {
  return withAuthorizationRequest(login, request, (authorization) => {
    const fields = readForm(request);
    const userName = fields?.get("username")?.trim();
    const fail = (status: number, error: FormError): HttpResponse =>
      signInPage(login, request, authorization, { status, userName, error });

    if (!login.guard.accepts(request, fields?.get(PROOF_FIELD))) return fail(403, EXPIRED_FORM);
    if (fields === undefined || userName === undefined) {
      return fail(400, { field: "username", message: "Enter your user name." });
    }
    try {
      return continueSignIn(login, request, authorization, fields, userName);
    } catch (error) {
      if (error instanceof AwsError) return fail(400, { message: error.message });
      throw error;
    }
  });
}

function continueSignIn(
  login: ManagedLogin,
  request: HttpRequest,
  authorization: AuthorizationRequest,
  fields: Parameters,
  name: string,
): HttpResponse {
  const { pool } = authorization;
  const password = fields.get("password") ?? "";
  // Whatever the client's setting, the page never tells which names exist.
  const user = login.core.authenticate(pool, { name, password }, true);
  switch (user.status) {
    case "CONFIRMED":
      return signedIn(login, request, authorization, user);
    case "UNCONFIRMED":
      if (!pool.verifiesEmail) throw userNotConfirmed(); // no code was sent: that is for an administrator
      login.pending.remember(login.guard.browser(request), user);
      return redirect(pageAddress("/confirmUser", authorization, { username: user.userName }));
    case "FORCE_CHANGE_PASSWORD":
      return signInPage(login, request, authorization, {
        status: 501,
        userName: name,
        error: {
          message:
            "This account has a temporary password. Replacing it on this page is not served by the local runtime: " +
            "set a permanent one with admin-set-user-password --permanent.",
        },
      });
  }
}

export interface SignInPage {
  readonly status: number;
  readonly userName?: string | undefined;
  readonly error?: FormError;
  readonly notice?: string;
}

export function signInPage(
  login: ManagedLogin,
  request: HttpRequest,
  authorization: AuthorizationRequest,
  { status, userName, error, notice }: SignInPage,
): HttpResponse {
  const browser = login.guard.browser(request);
  const { pool } = authorization;
  return page({
    status,
    title: "Sign in",
    cookies: browser.cookies,
    body: html`<h1>Sign in</h1>
      <p class="quiet">to continue to ${destination(authorization)}</p>
      ${notice === undefined ? undefined : html`<p class="banner" role="status">${notice}</p>`}
      ${form({
        action: pageAddress("/login", authorization),
        proof: browser.proof,
        error,
        button: "Sign in",
        fields: [
          {
            name: "username",
            label: pool.emailIsAlias ? "User name or e-mail address" : "User name",
            type: "text",
            autocomplete: "username",
            value: userName,
          },
          {
            name: "password",
            label: "Password",
            type: "password",
            autocomplete: "current-password",
            maxLength: PASSWORD_MAX_LENGTH,
          },
        ],
      })}
      ${
        pool.allowsSignUp
          ? html`<p class="foot">
              New here? <a href="${pageAddress("/signup", authorization)}">Create an account</a>
            </p>`
          : undefined
      }`,
  });
}
