// Something that could not be shown, why, and the way to try again.

import { useEffect } from "react";
import { explain } from "../explain-error.ts";
import { texts } from "../texts.ts";

interface ProblemProps {
  readonly title: string;
  readonly error: unknown;
  readonly onRetry: () => void;
  /** Whether nothing else is on the page; its title is the page's heading then. */
  readonly isWholePage?: boolean;
}

export function Problem({ title, error, onRetry, isWholePage = false }: ProblemProps) {
  const { hint, reference } = explain(error);
  const Title = isWholePage ? "h1" : "p";
  useEffect(() => {
    addEventListener("online", onRetry);
    return () => {
      removeEventListener("online", onRetry);
    };
  }, [onRetry]);
  return (
    <div className={isWholePage ? "problem problem-page" : "problem"} role="alert">
      <Title className="problem-title">{title}</Title>
      <p>{hint}</p>
      {reference !== undefined && <p className="problem-reference">{texts.problems.reference(reference)}</p>}
      <button className="button" type="button" onClick={onRetry}>
        {texts.tryAgain}
      </button>
    </div>
  );
}
