// The record of the sign-in that this page stems from.

import type { LoginFieldsFragment } from "../../../client/generated/operations.ts";
import { texts } from "../texts.ts";
import type { Attempt } from "../use-attempt.ts";
import { LoginDetails } from "./login-details.tsx";
import { Placeholder } from "./placeholder.tsx";
import { Problem } from "./problem.tsx";

interface OwnLoginProps {
  readonly attempt: Attempt<LoginFieldsFragment>;
  /** Whether there is a record, should it not be shown. */
  readonly isRecorded: boolean;
  readonly onRetry: () => void;
}

export function OwnLogin({ attempt, isRecorded, onRetry }: OwnLoginProps) {
  return (
    <section className="card" aria-labelledby="own-login-title" aria-busy={attempt.state === "pending"}>
      <header className="card-title">
        <h2 id="own-login-title">{texts.ownLogin.title}</h2>
        {attempt.state === "done" && <span className="seal">{texts.ownLogin.recorded}</span>}
      </header>
      {attempt.state === "pending" && <Placeholder lines={4} />}
      {attempt.state === "failed" && (
        <Problem
          title={isRecorded ? texts.ownLogin.failed : texts.ownLogin.unrecorded}
          error={attempt.error}
          onRetry={onRetry}
        />
      )}
      {attempt.state === "done" && <LoginDetails login={attempt.value} />}
    </section>
  );
}
