// /mfa: takes a code of the user's software token.

import { codeField, readCode } from "./fields.ts";
import { form } from "./form.ts";
import { framed, type FormPage } from "./form-page.ts";
import { html } from "./html.ts";
import { atStep, signedIn } from "./sign-in-steps.ts";
import { pageAddress } from "./visit.ts";

export const secondFactor: FormPage = {
  fieldOfError: {
    CodeMismatchException: "code",
    ExpiredCodeException: "code",
    NotAuthorizedException: "code",
  },

  show: (visit, again) =>
    atStep(visit, "software-token", again?.error, ({ id }) => {
      const { authorization, browser, texts } = visit;
      const more = { session: id };
      return framed(visit, {
        path: "/mfa",
        more,
        title: texts.secondFactor.title,
        status: again?.status,
        error: again?.error,
        lead: html`<p>${texts.secondFactor.explanation}</p>`,
        body: html`${form({
            action: pageAddress("/mfa", authorization, more),
            proof: browser.proof,
            error: again?.error,
            button: texts.secondFactor.button,
            fields: [codeField(texts.fields.appCode)],
          })}
          <p class="foot">
            <a href="${pageAddress("/login", authorization)}">${texts.forgot.back}</a>
          </p>`,
      });
    }),

  take: (visit, fields) =>
    atStep(visit, "software-token", undefined, async ({ id, user }) => {
      const { login } = visit;
      const response = await signedIn(visit, login.core.softwareTokens.check(user, readCode(fields)));
      login.unfinished.end(id);
      return response;
    }),
};
