// What a user name may be, and when two of them are the same.

import { isEmailAddress } from "../model/attributes.ts";
import type { Pool } from "../model/pool.ts";

export const USER_NAME_MAX_LENGTH = 128;
/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SignUp.html */
export const USER_NAME_PATTERN = /^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u;

/** The form in which names and e-mail addresses of a pool are compared. */
export function foldCase({ caseSensitive }: Pick<Pool, "caseSensitive">, name: string): string {
  return caseSensitive ? name : name.toLowerCase();
}

/** Whether a new user would be taken for somebody's e-mail address. */
export function looksLikeAlias({ emailIsAlias }: Pick<Pool, "emailIsAlias">, userName: string): boolean {
  return emailIsAlias && isEmailAddress(userName);
}
