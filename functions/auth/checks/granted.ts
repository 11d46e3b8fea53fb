// Whether the user pool granted the sign-in.

import { AuthorizationResponseError } from "oauth4webapi";
import { SignInError } from "../errors.ts";
import type { Granted, Provider } from "../provider/provider.ts";

/**
 * Reads the pool's answer. Throws `access_denied` when the user or the pool said no, `login_failed` for any other error
 * of the pool, and `invalid_request` for an answer that is not one to our question, such as another issuer's.
 * https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1
 */
export function requireGrant(provider: Provider, parameters: URLSearchParams, state: string): Granted {
  try {
    return provider.readAnswer(parameters, state);
  } catch (cause) {
    if (!(cause instanceof AuthorizationResponseError)) {
      throw new SignInError("invalid_request", "the answer is not one to our question", { cause });
    }
    if (cause.error === "access_denied") {
      throw new SignInError("access_denied", "the user pool answered access_denied");
    }
    const name = /^\w{1,40}$/.test(cause.error) ? cause.error : "an error of its own";
    throw new SignInError("login_failed", `the user pool answered ${name}`);
  }
}
