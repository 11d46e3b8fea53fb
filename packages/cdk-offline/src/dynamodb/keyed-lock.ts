// One writer at a time for each item: a condition must still hold when the item it was checked against is replaced.

/** Calls `work` when no one else holds the key; `work` is given the function that gives the lock back. */
export type KeyedLock = (key: string, work: (free: () => void) => void) => void;

/** A lock per key; those who wait get it in the order in which they came. */
export function keyedLock(): KeyedLock {
  const waiting = new Map<string, (() => void)[]>();

  function free(key: string): void {
    const next = waiting.get(key)?.shift();
    if (next === undefined) waiting.delete(key);
    else setImmediate(next);
  }

  return (key, work) => {
    const run = () => {
      work(() => {
        free(key);
      });
    };
    const queue = waiting.get(key);
    if (queue === undefined) {
      waiting.set(key, []);
      run();
    } else {
      queue.push(run);
    }
  };
}
