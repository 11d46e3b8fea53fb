// A value read from a service and kept for a while: read once for all who ask at once, kept when the service fails.

export interface CachedValueOptions<Value> {
  readonly load: () => Promise<Value>;
  /** How long a value is served without asking again, in milliseconds. */
  readonly lifetimeMs: number;
  /** How long the last good value is served after a failure before the service is asked again, in milliseconds. */
  readonly pauseAfterFailureMs: number;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Told of a failure that the last good value covered up. */
  readonly onStale: (error: unknown) => void;
}

/**
 * Returns a function that resolves to the value. It rejects with what `load` rejected with only while there has never
 * been a good value; a rejection is never remembered, so that the next call asks again.
 */
export function cachedValue<Value>(options: CachedValueOptions<Value>): () => Promise<Value> {
  const { load, lifetimeMs, pauseAfterFailureMs, clock, onStale } = options;
  let kept: { value: Value; since: number; forMs: number } | undefined;
  let loading: Promise<Value> | undefined;

  const refresh = async (): Promise<Value> => {
    try {
      const value = await load();
      kept = { value, since: clock(), forMs: lifetimeMs };
      return value;
    } catch (error) {
      if (kept === undefined) throw error;
      kept = { value: kept.value, since: clock(), forMs: pauseAfterFailureMs };
      onStale(error);
      return kept.value;
    }
  };

  return () => {
    if (kept !== undefined) {
      const age = clock() - kept.since;
      // A clock that was set back gives a negative age, which would keep the value for as long as it was set back.
      if (age >= 0 && age < kept.forMs) return Promise.resolve(kept.value);
    }
    loading ??= refresh().finally(() => {
      loading = undefined;
    });
    return loading;
  };
}
