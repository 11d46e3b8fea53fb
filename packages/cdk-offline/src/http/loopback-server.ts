// An HTTP server that only this machine can reach, and that only answers to the names it is called by.

import { createServer, ServerResponse, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import {
  json,
  type HttpHandler,
  type HttpRequest,
  type HttpResponse,
  type UpgradeHandler,
} from "./exchange.ts";

export interface LoopbackServerOptions {
  /** 0 = any free port. */
  readonly port: number;
  /**
   * The host names it answers to, without port. A request for another one gets 403: a foreign page could otherwise reach
   * the server under a name of its own (DNS rebinding). One for another port, or with two Host headers, gets 400.
   */
  readonly hostNames: readonly string[];
  /** Largest body taken, in bytes; a larger one gets 413. */
  readonly maxBodyBytes: number;
  readonly handler: HttpHandler;
  /** Takes requests for WebSocket; without it they are requests like any other. */
  readonly upgrade?: UpgradeHandler;
  /** Told of an exception that the handler did not turn into an answer; the client gets a bare 500. */
  readonly onError: (error: unknown, request: HttpRequest) => void;
}

export interface LoopbackServer {
  readonly port: number;
  /** The server underneath, for what speaks more than HTTP on the same port. */
  readonly server: Server;
  /**
   * Takes no further requests, cuts the connections on which none is under way, those taken over for WebSocket among
   * them, and resolves when the last answer has gone out; after two seconds what is still under way is cut off too.
   */
  close(): Promise<void>;
}

const CLOSING_GRACE_MS = 2000;

/** More than any service takes, so that each refuses too much in its own words. */
const MAX_HEADER_BYTES = 256 * 1024;

/**
 * How long an idle connection stays open: longer than clients keep one (Node's fetch a few seconds, the AWS SDKs less than
 * that), so that none sends into a connection that is being closed, however slow the machine.
 */
const KEEP_ALIVE_MS = 65_000;

/** Listens on 127.0.0.1. Rejects with Node's error (`code: "EADDRINUSE"` for a taken port). */
export async function listenOnLoopback(options: LoopbackServerOptions): Promise<LoopbackServer> {
  const connections = new Set<Socket>();
  const underWay = new Set<Socket>();
  let isClosing = false;
  const settings = {
    maxHeaderSize: MAX_HEADER_BYTES,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // From Node.js 24.9 on, where a request whose offer was taken can no longer be read again. Older ones do not ask.
    shouldUpgradeCallback: asksForWebSocket,
  };
  const server = createServer(settings, (incoming, outgoing) => {
    const { socket } = incoming;
    underWay.add(socket);
    outgoing.once("close", () => {
      underWay.delete(socket);
      if (isClosing) socket.end();
    });
    void serve(incoming, outgoing, options);
  });
  const { upgrade } = options;
  if (upgrade !== undefined) {
    server.on("upgrade", (incoming, socket, head) => {
      if (!asksForWebSocket(incoming)) {
        declineUpgrade(server, incoming, head);
        return;
      }
      socket.on("error", () => undefined); // whoever takes the connection over hears of its end
      const refusal = takeOver(incoming, head, upgrade, options);
      if (refusal !== undefined) refuseUpgrade(incoming, refusal);
    });
  }
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
  const refusal = refuseHost(incoming, options.hostNames);
  if (refusal !== undefined) {
    send(outgoing, refusal);
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

function asksForWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === "websocket";
}

/** Hands the connection of a request for WebSocket over; gives the answer when it is not taken. */
function takeOver(
  incoming: IncomingMessage,
  head: Buffer,
  upgrade: UpgradeHandler,
  { hostNames, onError }: LoopbackServerOptions,
): HttpResponse | undefined {
  const refusal = refuseHost(incoming, hostNames);
  if (refusal !== undefined) return refusal;
  const request = toRequest(incoming, Buffer.alloc(0));
  if (request === undefined) return json(400, { message: "Bad Request" });
  try {
    return upgrade(request, { incoming, socket: incoming.socket, head });
  } catch (error) {
    onError(error, request);
    return json(500, { message: "Internal Server Error" });
  }
}

function refuseUpgrade(incoming: IncomingMessage, refusal: HttpResponse): void {
  const outgoing = new ServerResponse(incoming);
  outgoing.shouldKeepAlive = false;
  outgoing.assignSocket(incoming.socket);
  outgoing.once("finish", () => incoming.socket.end());
  send(outgoing, refusal);
}

/**
 * Serves a request that offers another protocol, as clients of HTTP/2 do with `h2c`, as if it had not: the server may
 * ignore the offer (RFC 9110 section 7.8). The connection is read from the start again, without the offer.
 */
function declineUpgrade(server: Server, incoming: IncomingMessage, head: Buffer): void {
  const { socket, rawHeaders } = incoming;
  const lines = [`${incoming.method ?? "GET"} ${incoming.url ?? "/"} HTTP/${incoming.httpVersion}`];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? "";
    if (!/^(?:upgrade|connection|http2-settings)$/i.test(name))
      lines.push(`${name}: ${rawHeaders[i + 1] ?? ""}`);
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), head]));
  server.emit("connection", socket);
}

/** The answer to a request for a host that is not this server; nothing for one that is. */
function refuseHost(
  { rawHeaders, headers, socket }: IncomingMessage,
  hostNames: readonly string[],
): HttpResponse | undefined {
  const hosts = rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === "host").length;
  // RFC 9112 section 3.2: of two, one reader could take the first and another the second.
  if (hosts > 1) return json(400, { message: "a request has one Host header" });
  const { host = "" } = headers;
  const [, name = "", port = "80"] = /^(.*?)(?::(\d+))?$/s.exec(host) ?? [];
  if (!hostNames.includes(name.toLowerCase())) {
    return json(403, { message: `host ${host} is not served here` });
  }
  if (Number(port) !== socket.localPort) {
    return json(400, { message: `host ${host} has another port than this server` });
  }
  return undefined;
}

/**
 * The whole body, or nothing when it is larger than allowed or the client went away. Listens for events, which for a
 * small request costs measurably less than iterating over the stream.
 */
function readBody(incoming: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    incoming.on("data", (chunk: Buffer) => {
      size += chunk.length;
      // What comes beyond the limit is let go; the refusal closes the connection.
      if (size <= maxBytes) chunks.push(chunk);
      else resolve(undefined);
    });
    incoming.once("end", () => {
      resolve(Buffer.concat(chunks));
    });
    // Without an end the client broke off: nobody is left to read an answer.
    incoming.once("close", () => {
      resolve(undefined);
    });
    incoming.once("error", () => {
      resolve(undefined);
    });
  });
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
