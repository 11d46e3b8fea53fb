// /changePassword: somebody with a temporary password chooses one that lasts.

import { attributeField, attributeMistake, newPasswordField, passwordMistake } from "./fields.ts";
import { form } from "./form.ts";
import { framed, type FormPage } from "./form-page.ts";
import { html } from "./html.ts";
import { atStep, proceed } from "./sign-in-steps.ts";
import { pageAddress } from "./visit.ts";

export const changePassword: FormPage = {
  fieldOfError: { InvalidPasswordException: "password" },

  show: (visit, again) =>
    atStep(visit, "new-password", again?.error, ({ id, user }) => {
      const { login, authorization, browser, texts } = visit;
      const fields = again?.fields;
      const more = { session: id };
      return framed(visit, {
        path: "/changePassword",
        more,
        title: texts.changePassword.title,
        status: again?.status,
        error: again?.error,
        lead: html`<p>${texts.changePassword.explanation}</p>`,
        body: form({
          action: pageAddress("/changePassword", authorization, more),
          proof: browser.proof,
          error: again?.error,
          button: texts.changePassword.button,
          userName: user.userName,
          fields: [
            newPasswordField(authorization.pool, texts.fields.newPassword, texts),
            ...login.core.newPasswords
              .missingAttributes(user)
              .map((name) => attributeField(name, fields?.get(name), texts)),
          ],
        }),
      });
    }),

  take: (visit, fields) =>
    atStep(visit, "new-password", undefined, async ({ id, user }) => {
      const { login, authorization, texts } = visit;
      const { client, pool } = authorization;
      const { newPasswords } = login.core;
      const password = fields.get("password") ?? "";
      const missing = newPasswords.missingAttributes(user);
      const error = passwordMistake(pool, password, texts) ?? attributeMistake(pool, missing, fields, texts);
      if (error !== undefined) return changePassword.show(visit, { status: 400, fields, error });

      const attributes = Object.fromEntries(missing.map((name) => [name, fields.get(name) ?? ""]));
      const changed = newPasswords.complete(client, user, password, attributes);
      login.unfinished.end(id);
      return proceed(visit, changed);
    }),
};
