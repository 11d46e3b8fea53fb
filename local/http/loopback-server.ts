// An HTTP server that only this machine can reach, and that only answers to the names it is called by.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { json, type HttpHandler, type HttpRequest, type HttpResponse } from "./exchange.ts";

export interface LoopbackServerOptions {
  /** 0 = any free port. */
  readonly port: number;
  /**
   * The host names it answers to, without port. A request with another Host header gets 403: a foreign page could
   * otherwise reach the server under a name of its own (DNS rebinding).
   */
  readonly hostNames: readonly string[];
  /** Largest body taken, in bytes; a larger one gets 413. */
  readonly maxBodyBytes: number;
  readonly handler: HttpHandler;
  /** Told of an exception that the handler did not turn into an answer; the client gets a bare 500. */
  readonly onError: (error: unknown, request: HttpRequest) => void;
}

export interface LoopbackServer {
  readonly port: number;
  /** The server underneath, for what speaks more than HTTP on the same port. */
  readonly server: Server;
  /**
   * Takes no further requests, cuts the connections on which none is under way and resolves when the last answer has
   * gone out; after two seconds what is still under way is cut off too.
   */
  close(): Promise<void>;
}

const CLOSING_GRACE_MS = 2000;

/** Listens on 127.0.0.1. Rejects with Node's error (`code: "EADDRINUSE"` for a taken port). */
export async function listenOnLoopback(options: LoopbackServerOptions): Promise<LoopbackServer> {
  const connections = new Set<Socket>();
  const underWay = new Set<Socket>();
  let isClosing = false;
  const server = createServer((incoming, outgoing) => {
    const { socket } = incoming;
    underWay.add(socket);
    outgoing.once("close", () => {
      underWay.delete(socket);
      if (isClosing) socket.end();
    });
    void serve(incoming, outgoing, options);
  });
  server.on("connection", (socket) => {
    connections.add(socket);
    socket.once("close", () => connections.delete(socket));
  });
  // `localhost` may mean ::1 first; browsers and curl fall back to 127.0.0.1 when that is refused.
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    server,
    close: () =>
      new Promise<void>((resolve) => {
        isClosing = true;
        const grace = setTimeout(() => {
          server.closeAllConnections();
        }, CLOSING_GRACE_MS);
        server.close(() => {
          clearTimeout(grace);
          resolve();
        });
        // Browsers open connections in advance; Node takes one that has not said anything yet for a busy one.
        for (const socket of connections) if (!underWay.has(socket)) socket.destroy();
      }),
  };
}

async function serve(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  options: LoopbackServerOptions,
): Promise<void> {
  if (!isKnownHost(incoming.headers.host, options.hostNames)) {
    send(outgoing, json(403, { message: `host ${String(incoming.headers.host)} is not served here` }));
    incoming.resume();
    return;
  }
  const body = await readBody(incoming, options.maxBodyBytes);
  if (body === undefined) {
    send(outgoing, json(413, { message: "Request Entity Too Large" }, { connection: "close" }));
    return;
  }
  const request = toRequest(incoming, body);
  if (request === undefined) {
    send(outgoing, json(400, { message: "Bad Request" }));
    return;
  }
  try {
    send(outgoing, await options.handler(request));
  } catch (error) {
    options.onError(error, request);
    // What a half-made answer has set already.
    for (const name of outgoing.getHeaderNames()) outgoing.removeHeader(name);
    send(outgoing, json(500, { message: "Internal Server Error" }));
  }
}

/** Whether a Host header (with or without port) names one of ours. */
function isKnownHost(host: string | undefined, hostNames: readonly string[]): boolean {
  return host !== undefined && hostNames.includes(host.replace(/:\d+$/, "").toLowerCase());
}

/** The whole body, or nothing when it is larger than allowed or the client went away. */
async function readBody(incoming: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of incoming as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) return undefined;
      chunks.push(chunk);
    }
  } catch {
    return undefined; // the client broke off: nobody is left to read an answer
  }
  return Buffer.concat(chunks);
}

function toRequest(incoming: IncomingMessage, body: Buffer): HttpRequest | undefined {
  const target = incoming.url ?? "/";
  // Only the origin form (RFC 9112 section 3.2.1): with "//evil" as a path, URL would take evil for the host.
  if (!target.startsWith("/")) return undefined;
  const url = parseUrl(`http://${incoming.headers.host ?? "localhost"}${target}`);
  if (url === undefined) return undefined;
  const rawHeaders: [string, string][] = [];
  for (let i = 0; i + 1 < incoming.rawHeaders.length; i += 2) {
    rawHeaders.push([incoming.rawHeaders[i] ?? "", incoming.rawHeaders[i + 1] ?? ""]);
  }
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return {
    method: incoming.method ?? "GET",
    url,
    target,
    headers,
    rawHeaders,
    body,
    peer: {
      address: incoming.socket.remoteAddress ?? "127.0.0.1",
      port: incoming.socket.remotePort ?? 0,
    },
  };
}

/** `undefined` for what is no URL, as with port 99999 in the Host header. */
function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

function send(outgoing: ServerResponse, response: HttpResponse): void {
  if (outgoing.destroyed) return;
  const body = typeof response.body === "string" ? Buffer.from(response.body) : response.body;
  for (const [name, value] of Object.entries(response.headers ?? {})) {
    outgoing.setHeader(name, typeof value === "string" ? value : [...value]);
  }
  if (!outgoing.hasHeader("content-length") && response.status !== 204 && response.status !== 304) {
    outgoing.setHeader("content-length", body?.length ?? 0);
  }
  outgoing.writeHead(response.status);
  outgoing.end(outgoing.req.method === "HEAD" ? undefined : body);
}
