// /signup: somebody creates an account of one's own.

import { AwsError } from "../../aws/errors.ts";
import type { HttpRequest, HttpResponse } from "../../http/exchange.ts";
import { isEmailAddress, requiredAttributes } from "../model/attributes.ts";
import type { Pool } from "../model/pool.ts";
import type { AuthorizationRequest } from "../oauth/authorization-request.ts";
import { readForm, type Parameters } from "../oauth/parameters.ts";
import { PASSWORD_MAX_LENGTH, PASSWORD_PATTERN, passwordDemands } from "../passwords/password-policy.ts";
import { USER_NAME_MAX_LENGTH, USER_NAME_PATTERN } from "../users/user-name.ts";
import { attributeField } from "./attribute-fields.ts";
import { EXPIRED_FORM, form, PROOF_FIELD, type Field, type FormError } from "./form.ts";
import { html } from "./html.ts";
import { destination, pageAddress, withAuthorizationRequest, type ManagedLogin } from "./managed-login.ts";
import { errorPage, page, redirect } from "./page.ts";

export function showSignUp(login: ManagedLogin, request: HttpRequest): HttpResponse {
  return withSignUp(login, request, (authorization) =>
    signUpPage(login, request, authorization, { status: 200 }),
  );
}

export function takeSignUp(login: ManagedLogin, request: HttpRequest): HttpResponse {
  return withSignUp(login, request, (authorization) => {
    const fields = readForm(request);
    const fail = (status: number, error: FormError): HttpResponse =>
      signUpPage(login, request, authorization, { status, fields, error });

    if (fields === undefined || !login.guard.accepts(request, fields.get(PROOF_FIELD))) {
      return fail(403, EXPIRED_FORM);
    }
    const mistake = firstMistake(authorization.pool, fields);
    if (mistake !== undefined) return fail(400, mistake);
    try {
      return createAccount(login, request, authorization, fields);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return fail(400, { message: error.message, field: FIELD_OF_ERROR[error.code] });
    }
  });
}

const FIELD_OF_ERROR: Readonly<Record<string, string>> = {
  UsernameExistsException: "username",
  InvalidPasswordException: "password",
};

function withSignUp(
  login: ManagedLogin,
  request: HttpRequest,
  answer: (authorization: AuthorizationRequest) => HttpResponse,
): HttpResponse {
  return withAuthorizationRequest(login, request, (authorization) =>
    authorization.pool.allowsSignUp
      ? answer(authorization)
      : errorPage(403, "Accounts are created by an administrator here."),
  );
}

/** What the API would refuse in words that are not meant for users. */
function firstMistake(pool: Pool, fields: Parameters): FormError | undefined {
  const userName = fields.get("username") ?? "";
  if (!USER_NAME_PATTERN.test(userName) || userName.length > USER_NAME_MAX_LENGTH) {
    return {
      field: "username",
      message: `A user name has letters, digits and punctuation, no spaces, and at most ${USER_NAME_MAX_LENGTH} of them.`,
    };
  }
  if (pool.emailIsAlias && isEmailAddress(userName)) {
    return { field: "username", message: "A user name cannot look like an e-mail address." };
  }
  for (const name of askedAttributes(pool)) {
    if (fields.get(name) === undefined) return { field: name, message: "This is needed." };
  }
  if (!isEmailAddress(fields.get("email") ?? "a@example.org")) {
    return { field: "email", message: "Invalid email address format." };
  }
  const password = fields.get("password") ?? "";
  if (!PASSWORD_PATTERN.test(password) || password.length > PASSWORD_MAX_LENGTH) {
    return {
      field: "password",
      message: `A password has at most ${PASSWORD_MAX_LENGTH} characters and no space at either end.`,
    };
  }
  return undefined;
}

function createAccount(
  login: ManagedLogin,
  request: HttpRequest,
  authorization: AuthorizationRequest,
  fields: Parameters,
): HttpResponse {
  const userName = fields.get("username") ?? "";
  const { user, delivery } = login.core.signUps.signUp(authorization.client, {
    userName,
    password: fields.get("password") ?? "",
    attributes: Object.fromEntries(
      askedAttributes(authorization.pool).map((name) => [name, fields.get(name) ?? ""]),
    ),
  });
  if (delivery === undefined) {
    return page({
      status: 200,
      title: "Account created",
      body: html`<h1>Account created</h1>
        <p>An administrator has to confirm it before you can sign in.</p>`,
    });
  }
  login.pending.remember(login.guard.browser(request), user);
  return redirect(pageAddress("/confirmUser", authorization, { username: userName }));
}

/** What the pool requires, and the e-mail address where it is used for anything. */
function askedAttributes({ attributes, emailIsAlias, verifiesEmail }: Pool): readonly string[] {
  const required = requiredAttributes(attributes);
  return [...new Set([...(emailIsAlias || verifiesEmail ? ["email"] : []), ...required])];
}

interface SignUpPage {
  readonly status: number;
  readonly fields?: Parameters | undefined;
  readonly error?: FormError;
}

function signUpPage(
  login: ManagedLogin,
  request: HttpRequest,
  authorization: AuthorizationRequest,
  { status, fields, error }: SignUpPage,
): HttpResponse {
  const browser = login.guard.browser(request);
  const { pool } = authorization;
  const userNameField: Field = {
    name: "username",
    label: "User name",
    type: "text",
    autocomplete: "username",
    value: fields?.get("username"),
    maxLength: USER_NAME_MAX_LENGTH,
  };
  const passwordField: Field = {
    name: "password",
    label: "Password",
    type: "password",
    autocomplete: "new-password",
    maxLength: PASSWORD_MAX_LENGTH,
    hint: `Needs ${passwordDemands(pool.passwordPolicy).join(", ")}.`,
  };
  return page({
    status,
    title: "Create an account",
    cookies: browser.cookies,
    body: html`<h1>Create an account</h1>
      <p class="quiet">to continue to ${destination(authorization)}</p>
      ${form({
        action: pageAddress("/signup", authorization),
        proof: browser.proof,
        error,
        button: "Create account",
        fields: [
          userNameField,
          ...askedAttributes(pool).map((name) => attributeField(name, fields?.get(name))),
          passwordField,
        ],
      })}
      <p class="foot">
        Have an account already? <a href="${pageAddress("/login", authorization)}">Sign in</a>
      </p>`,
  });
}
