// One POST over HTTP or HTTPS with Node's own client: `fetch` would load a second HTTP stack on the first call, which
// nearly doubles the time a small function takes to answer it.

import { request as requestHttp, type IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";

export interface PostRequest {
  /** An `http:` or `https:` address. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Time for the whole exchange, the answer's body included, in milliseconds. */
  readonly timeoutMs: number;
  /** Largest body of an answer, in bytes. */
  readonly maxAnswerBytes: number;
}

export interface PostAnswer {
  readonly status: number;
  readonly body: string;
}

/** Sends one. */
export type Post = (request: PostRequest) => Promise<PostAnswer>;

/**
 * Sends the request and reads the whole answer. Follows no redirect. Rejects with Node's error when the host cannot be
 * reached, with an `AbortError` when the time is up, and with an `Error` when the answer is too large.
 */
export async function post({
  url,
  headers,
  body,
  timeoutMs,
  maxAnswerBytes,
}: PostRequest): Promise<PostAnswer> {
  const signal = AbortSignal.timeout(timeoutMs);
  const send = url.startsWith("https:") ? requestHttps : requestHttp;
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = send(url, { method: "POST", headers, signal }, resolve);
    outgoing.on("error", reject);
    outgoing.end(body);
  });
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxAnswerBytes) throw new Error(`the answer is larger than ${maxAnswerBytes} bytes`);
    chunks.push(chunk);
  }
  return { status: Number(answer.statusCode), body: Buffer.concat(chunks).toString("utf8") };
}
