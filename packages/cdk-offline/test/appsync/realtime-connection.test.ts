// One connection by itself: what it leaves behind, and what it keeps for a client that does not read.

import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { WebSocketServer, type WebSocket } from "ws";
import type { Api } from "../../src/appsync/api.ts";
import type { Listener } from "../../src/appsync/realtime/broadcast.ts";
import { serveConnection } from "../../src/appsync/realtime/connection.ts";
import { openRealtime } from "../../src/appsync/realtime/endpoint.ts";
import { listenOnLoopback } from "../../src/http/loopback-server.ts";
import { connect, testTimers, type RealtimeClient } from "./support/realtime.ts";

const listeners = new Set<Listener>();
const timers = testTimers();
let server: WebSocketServer;
let served: WebSocket | undefined;

beforeAll(async () => {
  server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  server.on("connection", (socket) => {
    served = socket;
    serveConnection({
      socket,
      timers,
      broadcast: {
        add: (listener) => listeners.add(listener),
        remove: (listener) => listeners.delete(listener),
        publish: () => undefined,
      },
      subscribe: ({ id }) => {
        if (id === "fails") return Promise.reject(new Error("inside"));
        return Promise.resolve({
          fieldName: id,
          matches: () => true,
          isInvalidatedBy: () => false,
          payloadOf: (data) => Promise.resolve({ data }),
        });
      },
      onFailure: (error) => failures.push(error),
    });
  });
  await once(server, "listening");
});
afterAll(() => {
  for (const client of server.clients) client.terminate();
  server.close();
});
const failures: unknown[] = [];

function open(): Promise<RealtimeClient> {
  const { port } = server.address() as AddressInfo;
  const url = `ws://127.0.0.1:${String(port)}`;
  return connect({ url }, { url, protocols: [] });
}

it("leaves neither subscriptions nor timers behind", async () => {
  const client = await open();
  await client.subscribe("a", "");
  await client.subscribe("b", "");
  expect(listeners.size).toBe(2);
  client.socket.terminate();
  await expect.poll(() => listeners.size).toBe(0);
  timers.advance(1000);
  expect(timers.count).toBe(0);
});

it("tells of a fault of the runtime no more than that there was one, and goes on", async () => {
  const client = await open();
  client.start("fails", "");
  expect(await client.next()).toEqual({
    type: "error",
    id: "fails",
    payload: {
      errors: [
        {
          errorType: "InternalFailure",
          message: "An internal failure occurred while starting the subscription.",
        },
      ],
    },
  });
  expect(failures).toEqual([new Error("inside")]);
  await client.subscribe("fails again", "");
  client.socket.terminate();
});

it("E6: cuts off a client that does not read, before more than some megabytes wait for it", async () => {
  const client = await open();
  await client.subscribe("s", "");
  const [listener] = listeners;
  client.socket.pause();
  const payload = { data: "x".repeat(200 * 1024) };
  let mostWaiting = 0;
  let sent = 0;
  // The operating system keeps some megabytes of its own.
  for (; sent < 1000 && served?.readyState === served?.OPEN; sent += 1) {
    listener?.deliver(payload);
    mostWaiting = Math.max(mostWaiting, served?.bufferedAmount ?? 0);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(sent).toBeLessThan(1000);
  expect(mostWaiting).toBeLessThan(5 * 1024 * 1024);
  client.socket.resume();
  expect(await client.closed).toBe(1006);
  await expect.poll(() => listeners.size).toBe(0);
});

it("a connection beyond the most that are served gets 503, until one has ended", async () => {
  const realtime = openRealtime({
    api: { ...NO_API, authenticate: () => Promise.resolve({ claims: {}, sub: null, groups: null }) },
    maxConnections: 2,
    note: () => undefined,
    onFailure: (error) => failures.push(error),
  });
  const loopback = await listenOnLoopback({
    port: 0,
    hostNames: ["127.0.0.1"],
    maxBodyBytes: 0,
    handler: () => Promise.resolve({ status: 404 }),
    upgrade: realtime.upgrade,
    onError: (error) => failures.push(error),
  });
  const api = { url: `http://127.0.0.1:${String(loopback.port)}/graphql` };
  const first = await connect(api);
  await connect(api);
  await expect(connect(api)).rejects.toThrow("503");
  first.socket.terminate();
  await expect.poll(() => connect(api).catch(() => undefined)).toBeDefined();
  realtime.close();
  await loopback.close();
});

/** An API without a schema. */
const NO_API: Api = {
  properties: {
    Name: "test",
    AuthenticationType: "AMAZON_COGNITO_USER_POOLS",
    UserPoolConfig: { UserPoolId: "us-east-1_TestPool1", DefaultAction: "ALLOW" },
  },
  graphql: undefined,
  authenticate: () => Promise.reject(new Error("nobody is let in")),
  resolverOf: () => undefined,
};
