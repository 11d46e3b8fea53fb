// GET /oauth2/authorize: straight back with a code for a remembered user, else to the sign-in page.
// https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html

import type { HttpRequest, HttpResponse } from "../../http/exchange.ts";
import { refusal } from "../oauth/authorization-request.ts";
import type { ManagedLogin } from "./managed-login.ts";
import { redirect } from "./page.ts";
import { codeLocation } from "./sign-in-steps.ts";
import { pageAddress, withVisit } from "./visit.ts";

export function authorizeEndpoint(login: ManagedLogin, request: HttpRequest): Promise<HttpResponse> {
  return withVisit(login, request, ({ authorization }) => {
    const { pool, prompts } = authorization;
    const remembered = prompts.has("login") ? undefined : login.sessions.find(pool, request);
    if (remembered !== undefined) {
      return redirect(codeLocation(login, authorization, remembered.user, remembered.authTimeSeconds));
    }
    if (prompts.has("none")) return redirect(refusal(authorization, "login_required"));
    return redirect(pageAddress("/login", authorization));
  });
}
