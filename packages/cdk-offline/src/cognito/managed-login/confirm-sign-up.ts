// /confirm: takes the code that was sent to a new user's e-mail address.

import type { HttpResponse } from "../../http/exchange.ts";
import { codeField, readCode } from "./fields.ts";
import { form } from "./form.ts";
import { framed, type Again, type FormPage } from "./form-page.ts";
import { html } from "./html.ts";
import { belowCodeForm, RESEND, resendButton, userNameIn } from "./mailed-code.ts";
import { redirect } from "./page.ts";
import { signInPage } from "./sign-in-page.ts";
import { findUnfinished, proceed } from "./sign-in-steps.ts";
import { pageAddress, type Visit } from "./visit.ts";

export const confirmSignUp: FormPage = {
  fieldOfError: {
    CodeMismatchException: "code",
    ExpiredCodeException: "code",
    LimitExceededException: "code",
    NotAuthorizedException: "code",
    InvalidParameterException: "code",
  },

  show: (visit, again) => confirmPage(visit, { again }),

  async take(visit, fields) {
    const { login, authorization, texts } = visit;
    const { client } = authorization;
    const userName = userNameIn(visit);
    if (fields.get("action") === RESEND) {
      login.core.signUps.resend(client, userName);
      return confirmPage(visit, { notice: texts.confirm.resent });
    }
    // Found before: the code changes the user.
    const unfinished = findUnfinished(visit);
    const user = await login.core.signUps.confirm(client, userName, readCode(fields));
    if (unfinished?.user.sub === user.sub) {
      login.unfinished.end(unfinished.id);
      return proceed(visit, user);
    }
    return signInPage(visit, { userName: user.userName, notice: texts.confirm.done });
  },
};

interface ConfirmPage {
  readonly again?: Again | undefined;
  readonly notice?: string;
}

function confirmPage(visit: Visit, { again, notice }: ConfirmPage): HttpResponse {
  const { request, authorization, browser, texts } = visit;
  const username = userNameIn(visit);
  if (username === "") return redirect(pageAddress("/login", authorization));
  const session = request.url.searchParams.get("session");
  const more = { username, ...(session !== null && { session }) };
  const [before, after] = texts.confirm.sent;
  return framed(visit, {
    path: "/confirm",
    more,
    title: texts.confirm.title,
    status: again?.status,
    error: again?.error,
    notice,
    lead: html`<p>${before} <strong>${username}</strong>${after}</p>`,
    body: html`${form({
      action: pageAddress("/confirm", authorization, more),
      proof: browser.proof,
      error: again?.error,
      button: texts.confirm.button,
      fields: [codeField(texts.fields.code)],
      more: resendButton(texts),
    })}
    ${belowCodeForm(visit)}`,
  });
}
