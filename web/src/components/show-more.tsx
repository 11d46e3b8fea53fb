// The way to the older entries of a list, and word of how many there are.

import { useEffect, useRef, useState } from "react";
import { explain } from "../explain-error.ts";
import { texts } from "../texts.ts";

interface ShowMoreProps {
  readonly shownCount: number;
  readonly hasMore: boolean;
  readonly load: () => Promise<unknown>;
}

export function ShowMore({ shownCount, hasMore, load }: ShowMoreProps) {
  const [step, setStep] = useState<"untouched" | "loading" | "loaded">("untouched");
  const [problem, setProblem] = useState<string>();
  const end = useRef<HTMLParagraphElement>(null);

  const isAtEnd = !hasMore && step !== "untouched";
  useEffect(() => {
    // The button that had the focus is gone; without this, a keyboard would start again at the top.
    if (isAtEnd) end.current?.focus();
  }, [isAtEnd]);

  const loadMore = async () => {
    setStep("loading");
    setProblem(undefined);
    try {
      await load();
    } catch (error) {
      setProblem(`${texts.list.moreFailed} ${explain(error).hint}`);
    }
    setStep("loaded");
  };

  const isLoading = step === "loading";
  return (
    <div className="show-more">
      {problem !== undefined && (
        <p className="problem-line" role="alert">
          {problem}
        </p>
      )}
      {hasMore && (
        <button
          className="button"
          type="button"
          aria-disabled={isLoading}
          onClick={() => {
            if (!isLoading) void loadMore();
          }}
        >
          {isLoading ? texts.loading : texts.list.showMore}
        </button>
      )}
      {isAtEnd && (
        <p className="list-end" ref={end} tabIndex={-1}>
          {texts.list.allShown(shownCount)}
        </p>
      )}
      <p className="visually-hidden" role="status">
        {step === "loaded" && hasMore && problem === undefined && texts.list.shown(shownCount)}
      </p>
    </div>
  );
}
