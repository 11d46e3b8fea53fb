// A fetch for the user pool's endpoints: on a connection of its own, and reading answers whole but never more than fits.

/** The form in which oauth4webapi calls a fetch of one's own. */
export type ProviderFetch = (url: string, init: ProviderRequest) => Promise<Response>;

interface ProviderRequest {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: URLSearchParams;
  /** Always `manual`: an answer that sends us elsewhere with a code or a secret is no answer. */
  readonly redirect: "manual";
  readonly signal?: AbortSignal;
}

/** Largest answer that is read, in bytes. Three tokens at their largest take about 12 KB. */
const MAX_ANSWER_BYTES = 256 * 1024;

/**
 * Between two calls Lambda freezes the function and lets idle connections die unseen. A request on one of those fails,
 * and a code is sent once only: https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html
 */
const NO_REUSE = { connection: "close" } as const;

/**
 * Wraps a fetch: the answer it resolves to has its body in memory, so that the request's signal bounds the time of the
 * whole exchange. No connection is kept for a later request. Rejects for a body that is too large.
 */
export function boundedFetch(fetch: ProviderFetch): ProviderFetch {
  return async (url, init) => {
    const { status, headers, body } = await fetch(url, {
      ...init,
      headers: { ...init.headers, ...NO_REUSE },
    });
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array> | []) {
      size += chunk.length;
      if (size > MAX_ANSWER_BYTES) throw new Error(`the answer is larger than ${MAX_ANSWER_BYTES} bytes`);
      chunks.push(chunk);
    }
    // A body, even an empty one, is refused for the statuses that have none.
    return new Response(size === 0 ? null : Buffer.concat(chunks), { status, headers });
  };
}
