// /confirmUser: takes the code that was sent to a new user's e-mail address.

import { AwsError } from "../../aws/errors.ts";
import type { HttpRequest, HttpResponse } from "../../http/exchange.ts";
import type { AuthorizationRequest } from "../oauth/authorization-request.ts";
import { readForm, type Parameters } from "../oauth/parameters.ts";
import { EXPIRED_FORM, form, PROOF_FIELD, type FormError } from "./form.ts";
import { html } from "./html.ts";
import { pageAddress, signedIn, withAuthorizationRequest, type ManagedLogin } from "./managed-login.ts";
import { OUTBOX_PATH } from "./outbox-page.ts";
import { page, redirect } from "./page.ts";
import { signInPage } from "./sign-in.ts";

export function showConfirmUser(login: ManagedLogin, request: HttpRequest): HttpResponse {
  return withAuthorizationRequest(login, request, (authorization) => {
    const userName = request.url.searchParams.get("username") ?? "";
    if (userName === "") return redirect(pageAddress("/login", authorization));
    return confirmPage(login, request, authorization, { status: 200, userName });
  });
}

export function takeConfirmUser(login: ManagedLogin, request: HttpRequest): HttpResponse {
  return withAuthorizationRequest(login, request, (authorization) => {
    const fields = readForm(request);
    const userName = fields?.get("username");
    if (fields === undefined || userName === undefined) return redirect(pageAddress("/login", authorization));
    const answer = (status: number, more: Partial<ConfirmPage>): HttpResponse =>
      confirmPage(login, request, authorization, { status, userName, ...more });

    if (!login.guard.accepts(request, fields.get(PROOF_FIELD))) return answer(403, { error: EXPIRED_FORM });
    try {
      if (fields.get("action") === "resend") {
        login.core.signUps.resend(authorization.client, userName);
        return answer(200, { notice: "A new code has been sent." });
      }
      return confirm(login, request, authorization, fields, userName);
    } catch (error) {
      if (error instanceof AwsError) return answer(400, { error: { field: "code", message: error.message } });
      throw error;
    }
  });
}

function confirm(
  login: ManagedLogin,
  request: HttpRequest,
  authorization: AuthorizationRequest,
  fields: Parameters,
  userName: string,
): HttpResponse {
  const code = (fields.get("code") ?? "").trim();
  const user = login.core.signUps.confirm(authorization.client, userName, code);
  if (user.isEnabled && login.pending.take(login.guard.browser(request), user)) {
    return signedIn(login, request, authorization, user);
  }
  return signInPage(login, request, authorization, {
    status: 200,
    userName: user.userName,
    notice: "Your account is confirmed. Sign in to continue.",
  });
}

interface ConfirmPage {
  readonly status: number;
  readonly userName: string;
  readonly error?: FormError;
  readonly notice?: string;
}

function confirmPage(
  login: ManagedLogin,
  request: HttpRequest,
  authorization: AuthorizationRequest,
  { status, userName, error, notice }: ConfirmPage,
): HttpResponse {
  const browser = login.guard.browser(request);
  return page({
    status,
    title: "Confirm your account",
    cookies: browser.cookies,
    body: html`<h1>Confirm your account</h1>
      <p>A code has been sent to the e-mail address of <strong>${userName}</strong>.</p>
      ${notice === undefined ? undefined : html`<p class="banner" role="status">${notice}</p>`}
      ${form({
        action: pageAddress("/confirmUser", authorization),
        proof: browser.proof,
        error,
        hidden: { username: userName },
        button: "Confirm",
        fields: [
          {
            name: "code",
            label: "Code",
            type: "text",
            autocomplete: "one-time-code",
            maxLength: 10,
            isNumeric: true,
          },
        ],
        more: html`<button class="second" name="action" value="resend" formnovalidate>
          Send a new code
        </button>`,
      })}
      <p class="foot quiet">
        No mail leaves this machine: the code is in the
        <a href="${OUTBOX_PATH}" target="_blank">local outbox</a>.
      </p>`,
  });
}
