// HTTP requests and answers as the local services see them: whole, with the body read.

import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

/** One request. Header names are lower-case; a header sent several times is joined as Node joins it. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query on the origin of the server that took the request. Parsing has resolved `.` and `..` in it. */
  readonly url: URL;
  /** Path and query exactly as sent, for those to whom `..` is a name like any other. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** All headers in the order and spelling in which they were sent, for those who must see repeated ones. */
  readonly rawHeaders: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  /** The peer's address without its port, and its port. */
  readonly peer: { readonly address: string; readonly port: number };
}

export interface HttpResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Uint8Array;
}

export type HttpHandler = (request: HttpRequest) => Promise<HttpResponse>;

/** The connection of a request that asks for WebSocket (RFC 6455 section 4.2), as whoever takes it over needs it. */
export interface UpgradingConnection {
  readonly incoming: IncomingMessage;
  readonly socket: Duplex;
  /** What the client sent after its request. */
  readonly head: Buffer;
}

/** Takes over the connection, or answers the request, which then gets no WebSocket. The body is empty. */
export type UpgradeHandler = (
  request: HttpRequest,
  connection: UpgradingConnection,
) => HttpResponse | undefined;

/** A JSON answer in UTF-8. */
export function json(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string | readonly string[]>> = {},
): HttpResponse {
  return {
    status,
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(value),
  };
}
