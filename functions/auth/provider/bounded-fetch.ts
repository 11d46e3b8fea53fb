// A fetch that reads answers whole but never more than fits: the user pool's token answers are small.

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
 * Wraps a fetch: the answer it resolves to has its body in memory, so that the request's signal bounds the time of the
 * whole exchange. Rejects for a body that is too large.
 */
export function boundedFetch(fetch: ProviderFetch): ProviderFetch {
  return async (url, init) => {
    const { status, headers, body } = await fetch(url, init);
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
