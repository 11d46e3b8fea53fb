// What a page says about an error of the service.

import type { AwsError } from "../../../aws/errors.ts";
import * as errors from "../../errors.ts";
import type { KnownError, Texts } from "./texts.ts";

const KNOWN: readonly (readonly [KnownError, AwsError])[] = [
  ["incorrectUserNameOrPassword", errors.incorrectUserNameOrPassword()],
  ["passwordAttemptsExceeded", errors.passwordAttemptsExceeded()],
  ["userDisabled", errors.userDisabled()],
  ["userNotConfirmed", errors.userNotConfirmed()],
  ["temporaryPasswordExpired", errors.temporaryPasswordExpired()],
  ["userNameExists", errors.userNameExists("User already exists")],
  ["emailAliasExists", errors.emailAliasExists()],
  ["codeMismatch", errors.codeMismatch()],
  ["codeExpired", errors.codeExpired()],
  ["attemptLimitExceeded", errors.attemptLimitExceeded()],
  ["userOfClientNotFound", errors.userOfClientNotFound()],
  ["softwareTokenCodeMismatch", errors.softwareTokenCodeMismatch()],
  ["softwareTokenNotEnabled", errors.softwareTokenNotEnabled()],
  ["softwareTokenUsedTwice", errors.softwareTokenUsedTwice()],
];

/** The service's texts name the user's status, which says nothing to users. */
const NOT_CONFIRMABLE = /^User (cannot be confirmed|is already confirmed)/;

const BY_ERROR = new Map(KNOWN.map(([name, error]) => [errorKey(error), name]));

/** In the page's language; what a trigger's function says, and rare faults, in the words they come in. */
export function errorText(texts: Texts, error: AwsError): string {
  if (NOT_CONFIRMABLE.test(error.message)) return texts.errors.notConfirmable;
  const known = BY_ERROR.get(errorKey(error));
  return known === undefined ? error.message : texts.errors[known];
}

function errorKey({ code, message }: AwsError): string {
  return `${code}: ${message}`;
}
