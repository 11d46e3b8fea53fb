// From the browser's session to what the page works with.

import type { ApolloClient } from "@apollo/client";
import { isSessionLost } from "../../client/errors.ts";
import { createLedgerClient } from "../../client/ledger-client.ts";
import { openSession, type SessionUser } from "../../client/session.ts";

export interface Ledger {
  readonly user: SessionUser;
  readonly client: ApolloClient;
  /** Whether the sign-in was on record when the page was opened. */
  readonly isRecorded: boolean;
  /** Ends the session, then leaves the page for the address where the identity provider ends its own. */
  readonly signOut: () => Promise<void>;
}

/**
 * Opens the session of this browser; `null` when nobody is signed in. `onSessionLost` is told when a later call finds
 * that the session has ended.
 */
export async function enterLedger(onSessionLost: () => void): Promise<Ledger | null> {
  const session = await openSession();
  if (session === null) return null;

  const watched = async <Value>(work: Promise<Value>): Promise<Value> => {
    try {
      return await work;
    } catch (error) {
      if (isSessionLost(error)) onSessionLost();
      throw error;
    }
  };

  return {
    user: session.user,
    isRecorded: session.isRecorded,
    client: createLedgerClient({
      graphqlUrl: session.graphqlUrl,
      accessToken: () => watched(session.accessToken()),
      renew: () => watched(session.renew()),
    }),
    signOut: async () => {
      const { logoutUrl } = await watched(session.logout());
      location.assign(logoutUrl);
    },
  };
}
