// The real-time endpoint of an API: takes WebSocket connections and tells their subscriptions of mutations.

import { WebSocketServer, type WebSocket } from "ws";
import {
  json,
  type HttpRequest,
  type UpgradeHandler,
  type UpgradingConnection,
} from "../../http/exchange.ts";
import type { Api } from "../api.ts";
import type { OnMutation } from "../http/graphql-endpoint.ts";
import { openBroadcast } from "./broadcast.ts";
import { refuseConnection, serveConnection } from "./connection.ts";
import { RealtimeRefusal } from "./errors.ts";
import { checkHost, readHandshake } from "./handshake.ts";
import { SUBPROTOCOL, type RealtimeError } from "./protocol.ts";
import { authenticate, subscribe, type Subscriber } from "./subscribe.ts";
import { systemTimers, type Timers } from "./timers.ts";

/** Where clients that are given the URL of the GraphQL endpoint look for it, if that is no address of AWS. */
export const REALTIME_PATH = "/graphql/realtime";

/** A larger message of a client ends its connection. The limit is the one on GraphQL requests. */
const MAX_MESSAGE_BYTES = 1024 * 1024;
/** On one machine there is no reason for more. */
const MAX_CONNECTIONS = 1000;

export interface RealtimeOptions {
  readonly api: Api;
  /** Default is Node's. */
  readonly timers?: Timers;
  /** Connections open at once; further ones get 503. Default is 1000. */
  readonly maxConnections?: number;
  readonly note: Subscriber["note"];
  /** Told of faults of the runtime itself. */
  readonly onFailure: (error: unknown) => void;
}

export interface Realtime {
  readonly upgrade: UpgradeHandler;
  readonly onMutation: OnMutation;
  /** Cuts all connections. */
  close(): void;
}

export function openRealtime(options: RealtimeOptions): Realtime {
  const { api, timers = systemTimers, maxConnections = MAX_CONNECTIONS, note, onFailure } = options;
  const broadcast = openBroadcast({ schema: api.graphql?.schema, onFailure });
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    // The one that carries the token is never told back.
    handleProtocols: (offered) => offered.has(SUBPROTOCOL) && SUBPROTOCOL,
  });

  function serve(socket: WebSocket, handshake: HttpRequest, errors: readonly RealtimeError[]): void {
    socket.on("error", () => undefined); // ws closes the connection with the code that fits
    if (errors.length > 0) {
      refuseConnection(socket, errors, timers);
      return;
    }
    serveConnection({
      ...{ socket, timers, broadcast, onFailure },
      subscribe: (start) => subscribe({ api, handshake, note, onFailure }, start),
    });
  }

  /** Who is not let in is told so over the connection: browsers show nothing of a refused handshake. */
  async function accept(handshake: HttpRequest, connection: UpgradingConnection): Promise<void> {
    const { incoming, socket, head } = connection;
    const errors = await refusalOf(api, handshake);
    server.handleUpgrade(incoming, socket, head, (webSocket) => {
      serve(webSocket, handshake, errors);
    });
  }

  return {
    upgrade(request, connection) {
      if (request.url.pathname !== REALTIME_PATH) {
        return json(404, { message: `nothing is served at ${request.url.pathname}` });
      }
      if (server.clients.size >= maxConnections) return json(503, { message: "too many connections" });
      accept(request, connection).catch((error: unknown) => {
        onFailure(error);
        connection.socket.destroy();
      });
      return undefined;
    },
    onMutation: (outcome) => {
      broadcast.publish(outcome);
    },
    close() {
      for (const client of server.clients) client.terminate();
      server.close();
    },
  };
}

async function refusalOf(api: Api, handshake: HttpRequest): Promise<readonly RealtimeError[]> {
  try {
    const headers = readHandshake(handshake);
    checkHost(headers, handshake);
    await authenticate(api, headers, 401);
    return [];
  } catch (error) {
    if (error instanceof RealtimeRefusal) return error.errors;
    throw error;
  }
}
