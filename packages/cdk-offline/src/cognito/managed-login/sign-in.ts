// /login: takes user name and password.
// https://docs.aws.amazon.com/cognito/latest/developerguide/login-endpoint.html

import { readName } from "./fields.ts";
import type { FormPage } from "./form-page.ts";
import { signInPage } from "./sign-in-page.ts";
import { proceed } from "./sign-in-steps.ts";

export const signIn: FormPage = {
  show(visit, again) {
    const userName = again?.fields?.get("username")?.trim() ?? visit.authorization.loginHint;
    return signInPage(visit, { ...again, userName });
  },

  async take(visit, fields) {
    const { login, authorization, texts } = visit;
    const name = readName(fields);
    if (name === "") {
      const error = { field: "username", message: texts.signIn.enterUserName };
      return signIn.show(visit, { status: 400, fields, error });
    }
    const user = await login.core.authenticate({
      client: authorization.client,
      name,
      password: fields.get("password") ?? "",
      // Whatever the client's setting, the page never tells which names exist.
      hidesUnknownUsers: true,
    });
    return proceed(visit, user);
  },
};
