// What the signed-in user sees: the greeting, the record of this sign-in, and those before it.

import { useCallback } from "react";
import type { Ledger } from "../enter-ledger.ts";
import { recordOwnLogin } from "../record-own-login.ts";
import { useAttempt } from "../use-attempt.ts";
import { Account } from "./account.tsx";
import { Frame } from "./frame.tsx";
import { GreetingHeading } from "./greeting-heading.tsx";
import { LoginList } from "./login-list.tsx";
import { OwnLogin } from "./own-login.tsx";

interface HomeProps {
  readonly ledger: Ledger;
}

export function Home({ ledger }: HomeProps) {
  const record = useCallback(() => recordOwnLogin(ledger.client), [ledger]);
  const [own, retry] = useAttempt(record);
  const { user, isRecorded, signOut } = ledger;
  return (
    <Frame account={<Account username={user.username} signOut={signOut} />}>
      <GreetingHeading username={user.username} />
      <OwnLogin attempt={own} isRecorded={isRecorded} onRetry={retry} />
      <LoginList own={own.state === "done" ? own.value : undefined} />
    </Frame>
  );
}
