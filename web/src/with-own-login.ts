// The list of sign-ins is read from an index that is a moment behind; the page knows its own sign-in already.

import type { LoginFieldsFragment } from "../../client/generated/operations.ts";

/**
 * The list, newest first, with the sign-in of this page in its place. One that is older than everything read so far
 * is left to the pages that follow (`hasMore`).
 */
export function withOwnLogin(
  logins: readonly LoginFieldsFragment[],
  own: LoginFieldsFragment | undefined,
  hasMore: boolean,
): readonly LoginFieldsFragment[] {
  if (own === undefined || logins.some(({ id }) => id === own.id)) return logins;
  // ISO times of one form in UTC are in the order of their letters.
  const place = logins.findIndex(({ loggedInAt }) => loggedInAt <= own.loggedInAt);
  if (place === -1) return hasMore ? logins : [...logins, own];
  return logins.toSpliced(place, 0, own);
}
