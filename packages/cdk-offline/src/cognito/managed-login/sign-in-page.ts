// How the sign-in page looks: where a sign-in begins, and where one that was left in the middle ends up.

import type { HttpResponse } from "../../http/exchange.ts";
import { PASSWORD_MAX_LENGTH } from "../passwords/password-policy.ts";
import { nameField } from "./fields.ts";
import { form, type FormError } from "./form.ts";
import { framed } from "./form-page.ts";
import { html } from "./html.ts";
import { destination, pageAddress, type Visit } from "./visit.ts";

interface SignInPage {
  readonly status?: number;
  readonly userName?: string | undefined;
  readonly error?: FormError | undefined;
  readonly notice?: string;
}

export function signInPage(visit: Visit, { status, userName, error, notice }: SignInPage): HttpResponse {
  const { authorization, browser, texts } = visit;
  const { pool } = authorization;
  const forgotten = html`<p class="aside">
    <a href="${pageAddress("/forgotPassword", authorization)}">${texts.signIn.forgotten}</a>
  </p>`;
  const signUp = html`<p class="foot">
    ${texts.signIn.newHere}
    <a href="${pageAddress("/signup", authorization)}">${texts.signIn.createAccount}</a>
  </p>`;
  return framed(visit, {
    path: "/login",
    title: texts.signIn.title,
    status,
    error,
    notice,
    lead: html`<p class="quiet">${texts.continueTo(destination(authorization))}</p>`,
    body: html`${form({
      action: pageAddress("/login", authorization),
      proof: browser.proof,
      error,
      button: texts.signIn.button,
      fields: [
        nameField(pool, userName, texts),
        {
          name: "password",
          label: texts.fields.password,
          type: "password",
          autocomplete: "current-password",
          maxLength: PASSWORD_MAX_LENGTH,
        },
      ],
    })}
    ${pool.recovery === "email" ? forgotten : undefined} ${pool.allowsSignUp ? signUp : undefined}`,
  });
}
