// What somebody sees who is not signed in.

import { useEffect, useRef } from "react";
import { texts } from "../texts.ts";
import { Frame } from "./frame.tsx";
import { LedgerDrawing } from "./ledger-drawing.tsx";

/** The page comes back to `/` after signing in. */
const SIGN_IN = "/auth/login?returnTo=/";

interface LandingProps {
  /** Why the user is here again, when it was not of their own doing. */
  readonly notice?: string;
}

export function Landing({ notice }: LandingProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // The screen changed under the user's hands: what is read out goes on here.
    if (notice !== undefined) heading.current?.focus();
  }, [notice]);
  return (
    <Frame>
      <div className="landing">
        {notice !== undefined && (
          <p className="notice" role="alert">
            {notice}
          </p>
        )}
        <div className="invitation">
          <h1 ref={heading} tabIndex={-1}>
            {texts.landing.title}
          </h1>
          <p className="lead">{texts.landing.lead}</p>
          <a className="button button-main" href={SIGN_IN}>
            {texts.landing.signIn}
          </a>
        </div>
        <LedgerDrawing />
        <ul className="facts">
          {texts.landing.facts.map(([title, text]) => (
            <li key={title}>
              <strong>{title}</strong>
              {text}
            </li>
          ))}
        </ul>
      </div>
    </Frame>
  );
}
