// The user pool's public keys, read over HTTPS by aws-jwt-verify, with as much time and as many tries as are set aside.

import { fetch as fetchOnce } from "aws-jwt-verify/https";
import { SimpleJwksCache, type JwksCache } from "aws-jwt-verify/jwk";
import { LIMITS } from "./limits.ts";
import { retry, type RetryOptions } from "./retry.ts";

export interface PoolKeysOptions {
  /** Reads an address once, for `responseTimeout` milliseconds at most. Default is aws-jwt-verify's own. */
  readonly fetch?: (url: string, options: { readonly responseTimeout: number }) => Promise<ArrayBuffer>;
  readonly pause?: RetryOptions["pause"];
  /** Milliseconds since the epoch. Default is the machine's clock. */
  readonly clock?: () => number;
}

/**
 * Reads the keys when they are first needed and when a token names one that is not known, then at most every ten seconds.
 * A first try that takes long has all the time there is; one that fails soon is repeated, as reading changes nothing. The
 * library's own fetcher would give each of two tries half the time, and not repeat a 503.
 */
export function poolKeys({ fetch = fetchOnce, pause, clock = Date.now }: PoolKeysOptions = {}): JwksCache {
  return new SimpleJwksCache({
    fetcher: {
      fetch: (url) => {
        const endMs = clock() + LIMITS.keysMs;
        const leftMs = () => endMs - clock();
        return retry(() => fetch(url, { responseTimeout: leftMs() }), {
          attempts: 3,
          firstPauseMs: 200,
          longestPauseMs: 400,
          isPassing: () => leftMs() > MIN_LEFT_MS,
          ...(pause !== undefined && { pause }),
        });
      },
    },
  });
}

/** With less time than this, the longest pause included, another try is not worth beginning. */
const MIN_LEFT_MS = 600;
