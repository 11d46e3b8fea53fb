// Who opens a connection: the three ways in which a handshake carries authorization.
// https://docs.aws.amazon.com/appsync/latest/devguide/real-time-websocket-client.html#handshake-details-to-establish-the-websocket-connection

import type { HttpRequest } from "../../http/exchange.ts";
import { RealtimeRefusal } from "./errors.ts";
import { parsed, readHeaders, SUBPROTOCOL, type AuthorizationHeaders } from "./protocol.ts";

const HEADER_PREFIX = "header-";

/** One machine under its two names: a client may have the API's URL with one and open the connection by the other. */
const LOOPBACK_NAMES = ["localhost", "127.0.0.1"];

/** What a handshake says of its caller. Throws a RealtimeRefusal for one that does not speak the protocol. */
export function readHandshake(request: HttpRequest): AuthorizationHeaders {
  const protocols = subprotocols(request);
  if (protocols.length === 0) throw refused("NoProtocolError");
  if (!protocols.includes(SUBPROTOCOL)) throw refused("SubProtocolNotSupportedError");
  const inProtocol = protocols.find((protocol) => protocol.startsWith(HEADER_PREFIX));
  if (inProtocol !== undefined) return decoded(inProtocol.slice(HEADER_PREFIX.length), "base64url");
  const inQuery = request.url.searchParams.get("header");
  // A plus sign that was not encoded has become a space.
  if (inQuery !== null) return decoded(inQuery.replaceAll(" ", "+"), "base64");
  return readHeaders(request.headers);
}

function subprotocols(request: HttpRequest): readonly string[] {
  const protocols = request.headers["sec-websocket-protocol"]?.split(",") ?? [];
  return protocols.map((protocol) => protocol.trim()).filter((protocol) => protocol !== "");
}

function decoded(text: string, encoding: "base64" | "base64url"): AuthorizationHeaders {
  return readHeaders(parsed(Buffer.from(text, encoding).toString("utf8")));
}

/**
 * Checks the `host` that stands beside the token: the service finds the API by it. It is the host of the GraphQL
 * endpoint, which differs on AWS from that of the connection. Throws a RealtimeRefusal.
 */
export function checkHost(headers: AuthorizationHeaders, request: HttpRequest): void {
  const host = headers.get("host")?.toLowerCase();
  if (host === undefined) {
    throw new RealtimeRefusal([
      { errorType: "BadRequestException", message: "Required headers are missing.", errorCode: 400 },
    ]);
  }
  const port = request.url.port === "" ? "" : `:${request.url.port}`;
  if (LOOPBACK_NAMES.some((name) => host === `${name}${port}`)) return;
  throw new RealtimeRefusal([
    {
      errorType: "UnauthorizedException",
      message: "You are not authorized to make this call.",
      errorCode: 401,
    },
  ]);
}

function refused(message: string): RealtimeRefusal {
  return new RealtimeRefusal([{ message, errorCode: 400 }]);
}
