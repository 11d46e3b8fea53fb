// The record of the sign-in that this page stems from.

import type { ApolloClient } from "@apollo/client";
import { hasErrorType } from "../../client/errors.ts";
import { RecordLoginDocument, type LoginFieldsFragment } from "../../client/generated/operations.ts";

const ATTEMPTS = 3;

/**
 * Asks the ledger to record this sign-in and answers its record. As a rule it is there already, since nobody gets a
 * session before; called any number of times, the first record stays. Where the ledger says that it needs another call, that
 * is made after one, then two seconds.
 */
export async function recordOwnLogin(client: ApolloClient): Promise<LoginFieldsFragment> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { data } = await client.mutate({ mutation: RecordLoginDocument });
      if (!data?.recordLogin) throw new Error("recordLogin gave neither a record nor an error");
      return data.recordLogin;
    } catch (error) {
      const isWorthRepeating = hasErrorType(error, "RecordPending", "Throttled");
      if (!isWorthRepeating || attempt === ATTEMPTS) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, attempt * 1000));
  }
}
