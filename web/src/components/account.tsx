// Who is signed in, and the way out.

import { useState } from "react";
import { explain } from "../explain-error.ts";
import { texts } from "../texts.ts";

interface AccountProps {
  readonly username: string;
  readonly signOut: () => Promise<void>;
}

export function Account({ username, signOut }: AccountProps) {
  const [isLeaving, setLeaving] = useState(false);
  const [problem, setProblem] = useState<string>();

  const leave = async () => {
    setLeaving(true);
    setProblem(undefined);
    try {
      await signOut();
    } catch (error) {
      setLeaving(false);
      setProblem(`${texts.account.notSignedOut} ${explain(error).hint}`);
    }
  };

  return (
    <div className="account">
      <span className="account-name">
        <span className="visually-hidden">{texts.account.signedInAs} </span>
        {username}
      </span>
      <button
        className="button"
        type="button"
        aria-disabled={isLeaving}
        onClick={() => {
          if (!isLeaving) void leave();
        }}
      >
        {isLeaving ? texts.account.signingOut : texts.account.signOut}
      </button>
      {problem !== undefined && (
        <p className="account-problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
