// What a password of a pool must be made of, in the service's words.
// https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html

import { passwordPolicyViolated } from "../errors.ts";
import type { PasswordPolicy } from "../model/pool.ts";
import { randomText } from "../random-text.ts";

export const PASSWORD_MAX_LENGTH = 256;
/** No white space at either end; https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SignUp.html */
export const PASSWORD_PATTERN = /^[\S]+.*[\S]+$/;

// The characters that the service counts as symbols.
const SYMBOL = /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+\- ]/;

interface Rule {
  readonly applies: (policy: PasswordPolicy) => boolean;
  readonly holds: (password: string, policy: PasswordPolicy) => boolean;
  readonly violation: string;
  /** As shown to somebody who is about to choose a password. */
  readonly demand: (policy: PasswordPolicy) => string;
}

const RULES: readonly Rule[] = [
  {
    applies: () => true,
    holds: (password, { minimumLength }) => password.length >= minimumLength,
    violation: "Password not long enough",
    demand: ({ minimumLength }) => `at least ${minimumLength} characters`,
  },
  {
    applies: ({ requiresLowercase }) => requiresLowercase,
    holds: (password) => /[a-z]/.test(password),
    violation: "Password must have lowercase characters",
    demand: () => "a lower-case letter",
  },
  {
    applies: ({ requiresUppercase }) => requiresUppercase,
    holds: (password) => /[A-Z]/.test(password),
    violation: "Password must have uppercase characters",
    demand: () => "an upper-case letter",
  },
  {
    applies: ({ requiresNumbers }) => requiresNumbers,
    holds: (password) => /[0-9]/.test(password),
    violation: "Password must have numeric characters",
    demand: () => "a digit",
  },
  {
    applies: ({ requiresSymbols }) => requiresSymbols,
    holds: (password) => SYMBOL.test(password),
    violation: "Password must have symbol characters",
    demand: () => "a symbol",
  },
];

/** Throws `InvalidPasswordException` with the first rule that the password breaks. */
export function checkPasswordPolicy(policy: PasswordPolicy, password: string): void {
  for (const { applies, holds, violation } of RULES) {
    if (applies(policy) && !holds(password, policy)) throw passwordPolicyViolated(violation);
  }
}

/** The rules of a policy as parts of a sentence. */
export function passwordDemands(policy: PasswordPolicy): readonly string[] {
  return RULES.filter(({ applies }) => applies(policy)).map(({ demand }) => demand(policy));
}

/** A random password that every policy of this length takes. */
export function generatePassword({ minimumLength }: PasswordPolicy): string {
  return `aA1!${randomText(Math.max(minimumLength, 12), "mixed")}`;
}
