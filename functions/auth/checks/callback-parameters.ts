// The parameters with which the user pool sends the browser back.

import type { HttpRequest } from "../../shared/http-request.ts";
import { SignInError } from "../errors.ts";

/** Longest value of a parameter, in characters; Cognito's codes and our states have 36 and 43. */
const MAX_LENGTH = 2048;

/**
 * The parameters, each known to be there once: of two values this function and another reader might each take a different
 * one (https://www.rfc-editor.org/rfc/rfc6749#section-3.1). Throws `invalid_request`.
 */
export function callbackParameters(request: HttpRequest): {
  readonly parameters: URLSearchParams;
  readonly state: string;
} {
  const parameters = new URLSearchParams();
  for (const [name, [value, ...others]] of request.query) {
    if (value === undefined || others.length > 0 || value.length > MAX_LENGTH) {
      throw new SignInError("invalid_request", "a parameter is repeated or too long");
    }
    parameters.set(name, value);
  }
  const valueOf = (name: string) => parameters.get(name) ?? "";
  const state = valueOf("state");
  if (state === "") throw new SignInError("invalid_request", "the parameter state is missing");
  if ((valueOf("code") === "") === (valueOf("error") === "")) {
    throw new SignInError("invalid_request", "there must be either a code or an error");
  }
  return { parameters, state };
}
