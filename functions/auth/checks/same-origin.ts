// Cross-site request forgery: only our own page may have something done with the session cookie.

import { onlyHeader, type HttpRequest } from "../../shared/http-request.ts";
import { SignInError } from "../errors.ts";

/**
 * Refuses, with `csrf`, a request that another site could have made. The header `x-ll-csrf: 1` cannot be sent across
 * origins without a preflight, which is never granted; browsers that say where a request comes from must say: from here.
 * https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
 */
export function requireSameOrigin(request: HttpRequest, origin: string): void {
  if (onlyHeader(request, "x-ll-csrf") !== "1") {
    throw new SignInError("csrf", "the header x-ll-csrf: 1 is missing");
  }
  if (!request.header("sec-fetch-site").every((site) => site === "same-origin")) {
    throw new SignInError("csrf", "Sec-Fetch-Site is not same-origin");
  }
  if (!request.header("origin").every((value) => value === origin)) {
    throw new SignInError("csrf", "Origin is another one");
  }
}
