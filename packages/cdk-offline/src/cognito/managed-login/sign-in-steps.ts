// What comes after a right password: the steps that are left, and at the end the way back to the application.

import type { HttpResponse } from "../../http/exchange.ts";
import { userNotConfirmed } from "../errors.ts";
import type { AuthorizationRequest } from "../oauth/authorization-request.ts";
import { withParameters } from "../oauth/parameters.ts";
import { nextStep, type SignInStep } from "../passwords/next-step.ts";
import type { UserRecord } from "../store/records.ts";
import type { FormError } from "./form.ts";
import type { ManagedLogin } from "./managed-login.ts";
import { redirect } from "./page.ts";
import { resetPage } from "./reset-password.ts";
import { signInPage } from "./sign-in-page.ts";
import type { UnfinishedSignIn } from "./unfinished-sign-ins.ts";
import { pageAddress, type PagePath, type Visit } from "./visit.ts";

/** The pages that can only be seen on the way from one to the next. */
const PAGES = {
  "new-password": "/changePassword",
  "software-token": "/mfa",
  "enroll-software-token": "/mfa/setup",
} as const satisfies Partial<Record<SignInStep, PagePath>>;

type PagedStep = keyof typeof PAGES;

/** Goes on with a user who has just shown a right password, or done one of the steps that follow. */
export async function proceed(visit: Visit, user: UserRecord): Promise<HttpResponse> {
  const { login, authorization, browser } = visit;
  const { client, pool } = authorization;
  const step = nextStep(pool, user);
  switch (step) {
    case "done":
      return signedIn(visit, user);
    case "confirm-sign-up": {
      // Without a code that was sent, it is for an administrator to confirm.
      if (!pool.verifiesEmail) throw userNotConfirmed();
      const session = login.unfinished.begin(browser, client, user);
      return redirect(pageAddress("/confirm", authorization, { username: user.userName, session }));
    }
    case "reset-password":
      return resetPage(visit, { userName: user.userName, notice: visit.texts.reset.required });
    default: {
      const session = login.unfinished.begin(browser, client, user);
      return redirect(pageAddress(PAGES[step], authorization, { session }));
    }
  }
}

/** Ends a sign-in with credentials: the browser is remembered and goes back to the application with a code. */
export async function signedIn(visit: Visit, user: UserRecord): Promise<HttpResponse> {
  const { login, authorization, request } = visit;
  const { client, pool } = authorization;
  await login.core.triggers.postAuthentication({ pool, client, user });
  const authTimeSeconds = Math.floor(login.core.clock() / 1000);
  const cookie = login.sessions.begin(pool, user, authTimeSeconds, request);
  return redirect(codeLocation(login, authorization, user, authTimeSeconds), [cookie]);
}

/** The way back to the application with a fresh code. */
export function codeLocation(
  { codes }: ManagedLogin,
  authorization: AuthorizationRequest,
  { sub }: UserRecord,
  authTimeSeconds: number,
): string {
  const { client, redirectUri, scope, nonce, codeChallenge, state } = authorization;
  const code = codes.issue({
    clientId: client.id,
    sub,
    redirectUri,
    scope,
    nonce,
    codeChallenge,
    authTimeSeconds,
  });
  return withParameters(redirectUri, { code, state });
}

/** The sign-in that the page's address names, if there is one; for pages that can do without. */
export function findUnfinished({
  login,
  request,
  browser,
  authorization,
}: Visit): UnfinishedSignIn | undefined {
  const id = request.url.searchParams.get("session") ?? "";
  return login.unfinished.find(browser, authorization.client, id);
}

/** Answers a page of the way for a user who has got just there; anybody else is asked to sign in again. */
export function atStep<Answer>(
  visit: Visit,
  step: PagedStep,
  error: FormError | undefined,
  answer: (unfinished: UnfinishedSignIn) => Answer,
): Answer | HttpResponse {
  const unfinished = findUnfinished(visit);
  if (unfinished === undefined || nextStep(visit.authorization.pool, unfinished.user) !== step) {
    return signInPage(visit, {
      status: 400,
      error: { message: error?.message ?? visit.texts.forms.tookTooLong },
    });
  }
  return answer(unfinished);
}
