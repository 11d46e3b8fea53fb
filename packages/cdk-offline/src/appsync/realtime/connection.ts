// One connection: answers the client's messages and keeps its subscriptions.
// https://docs.aws.amazon.com/appsync/latest/devguide/real-time-websocket-client.html#real-time-websocket-operation

import type { RawData, WebSocket } from "ws";
import type { Broadcast, Listener } from "./broadcast.ts";
import { RealtimeRefusal } from "./errors.ts";
import {
  CONNECTION_TIMEOUT_MS,
  KEEP_ALIVE_INTERVAL_MS,
  MAX_CONNECTION_AGE_MS,
  MAX_PAYLOAD_BYTES,
  MAX_SUBSCRIPTIONS_PER_CONNECTION,
  readClientMessage,
  UNSUPPORTED,
  type RealtimeError,
  type ServerMessage,
} from "./protocol.ts";
import type { StartMessage } from "./subscribe.ts";
import type { Subscription } from "./subscription.ts";
import type { Timers } from "./timers.ts";

/** What may wait for a client that reads slowly, in bytes; beyond it the connection is cut. */
const MAX_BUFFERED_BYTES = 4 * 1024 * 1024;

/**
 * Starts of subscriptions in a second, beyond which none is tried. That the service has such a limit is documented and
 * reported (aws-appsync-realtime-client-ios#67); its number is not known.
 */
const MAX_STARTS_PER_SECOND = 2 * MAX_SUBSCRIPTIONS_PER_CONNECTION;

/** RFC 6455 section 7.4.1. */
const CLOSE_NORMAL = 1000;
const CLOSE_REFUSED = 1008;

/** How long a refused client may take to say something, so that it surely listens when it is told why. */
const REFUSAL_GRACE_MS = 100;

export interface ConnectionOptions {
  readonly socket: WebSocket;
  readonly timers: Timers;
  readonly broadcast: Broadcast;
  /** Rejects with a RealtimeRefusal that holds the errors for the client. */
  readonly subscribe: (start: StartMessage) => Promise<Subscription>;
  readonly onFailure: (error: unknown) => void;
}

/** Tells a client why it is not let in, and closes. */
export function refuseConnection(socket: WebSocket, errors: readonly RealtimeError[], timers: Timers): void {
  const tell = () => {
    callOff();
    socket.off("message", tell);
    send(socket, { type: "connection_error", payload: { errors } });
    socket.close(CLOSE_REFUSED);
  };
  // Clients begin to listen when the connection is open; an error that comes along with its opening is lost on some.
  const callOff = timers.after(REFUSAL_GRACE_MS, tell);
  socket.on("message", tell);
  socket.once("close", callOff);
}

/** Serves a client that was let in, until its connection ends. */
export function serveConnection(options: ConnectionOptions): void {
  const { socket, timers } = options;
  const connection = new Connection(options);
  const timersOff = [
    timers.every(KEEP_ALIVE_INTERVAL_MS, () => {
      send(socket, { type: "ka" });
    }),
    timers.after(MAX_CONNECTION_AGE_MS, () => {
      socket.close(CLOSE_NORMAL);
    }),
  ];
  socket.on("message", (data, isBinary) => {
    connection.receive(isBinary ? "" : textOf(data));
  });
  socket.once("close", () => {
    for (const callOff of timersOff) callOff();
    connection.end();
  });
}

class Connection {
  readonly #options: ConnectionOptions;
  /** By id; one that is being started has no listener yet. */
  readonly #subscriptions = new Map<string, { listener?: Listener }>();
  #startsThisSecond = 0;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  receive(text: string): void {
    const message = readClientMessage(text);
    switch (message?.type) {
      case "connection_init":
        this.#send({ type: "connection_ack", payload: { connectionTimeoutMs: CONNECTION_TIMEOUT_MS } });
        this.#send({ type: "ka" });
        return;
      case "start":
        if (this.#mayStart()) void this.#start(message);
        else this.#send({ type: "error", payload: { errors: [LIMIT_EXCEEDED] } });
        return;
      case "stop":
        this.#stop(message.id);
        return;
      case undefined:
        this.#send({ type: "error", payload: { errors: [UNSUPPORTED] } });
    }
  }

  end(): void {
    for (const { listener } of this.#subscriptions.values()) {
      if (listener !== undefined) this.#options.broadcast.remove(listener);
    }
    this.#subscriptions.clear();
  }

  #mayStart(): boolean {
    if (this.#startsThisSecond === 0) {
      this.#options.timers.after(1000, () => {
        this.#startsThisSecond = 0;
      });
    }
    this.#startsThisSecond += 1;
    return this.#startsThisSecond <= MAX_STARTS_PER_SECOND;
  }

  async #start(message: StartMessage): Promise<void> {
    const { id } = message;
    if (this.#subscriptions.has(id)) {
      this.#fail(id, [
        { errorType: "DuplicatedOperationError", message: `Duplicated operation with id ${id}` },
      ]);
      return;
    }
    if (this.#subscriptions.size >= MAX_SUBSCRIPTIONS_PER_CONNECTION) {
      const most = MAX_SUBSCRIPTIONS_PER_CONNECTION;
      this.#fail(id, [
        { errorType: "MaxSubscriptionsReachedError", message: `Max number of ${most} subscriptions reached` },
      ]);
      return;
    }
    const entry: { listener?: Listener } = {};
    this.#subscriptions.set(id, entry);
    try {
      const subscription = await this.#options.subscribe(message);
      if (this.#subscriptions.get(id) !== entry) return; // stopped in the meantime, or the connection is gone
      entry.listener = this.#listener(id, subscription);
      this.#options.broadcast.add(entry.listener);
      this.#send({ type: "start_ack", id });
    } catch (error) {
      if (this.#subscriptions.get(id) === entry) this.#subscriptions.delete(id);
      if (!(error instanceof RealtimeRefusal)) this.#options.onFailure(error);
      this.#fail(id, error instanceof RealtimeRefusal ? error.errors : [INTERNAL_FAILURE]);
    }
  }

  #listener(id: string, subscription: Subscription): Listener {
    return {
      subscription,
      deliver: (payload) => {
        this.#send({ type: "data", id, payload });
      },
      invalidate: () => {
        this.#stop(id);
        this.#options.socket.close(CLOSE_NORMAL);
      },
    };
  }

  #stop(id: string): void {
    const entry = this.#subscriptions.get(id);
    if (entry === undefined) {
      this.#fail(id, [{ errorType: "UnknownOperationError", message: `Unknown operation id ${id}` }]);
      return;
    }
    this.#subscriptions.delete(id);
    if (entry.listener !== undefined) this.#options.broadcast.remove(entry.listener);
    this.#send({ type: "complete", id });
  }

  #fail(id: string, errors: readonly RealtimeError[]): void {
    this.#send({ type: "error", id, payload: { errors } });
  }

  #send(message: ServerMessage): void {
    send(this.#options.socket, message);
  }
}

const LIMIT_EXCEEDED: RealtimeError = { errorType: "LimitExceededError", message: "Rate limit exceeded" };
const INTERNAL_FAILURE: RealtimeError = {
  errorType: "InternalFailure",
  message: "An internal failure occurred while starting the subscription.",
};

function send(socket: WebSocket, message: ServerMessage): void {
  if (socket.readyState !== socket.OPEN) return;
  const text = JSON.stringify(message);
  if (Buffer.byteLength(text) > MAX_PAYLOAD_BYTES) return;
  if (socket.bufferedAmount > MAX_BUFFERED_BYTES) {
    socket.terminate();
    return;
  }
  socket.send(text);
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString("utf8");
  return Buffer.isBuffer(data) ? data.toString("utf8") : Buffer.from(data).toString("utf8");
}
