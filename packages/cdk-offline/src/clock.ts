// The one notion of "now" that every local service is given, so that a test can set it.

/** Milliseconds since the epoch, as `Date.now()` gives them. */
export type Clock = () => number;
