// A client of AppSync's real-time endpoint that says just what a test says.
// https://docs.aws.amazon.com/appsync/latest/devguide/real-time-websocket-client.html

import { once } from "node:events";
import { WebSocket, type ClientOptions } from "ws";

export type RealtimeMessage = Readonly<Record<string, unknown>>;

export interface RealtimeClient {
  readonly socket: WebSocket;
  /** Everything received so far. */
  readonly received: readonly RealtimeMessage[];
  send(message: unknown): void;
  /** The next message that has not been taken yet; rejects when the connection ends before one comes. */
  next(): Promise<RealtimeMessage>;
  /** Starts a subscription and takes its `start_ack`; rejects for any other answer. */
  subscribe(id: string, query: string, options?: StartOptions): Promise<void>;
  /** Sends a `start` message. */
  start(id: string, query: string, options?: StartOptions): void;
  /** The code with which the connection ends. */
  readonly closed: Promise<number>;
}

export interface StartOptions {
  readonly variables?: Readonly<Record<string, unknown>>;
  /** In the place of the connection's own. */
  readonly token?: string;
  /** In the place of `host` and `Authorization`. */
  readonly authorization?: Readonly<Record<string, unknown>>;
}

export interface ConnectOptions extends ClientOptions {
  /** The GraphQL endpoint. */
  readonly url: string;
  readonly token: string;
  /** Default is `/realtime` below the GraphQL endpoint. */
  readonly realtimeUrl?: string;
  /** Default is AppSync's, with the token in it. */
  readonly protocols?: readonly string[];
}

/** The subprotocols that carry these headers. */
export function inProtocol(headers: unknown): string[] {
  return ["graphql-ws", `header-${Buffer.from(JSON.stringify(headers)).toString("base64url")}`];
}

/** Opens a connection, by default with the token in the subprotocol. */
export async function connectRealtime(options: ConnectOptions): Promise<RealtimeClient> {
  const { url, token, realtimeUrl = `${url.replace("http", "ws")}/realtime`, protocols, ...rest } = options;
  const { host } = new URL(url);
  const socket = new WebSocket(
    realtimeUrl,
    [...(protocols ?? inProtocol({ host, Authorization: token }))],
    rest,
  );
  const received: RealtimeMessage[] = [];
  const waiting = new Set<() => void>();
  let taken = 0;
  const wake = () => {
    for (const look of waiting) look();
  };
  socket.on("message", (data) => {
    received.push(JSON.parse((data as Buffer).toString("utf8")) as RealtimeMessage);
    wake();
  });
  const closed = new Promise<number>((resolve) => {
    socket.once("close", (code) => {
      resolve(code);
      wake();
    });
  });
  await once(socket, "open");
  const client: RealtimeClient = {
    socket,
    received,
    closed,
    send(message) {
      socket.send(typeof message === "string" ? message : JSON.stringify(message));
    },
    next: () =>
      new Promise((resolve, reject) => {
        const look = () => {
          const message = received[taken];
          if (message !== undefined) taken += 1;
          else if (socket.readyState !== WebSocket.CLOSED) return;
          waiting.delete(look);
          if (message !== undefined) resolve(message);
          else reject(new Error("the connection ended, and no message came"));
        };
        waiting.add(look);
        look();
      }),
    start(id, query, { variables = {}, token: own = token, authorization } = {}) {
      const data = JSON.stringify({ query, variables });
      const extensions = { authorization: authorization ?? { host, Authorization: own } };
      client.send({ id, type: "start", payload: { data, extensions } });
    },
    async subscribe(id, query, startOptions) {
      client.start(id, query, startOptions);
      const answer = await client.next();
      if (answer["type"] === "start_ack" && answer["id"] === id) return;
      throw new Error(`instead of start_ack for ${id} came ${JSON.stringify(answer)}`);
    },
  };
  return client;
}
