// A client of the real-time endpoint that says just what a test says, and timers that a test moves.

import { once } from "node:events";
import { WebSocket, type ClientOptions } from "ws";
import { expect } from "vitest";
import type { Timers } from "../../../src/appsync/realtime/timers.ts";
import { CLAIMS, tokenOf, type TestApi } from "./api.ts";

export type Message = Readonly<Record<string, unknown>>;

export interface RealtimeClient {
  readonly socket: WebSocket;
  /** Everything received so far. */
  readonly received: readonly Message[];
  send(message: unknown): void;
  /** The next message that has not been taken yet; fails when none comes. */
  next(): Promise<Message>;
  /** Starts a subscription and takes its `start_ack`. */
  subscribe(id: string, query: string, options?: StartOptions): Promise<void>;
  /** Sends a `start` message. */
  start(id: string, query: string, options?: StartOptions): void;
  /** The code with which the connection ends. */
  readonly closed: Promise<number>;
}

export interface StartOptions {
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  /** In the place of `host` and `Authorization`. */
  readonly authorization?: Readonly<Record<string, unknown>>;
}

export function hostOf(api: Pick<TestApi, "url">): string {
  return new URL(api.url).host;
}

export function realtimeUrl(api: Pick<TestApi, "url">): string {
  return `${api.url.replace("http", "ws")}/realtime`;
}

export function inProtocol(headers: unknown): string[] {
  return ["graphql-ws", `header-${Buffer.from(JSON.stringify(headers)).toString("base64url")}`];
}

export interface ConnectOptions extends ClientOptions {
  readonly url?: string;
  readonly protocols?: readonly string[];
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** Opens a connection, by default with a good token in the subprotocol. */
export async function connect(
  api: Pick<TestApi, "url">,
  { url = realtimeUrl(api), protocols, claims = CLAIMS, ...options }: ConnectOptions = {},
): Promise<RealtimeClient> {
  const authorization = { host: hostOf(api), Authorization: tokenOf(claims) };
  const socket = new WebSocket(url, [...(protocols ?? inProtocol(authorization))], options);
  const received: Message[] = [];
  let taken = 0;
  socket.on("message", (data) => received.push(JSON.parse((data as Buffer).toString("utf8")) as Message));
  const closed = new Promise<number>((resolve) => socket.once("close", resolve));
  await once(socket, "open");
  const client: RealtimeClient = {
    socket,
    received,
    closed,
    send(message) {
      socket.send(typeof message === "string" ? message : JSON.stringify(message));
    },
    async next() {
      await expect.poll(() => received.length, { timeout: 4000, interval: 5 }).toBeGreaterThan(taken);
      return received[taken++] ?? {};
    },
    start(id, query, { variables = {}, claims: own = claims, authorization: other } = {}) {
      const data = JSON.stringify({ query, variables });
      const extensions = { authorization: other ?? { host: hostOf(api), Authorization: tokenOf(own) } };
      client.send({ id, type: "start", payload: { data, extensions } });
    },
    async subscribe(id, query, startOptions) {
      client.start(id, query, startOptions);
      expect(await client.next()).toEqual({ type: "start_ack", id });
    },
  };
  return client;
}

/** Timers that only move when told to. */
export interface TestTimers extends Timers {
  advance(milliseconds: number): void;
  /** How many are set. */
  readonly count: number;
}

export function testTimers(): TestTimers {
  let now = 0;
  const set = new Set<{ at: number; readonly every: number | undefined; readonly action: () => void }>();
  const add = (milliseconds: number, every: number | undefined, action: () => void) => {
    const timer = { at: now + milliseconds, every, action };
    set.add(timer);
    return () => {
      set.delete(timer);
    };
  };
  return {
    after: (milliseconds, action) => add(milliseconds, undefined, action),
    every: (milliseconds, action) => add(milliseconds, milliseconds, action),
    get count() {
      return set.size;
    },
    advance(milliseconds) {
      const until = now + milliseconds;
      for (;;) {
        const [due] = [...set].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
        if (due === undefined) break;
        now = due.at;
        if (due.every === undefined) set.delete(due);
        else due.at += due.every;
        due.action();
      }
      now = until;
    },
  };
}
