// The sign-ins read so far, and the way to the older ones.

import type { LoginFieldsFragment } from "../../../client/generated/operations.ts";
import { texts } from "../texts.ts";
import { LoginRow } from "./login-row.tsx";
import { ShowMore } from "./show-more.tsx";

interface LoginEntriesProps {
  /** Newest first. */
  readonly logins: readonly LoginFieldsFragment[];
  /** The sign-in that this page stems from, as soon as it is known. */
  readonly own: LoginFieldsFragment | undefined;
  readonly hasMore: boolean;
  readonly loadMore: () => Promise<unknown>;
}

export function LoginEntries({ logins, own, hasMore, loadMore }: LoginEntriesProps) {
  if (logins.length === 0) return <p className="empty">{texts.list.empty}</p>;
  return (
    <>
      <ol className="ledger" aria-labelledby="login-list-title">
        {logins.map((login) => (
          <LoginRow key={login.id} login={login} isOwn={login.id === own?.id} />
        ))}
      </ol>
      <ShowMore shownCount={logins.length} hasMore={hasMore} load={loadMore} />
    </>
  );
}
