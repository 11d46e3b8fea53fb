// One piece of asynchronous work as a component sees it: under way, done or failed, and to be tried again.

import { useCallback, useEffect, useState } from "react";

export type Attempt<Value> =
  | { readonly state: "pending" }
  | { readonly state: "done"; readonly value: Value }
  | { readonly state: "failed"; readonly error: unknown };

/**
 * Does the work when the component appears and each time `retry` is called. `work` must be the same function on every
 * rendering (declared outside the component or made with `useCallback`); another one starts anew.
 */
export function useAttempt<Value>(
  work: () => Promise<Value>,
): readonly [attempt: Attempt<Value>, retry: () => void] {
  const [attempt, setAttempt] = useState<Attempt<Value>>({ state: "pending" });
  const [round, setRound] = useState(0);
  useEffect(() => {
    let isCurrent = true;
    const settle = (settled: Attempt<Value>) => {
      if (isCurrent) setAttempt(settled);
    };
    work().then(
      (value) => {
        settle({ state: "done", value });
      },
      (error: unknown) => {
        settle({ state: "failed", error });
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [work, round]);
  const retry = useCallback(() => {
    setAttempt({ state: "pending" });
    setRound((number) => number + 1);
  }, []);
  return [attempt, retry];
}
