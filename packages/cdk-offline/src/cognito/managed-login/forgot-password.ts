// /forgotPassword: somebody asks for a code to set a new password with.

import { AwsError } from "../../aws/errors.ts";
import { attemptLimitExceeded } from "../errors.ts";
import { nameField, readName } from "./fields.ts";
import { form } from "./form.ts";
import { framed, type FormPage } from "./form-page.ts";
import { html } from "./html.ts";
import { problemPage, redirect } from "./page.ts";
import { pageAddress, type Visit } from "./visit.ts";

export const forgotPassword: FormPage = {
  show(visit, again) {
    const { authorization, browser, texts } = visit;
    const { pool } = authorization;
    if (pool.recovery !== "email") return problemPage(visit.request, 403, "recoveryByAdministrator");
    return framed(visit, {
      path: "/forgotPassword",
      title: texts.forgot.title,
      status: again?.status,
      error: again?.error,
      lead: html`<p>${texts.forgot.explanation}</p>`,
      body: html`${form({
          action: pageAddress("/forgotPassword", authorization),
          proof: browser.proof,
          error: again?.error,
          button: texts.forgot.button,
          fields: [nameField(pool, again?.fields?.get("username") ?? authorization.loginHint, texts)],
        })}
        <p class="foot">
          <a href="${pageAddress("/login", authorization)}">${texts.forgot.back}</a>
        </p>`,
    });
  },

  take(visit, fields) {
    const { authorization, texts } = visit;
    if (authorization.pool.recovery !== "email") return forgotPassword.show(visit);
    const username = readName(fields);
    if (username === "") {
      const error = { field: "username", message: texts.signIn.enterUserName };
      return forgotPassword.show(visit, { status: 400, fields, error });
    }
    requestCode(visit, username);
    return redirect(pageAddress("/confirmforgotPassword", authorization, { username }));
  },
};

/** Whatever the client's setting, the page never tells whose password can be reset. */
export function requestCode({ login, authorization }: Visit, name: string): void {
  try {
    login.core.passwordResets.request(authorization.client, name);
  } catch (error) {
    if (!(error instanceof AwsError) || error.code === attemptLimitExceeded().code) throw error;
  }
}
