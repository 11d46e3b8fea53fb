// A client of the real-time endpoint that says just what a test says, and timers that a test moves.

import type { ClientOptions } from "ws";
import type { Timers } from "../../../src/appsync/realtime/timers.ts";
import {
  connectRealtime,
  type RealtimeClient as Client,
  type StartOptions as ClientStartOptions,
} from "../../../src/testing/realtime-client.ts";
import { CLAIMS, tokenOf, type TestApi } from "./api.ts";

export { inProtocol, type RealtimeMessage as Message } from "../../../src/testing/realtime-client.ts";

export interface StartOptions extends Omit<ClientStartOptions, "token"> {
  readonly claims?: Readonly<Record<string, unknown>>;
}

export interface RealtimeClient extends Omit<Client, "start" | "subscribe"> {
  start(id: string, query: string, options?: StartOptions): void;
  subscribe(id: string, query: string, options?: StartOptions): Promise<void>;
}

export function hostOf(api: Pick<TestApi, "url">): string {
  return new URL(api.url).host;
}

export function realtimeUrl(api: Pick<TestApi, "url">): string {
  return `${api.url.replace("http", "ws")}/realtime`;
}

export interface ConnectOptions extends ClientOptions {
  readonly url?: string;
  readonly protocols?: readonly string[];
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** Opens a connection, by default with a good token in the subprotocol. */
export async function connect(
  api: Pick<TestApi, "url">,
  { url, claims = CLAIMS, ...options }: ConnectOptions = {},
): Promise<RealtimeClient> {
  const client = await connectRealtime({
    url: api.url,
    token: tokenOf(claims),
    ...(url !== undefined && { realtimeUrl: url }),
    ...options,
  });
  const withToken = ({ claims: own, ...rest }: StartOptions = {}): ClientStartOptions => ({
    ...rest,
    ...(own && { token: tokenOf(own) }),
  });
  return {
    ...client,
    start(id, query, options) {
      client.start(id, query, withToken(options));
    },
    subscribe: (id, query, options) => client.subscribe(id, query, withToken(options)),
  };
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
