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
  return renewableValue({ ...options, renewAfterMs: Number.POSITIVE_INFINITY }).get;
}

export interface RenewableValueOptions<Value> extends CachedValueOptions<Value> {
  /** How long ago the service must have been asked before it is asked ahead of time, in milliseconds. */
  readonly renewAfterMs: number;
}

export interface RenewableValue<Value> {
  /** The value, as `cachedValue` gives it. */
  readonly get: () => Promise<Value>;
  /**
   * The value for a caller who has seen that it is out of date: asks the service, unless that was done within
   * `renewAfterMs`. Rejects when the service failed, since the last good value will not do.
   */
  readonly renew: () => Promise<Value>;
}

export function renewableValue<Value>(options: RenewableValueOptions<Value>): RenewableValue<Value> {
  const { load, lifetimeMs, pauseAfterFailureMs, renewAfterMs, clock, onStale } = options;
  let kept: { value: Value; since: number; forMs: number } | undefined;
  let loading: Promise<Value> | undefined;
  let asked: { readonly atMs: number; failure?: { readonly error: unknown } } | undefined;

  // A clock that was set back gives a negative age, which would keep the value for as long as it was set back.
  const isWithin = (ms: number, since: number) => clock() - since >= 0 && clock() - since < ms;

  const ask = async (): Promise<Value> => {
    const asking: NonNullable<typeof asked> = (asked = { atMs: clock() });
    try {
      const value = await load();
      kept = { value, since: clock(), forMs: lifetimeMs };
      return value;
    } catch (error) {
      asking.failure = { error };
      if (kept !== undefined) {
        kept = { value: kept.value, since: clock(), forMs: pauseAfterFailureMs };
        onStale(error);
      }
      throw error;
    }
  };
  const askOnce = () =>
    (loading ??= ask().finally(() => {
      loading = undefined;
    }));

  return {
    get: async () => {
      if (kept !== undefined && isWithin(kept.forMs, kept.since)) return kept.value;
      try {
        return await askOnce();
      } catch (error) {
        if (kept === undefined) throw error;
        return kept.value;
      }
    },
    renew: async () => {
      if (loading === undefined && kept !== undefined && asked && isWithin(renewAfterMs, asked.atMs)) {
        if (asked.failure !== undefined) throw asked.failure.error;
        return kept.value;
      }
      return askOnce();
    },
  };
}
