// /confirmforgotPassword: takes a mailed code and the password that replaces a forgotten one.

import type { HttpResponse } from "../../http/exchange.ts";
import { codeField, newPasswordField, passwordMistake, readCode } from "./fields.ts";
import { requestCode } from "./forgot-password.ts";
import { form, type FormError } from "./form.ts";
import { framed, type Again, type FormPage } from "./form-page.ts";
import { html } from "./html.ts";
import { belowCodeForm, RESEND, resendButton, userNameIn } from "./mailed-code.ts";
import { redirect } from "./page.ts";
import { signInPage } from "./sign-in-page.ts";
import { pageAddress, type Visit } from "./visit.ts";

export const resetPassword: FormPage = {
  fieldOfError: {
    CodeMismatchException: "code",
    ExpiredCodeException: "code",
    UserNotFoundException: "code",
    NotAuthorizedException: "code",
    LimitExceededException: "code",
    InvalidPasswordException: "password",
  },

  show(visit, again) {
    const userName = userNameIn(visit);
    if (userName === "") return redirect(pageAddress("/forgotPassword", visit.authorization));
    return resetPage(visit, { userName, again });
  },

  async take(visit, fields) {
    const { login, authorization, texts } = visit;
    const { client, pool } = authorization;
    const name = userNameIn(visit);
    if (fields.get("action") === RESEND) {
      requestCode(visit, name);
      return resetPage(visit, { userName: name, notice: texts.confirm.resent });
    }
    const password = fields.get("password") ?? "";
    const error = passwordMistake(pool, password, texts);
    if (error !== undefined) return resetPassword.show(visit, { status: 400, fields, error });
    await login.core.passwordResets.confirm(client, { name, code: readCode(fields), password });
    return signInPage(visit, { userName: name, notice: texts.reset.done });
  },
};

interface ResetPage {
  readonly userName: string;
  readonly again?: Again | undefined;
  readonly notice?: string;
}

export function resetPage(visit: Visit, { userName, again, notice }: ResetPage): HttpResponse {
  const { authorization, browser, texts } = visit;
  const more = { username: userName };
  const error = again && inOneVoice(again.error, visit);
  const [before, after] = texts.reset.sent;
  return framed(visit, {
    path: "/confirmforgotPassword",
    more,
    title: texts.reset.title,
    status: again?.status,
    error,
    notice,
    lead: html`<p>${before} <strong>${userName}</strong> ${after}</p>`,
    body: html`${form({
      action: pageAddress("/confirmforgotPassword", authorization, more),
      proof: browser.proof,
      error,
      button: texts.reset.button,
      userName,
      fields: [
        { ...codeField(texts.fields.code), value: again?.fields?.get("code") },
        newPasswordField(authorization.pool, texts.fields.newPassword, texts),
      ],
      more: resendButton(texts),
    })}
    ${belowCodeForm(visit)}`,
  });
}

/** A wrong code, an old one, and one for a name that nobody has or for a disabled user must read the same. */
function inOneVoice(error: FormError, { texts }: Visit): FormError {
  const { codeMismatch, codeExpired, userOfClientNotFound, userDisabled } = texts.errors;
  const isOfCode = [codeMismatch, codeExpired, userOfClientNotFound, userDisabled].includes(error.message);
  return isOfCode ? { ...error, message: texts.reset.wrongCode } : error;
}
