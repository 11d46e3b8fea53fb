// /signup: somebody creates an account of one's own.

import type { HttpResponse } from "../../http/exchange.ts";
import { isEmailAddress, requiredAttributes } from "../model/attributes.ts";
import type { Pool } from "../model/pool.ts";
import type { Parameters } from "../oauth/parameters.ts";
import { USER_NAME_MAX_LENGTH, USER_NAME_PATTERN } from "../users/user-name.ts";
import { attributeField, attributeMistake, newPasswordField, passwordMistake } from "./fields.ts";
import { form, type FormError } from "./form.ts";
import { framed, type Again, type FormPage } from "./form-page.ts";
import { html } from "./html.ts";
import { problemPage } from "./page.ts";
import { proceed } from "./sign-in-steps.ts";
import type { Texts } from "./texts/texts.ts";
import { destination, pageAddress, type Visit } from "./visit.ts";

export const signUp: FormPage = {
  fieldOfError: { UsernameExistsException: "username", InvalidPasswordException: "password" },

  show(visit, again) {
    if (!visit.authorization.pool.allowsSignUp) return problemPage(visit.request, 403, "signUpNotAllowed");
    return signUpPage(visit, again);
  },

  async take(visit, fields) {
    const { login, authorization, texts } = visit;
    const { client, pool } = authorization;
    if (!pool.allowsSignUp) return problemPage(visit.request, 403, "signUpNotAllowed");
    const error = firstMistake(pool, fields, texts);
    if (error !== undefined) return signUpPage(visit, { status: 400, fields, error });

    const { user, delivery } = await login.core.signUps.signUp(client, {
      userName: fields.get("username") ?? "",
      password: fields.get("password") ?? "",
      attributes: Object.fromEntries(askedAttributes(pool).map((name) => [name, fields.get(name) ?? ""])),
    });
    const waitsForAdministrator = user.status === "UNCONFIRMED" && delivery === undefined;
    return waitsForAdministrator ? createdPage(visit) : proceed(visit, user);
  },
};

/** What the service would refuse in words that are not meant for users. */
function firstMistake(pool: Pool, fields: Parameters, texts: Texts): FormError | undefined {
  const userName = fields.get("username") ?? "";
  if (!USER_NAME_PATTERN.test(userName) || userName.length > USER_NAME_MAX_LENGTH) {
    return { field: "username", message: texts.signUp.userNameForm(USER_NAME_MAX_LENGTH) };
  }
  if (pool.emailIsAlias && isEmailAddress(userName)) {
    return { field: "username", message: texts.signUp.userNameLikeEmail };
  }
  return (
    attributeMistake(pool, askedAttributes(pool), fields, texts) ??
    passwordMistake(pool, fields.get("password") ?? "", texts)
  );
}

/** What the pool requires, and the e-mail address where it is used for anything. */
function askedAttributes({ attributes, emailIsAlias, verifiesEmail }: Pool): readonly string[] {
  const required = requiredAttributes(attributes);
  return [...new Set([...(emailIsAlias || verifiesEmail ? ["email"] : []), ...required])];
}

function signUpPage(visit: Visit, again: Again | undefined): HttpResponse {
  const { authorization, browser, texts } = visit;
  const { pool } = authorization;
  const fields = again?.fields;
  return framed(visit, {
    path: "/signup",
    title: texts.signUp.title,
    status: again?.status,
    error: again?.error,
    lead: html`<p class="quiet">${texts.continueTo(destination(authorization))}</p>`,
    body: html`${form({
        action: pageAddress("/signup", authorization),
        proof: browser.proof,
        error: again?.error,
        button: texts.signUp.button,
        fields: [
          {
            name: "username",
            label: texts.fields.userName,
            type: "text",
            autocomplete: "username",
            value: fields?.get("username"),
            maxLength: USER_NAME_MAX_LENGTH,
          },
          ...askedAttributes(pool).map((name) => attributeField(name, fields?.get(name), texts)),
          newPasswordField(pool, texts.fields.password, texts),
        ],
      })}
      <p class="foot">
        ${texts.signUp.haveAccount}
        <a href="${pageAddress("/login", authorization)}">${texts.signUp.signIn}</a>
      </p>`,
  });
}

function createdPage(visit: Visit): HttpResponse {
  const { texts } = visit;
  return framed(visit, {
    path: "/login",
    title: texts.signUp.created,
    lead: html`<p>${texts.signUp.administratorConfirms}</p>`,
  });
}
