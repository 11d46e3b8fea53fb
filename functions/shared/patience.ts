// How AWS's own services are asked again when they are busy: many functions that start at once share one quota.

import { retry, type RetryOptions, type RetryPolicy } from "./retry.ts";

export interface Patience extends RetryPolicy {
  /** Time for all tries together, in milliseconds. */
  readonly timeoutMs: number;
  /** Default is the machine's own timer. */
  readonly pause?: NonNullable<RetryOptions["pause"]>;
}

/**
 * Tries that a hundred functions starting at once need to get through a quota of forty requests a second within the time
 * that `LIMITS` leaves them.
 */
export const READ_RETRIES: RetryPolicy = { attempts: 20, firstPauseMs: 100, longestPauseMs: 800 };

/** Names under which the services say "too many at once", all with status 400. */
const THROTTLED = /^(?:Throttling(?:Exception)?|ThrottledException|TooManyRequestsException)$/;

/** Whether the same request may succeed a moment later: the service was busy or broken, or gave no answer at all. */
function isPassing(error: unknown): boolean {
  const { name, $metadata } = error as Error & { readonly $metadata?: { readonly httpStatusCode?: number } };
  // Without a status there was no answer: the network, not the service.
  const status = $metadata?.httpStatusCode ?? 0;
  return status === 0 || status >= 500 || THROTTLED.test(name);
}

/**
 * Calls the operation until the service answers or the signal fires. Its client must not try again by itself. Rejects with
 * the operation's last error.
 */
export function askPatiently<Answer>(
  operation: (signal: AbortSignal) => Promise<Answer>,
  signal: AbortSignal,
  patience: Patience,
): Promise<Answer> {
  return retry(() => operation(signal), { ...patience, isPassing, signal });
}
