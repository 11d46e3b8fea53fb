// How answers of the ledger are kept: each sign-in once, and the pages of a list put together.

import { InMemoryCache, type FieldPolicy, type Reference } from "@apollo/client/cache";

interface CachedLoginPage {
  readonly __typename: "LoginPage";
  readonly items: readonly Reference[];
  readonly nextToken: string | null;
}

/** A cache for the ledger's answers, empty. */
export function createLedgerCache(): InMemoryCache {
  return new InMemoryCache({
    typePolicies: {
      Login: { keyFields: ["id"] },
      LoginPage: { keyFields: false },
      Greeting: { keyFields: false },
      Query: {
        fields: {
          myLogins: pagedBy("from", "to"),
          loginsOf: pagedBy("username", "from", "to"),
        },
      },
    },
  });
}

/** One list per value of these arguments, whatever the size of its pages. */
function pagedBy(...keyArgs: string[]): FieldPolicy<CachedLoginPage | null> {
  return {
    keyArgs,
    merge: (existing, incoming, { args }) =>
      typeof args?.["nextToken"] === "string"
        ? append(existing ?? null, incoming, args["nextToken"])
        : incoming,
  };
}

/**
 * A page belongs at the end of the list whose `nextToken` it was asked with. When the list has moved on since (the
 * same page came twice, or the list was loaded anew) it stays as it is.
 */
function append(
  list: CachedLoginPage | null,
  page: CachedLoginPage | null,
  nextToken: string,
): CachedLoginPage | null {
  if (list === null) return page;
  if (page === null || list.nextToken !== nextToken) return list;
  return { ...page, items: [...list.items, ...page.items] };
}
