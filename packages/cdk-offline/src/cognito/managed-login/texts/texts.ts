// Everything that the pages say, by name: a language that leaves one out does not compile.

import type { PasswordRule } from "../../passwords/password-policy.ts";

/** The pages' languages, by the codes of Cognito's `lang` parameter. */
export type Language = "en" | "de";

/** Attributes that a page can ask for by a name of its own. */
export type NamedAttribute =
  | "address"
  | "birthdate"
  | "email"
  | "family_name"
  | "gender"
  | "given_name"
  | "locale"
  | "middle_name"
  | "name"
  | "nickname"
  | "phone_number"
  | "website";

/** Errors of the service that users of the pages meet. All others are shown in the service's own words. */
export type KnownError =
  | "incorrectUserNameOrPassword"
  | "passwordAttemptsExceeded"
  | "userDisabled"
  | "userNotConfirmed"
  | "temporaryPasswordExpired"
  | "userNameExists"
  | "emailAliasExists"
  | "codeMismatch"
  | "codeExpired"
  | "attemptLimitExceeded"
  | "userOfClientNotFound"
  | "softwareTokenCodeMismatch"
  | "softwareTokenNotEnabled"
  | "softwareTokenUsedTwice"
  | "notConfirmable";

/** Why a request leads to no page, and back to no application either. */
export type Problem =
  | "unknownClient"
  | "notForPages"
  | "redirectMismatch"
  | "logoutMismatch"
  | "signUpNotAllowed"
  | "recoveryByAdministrator"
  | "noSuchPage";

/** A sentence with a link in it. */
interface LinkedText {
  readonly before: string;
  readonly link: string;
  readonly after: string;
}

export interface Texts {
  readonly language: Language;
  /** What the language calls itself. */
  readonly ownName: string;
  /** Put before a page's title in the title bar when something is wrong, with a colon. */
  readonly error: string;
  readonly continueTo: (place: string) => string;
  readonly languages: string;
  readonly outbox: LinkedText;
  readonly errors: Readonly<Record<KnownError, string>>;
  readonly forms: {
    /** Said in place of an answer to a form that did not come from a page of this process. */
    readonly expired: string;
    /** Said when a sign-in was left in the middle. */
    readonly tookTooLong: string;
    readonly needed: string;
    readonly emailForm: string;
    readonly phoneForm: string;
    /** Of an attribute that is too short, too long or not of its type. */
    readonly otherForm: string;
  };
  readonly fields: {
    readonly userName: string;
    readonly userNameOrEmail: string;
    readonly password: string;
    readonly newPassword: string;
    readonly code: string;
    readonly appCode: string;
    readonly attributes: Readonly<Record<NamedAttribute, string>>;
  };
  readonly password: {
    readonly needs: (demands: string) => string;
    readonly lacks: (demands: string) => string;
    readonly form: (maximum: number) => string;
    readonly rules: Readonly<Record<PasswordRule, (minimumLength: number) => string>>;
  };
  readonly signIn: {
    readonly title: string;
    readonly button: string;
    readonly enterUserName: string;
    readonly forgotten: string;
    readonly newHere: string;
    readonly createAccount: string;
  };
  readonly signUp: {
    readonly title: string;
    readonly button: string;
    readonly haveAccount: string;
    readonly signIn: string;
    readonly userNameForm: (maximum: number) => string;
    readonly userNameLikeEmail: string;
    readonly created: string;
    readonly administratorConfirms: string;
  };
  readonly confirm: {
    readonly title: string;
    /** Around the user's name. */
    readonly sent: readonly [string, string];
    readonly button: string;
    readonly resend: string;
    readonly resent: string;
    readonly done: string;
  };
  readonly forgot: {
    readonly title: string;
    readonly explanation: string;
    readonly button: string;
    readonly back: string;
  };
  readonly reset: {
    readonly title: string;
    /** Around the user's name. */
    readonly sent: readonly [string, string];
    readonly required: string;
    readonly button: string;
    readonly done: string;
    readonly wrongCode: string;
  };
  readonly changePassword: {
    readonly title: string;
    readonly explanation: string;
    readonly button: string;
  };
  readonly secondFactor: {
    readonly title: string;
    readonly explanation: string;
    readonly button: string;
  };
  readonly enroll: {
    readonly title: string;
    readonly explanation: string;
    readonly scan: string;
    readonly picture: string;
    readonly orType: string;
    readonly thenEnter: string;
    readonly button: string;
  };
  readonly problem: {
    readonly title: string;
    readonly goBack: string;
    readonly sentences: Readonly<Record<Problem, string>>;
  };
}
