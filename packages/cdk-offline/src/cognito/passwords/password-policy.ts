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

/** What a policy can demand of a password. */
export type PasswordRule = "length" | "lowercase" | "uppercase" | "number" | "symbol";

interface Rule {
  readonly name: PasswordRule;
  readonly applies: (policy: PasswordPolicy) => boolean;
  readonly holds: (password: string, policy: PasswordPolicy) => boolean;
  readonly violation: string;
}

const RULES: readonly Rule[] = [
  {
    name: "length",
    applies: () => true,
    holds: (password, { minimumLength }) => password.length >= minimumLength,
    violation: "Password not long enough",
  },
  {
    name: "lowercase",
    applies: ({ requiresLowercase }) => requiresLowercase,
    holds: (password) => /[a-z]/.test(password),
    violation: "Password must have lowercase characters",
  },
  {
    name: "uppercase",
    applies: ({ requiresUppercase }) => requiresUppercase,
    holds: (password) => /[A-Z]/.test(password),
    violation: "Password must have uppercase characters",
  },
  {
    name: "number",
    applies: ({ requiresNumbers }) => requiresNumbers,
    holds: (password) => /[0-9]/.test(password),
    violation: "Password must have numeric characters",
  },
  {
    name: "symbol",
    applies: ({ requiresSymbols }) => requiresSymbols,
    holds: (password) => SYMBOL.test(password),
    violation: "Password must have symbol characters",
  },
];

/** Throws `InvalidPasswordException` with the first rule that the password breaks. */
export function checkPasswordPolicy(policy: PasswordPolicy, password: string): void {
  for (const { applies, holds, violation } of RULES) {
    if (applies(policy) && !holds(password, policy)) throw passwordPolicyViolated(violation);
  }
}

/** What a policy demands, to be told to somebody who is about to choose a password. */
export function passwordRules(policy: PasswordPolicy): readonly PasswordRule[] {
  return RULES.filter(({ applies }) => applies(policy)).map(({ name }) => name);
}

/** What of it a password does not have. */
export function brokenRules(policy: PasswordPolicy, password: string): readonly PasswordRule[] {
  return RULES.filter(({ applies, holds }) => applies(policy) && !holds(password, policy)).map(
    ({ name }) => name,
  );
}

/** A random password that every policy of this length takes. */
export function generatePassword({ minimumLength }: PasswordPolicy): string {
  return `aA1!${randomText(Math.max(minimumLength, 12), "mixed")}`;
}
