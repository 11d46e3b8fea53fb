// The user's own sign-ins, newest first, a page at a time.

import { useQuery } from "@apollo/client/react";
import { MyLoginsDocument, type LoginFieldsFragment } from "../../../client/generated/operations.ts";
import { ownTimeZone } from "../moments.ts";
import { texts } from "../texts.ts";
import { withOwnLogin } from "../with-own-login.ts";
import { LoginEntries } from "./login-entries.tsx";
import { Placeholder } from "./placeholder.tsx";
import { Problem } from "./problem.tsx";

const PAGE_SIZE = 10;

interface LoginListProps {
  /** The sign-in that this page stems from, as soon as it is known. */
  readonly own: LoginFieldsFragment | undefined;
}

export function LoginList({ own }: LoginListProps) {
  const { data, error, loading, refetch, fetchMore } = useQuery(MyLoginsDocument, {
    variables: { limit: PAGE_SIZE },
  });
  const page = data?.myLogins;
  return (
    <section aria-labelledby="login-list-title" aria-busy={!page && loading}>
      <header className="list-title">
        <h2 id="login-list-title">{texts.list.title}</h2>
        <p>{texts.list.timeZone(ownTimeZone())}</p>
      </header>
      {!page && loading && <Placeholder lines={6} />}
      {!page && !loading && (
        <Problem title={texts.list.failed} error={error} onRetry={() => void refetch()} />
      )}
      {page && (
        <LoginEntries
          logins={withOwnLogin(page.items, own, page.nextToken !== null)}
          own={own}
          hasMore={page.nextToken !== null}
          loadMore={() => fetchMore({ variables: { nextToken: page.nextToken } })}
        />
      )}
    </section>
  );
}
