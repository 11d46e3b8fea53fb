// The typed client of the ledger's GraphQL API: Apollo Client with the caller's access token on every request.

import { ApolloClient } from "@apollo/client";
import { ServerError } from "@apollo/client/errors";
import { ApolloLink } from "@apollo/client/link";
import { SetContextLink } from "@apollo/client/link/context";
import { ErrorLink } from "@apollo/client/link/error";
import { BaseHttpLink } from "@apollo/client/link/http";
import { from, switchMap } from "rxjs";
import { createLedgerCache } from "./cache.ts";

export interface LedgerClientOptions {
  /** The API's HTTPS endpoint. */
  readonly graphqlUrl: string;
  /** An access token of the user pool, asked for before each request. */
  readonly accessToken: () => string | Promise<string>;
  /** Called when the API has refused a token; when it resolves, `accessToken` answers with a fresh one. */
  readonly renew: () => Promise<unknown>;
  /** Default is the global `fetch`. */
  readonly fetch?: typeof fetch;
}

/**
 * Makes an Apollo Client for the documents in `generated/operations.ts`.
 *
 * A request that the API answers with 401 is sent once more with a renewed token; any number of such requests at the
 * same time share one renewal. What `accessToken` or `renew` rejects with becomes the operation's error. Fields that
 * fail give an operation a `CombinedGraphQLErrors`, to be asked with `hasErrorType`.
 *
 * Lists of sign-ins (`myLogins`, `loginsOf`) are read page by page with `fetchMore({ variables: { nextToken } })`,
 * which puts each page at the end of the list; asked for without `nextToken`, a list starts anew.
 *
 * @example
 * ```ts
 * import { MyLoginsDocument } from "./generated/operations.ts";
 * import { createLedgerClient } from "./ledger-client.ts";
 *
 * const client = createLedgerClient({
 *   graphqlUrl: "https://api.example.com/graphql",
 *   accessToken: () => "an access token",
 *   renew: () => Promise.reject(new Error("sign in again")),
 * });
 * const { data } = await client.query({ query: MyLoginsDocument, variables: { limit: 5 } });
 * for (const login of data?.myLogins?.items ?? []) console.log(login.loggedInAt, login.address);
 * ```
 */
export function createLedgerClient(options: LedgerClientOptions): ApolloClient {
  return new ApolloClient({
    link: ApolloLink.from([
      retryWithRenewedToken(options),
      new SetContextLink(async (context) => ({
        headers: { ...headersOf(context), authorization: await options.accessToken() },
      })),
      // Not HttpLink: that adds an `extensions` member of Apollo's own, which AppSync does not document.
      new BaseHttpLink({
        uri: options.graphqlUrl,
        credentials: "omit", // the token alone says who asks
        ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
      }),
    ]),
    cache: createLedgerCache(),
  });
}

/** The headers that the links here have put into an operation's context, which Apollo leaves untyped. */
function headersOf(context: ApolloLink.OperationContext): Readonly<Record<string, string | undefined>> {
  return (context as BaseHttpLink.ContextOptions).headers ?? {};
}

function retryWithRenewedToken({ accessToken, renew }: LedgerClientOptions): ErrorLink {
  const retried = new WeakSet<ApolloLink.Operation>();
  let renewal: Promise<unknown> | undefined;

  const replaceToken = async (refused: string | undefined) => {
    // Another operation may have had it renewed since this one was sent.
    if ((await accessToken()) !== refused) return;
    renewal ??= renew().finally(() => {
      renewal = undefined;
    });
    await renewal;
  };

  return new ErrorLink(({ error, operation, forward }) => {
    if (!ServerError.is(error) || error.statusCode !== 401 || retried.has(operation)) return;
    retried.add(operation);
    const { authorization } = headersOf(operation.getContext());
    return from(replaceToken(authorization)).pipe(switchMap(() => forward(operation)));
  });
}
