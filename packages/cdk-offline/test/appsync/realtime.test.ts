// The real-time protocol over the wire: connections, messages, limits.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CLAIMS, NOW_MS, openApi, returning, tokenOf, type ApiSpec, type TestApi } from "./support/api.ts";
import {
  connect,
  hostOf,
  inProtocol,
  realtimeUrl,
  testTimers,
  type RealtimeClient,
} from "./support/realtime.ts";

const RAISING = (statement: string) => `
  import { util } from "@aws-appsync/utils";
  export function request(ctx) { ${statement} return { payload: null }; }
  export function response(ctx) { return null; }`;

const spec: ApiSpec = {
  schema: `
    schema { query: Query mutation: Mutation subscription: Subscription }
    type Query { a: Int }
    type Mutation { createMessage(message: String!): Message createClient: Message }
    type Subscription {
      onCreateMessage(message: String): Message @aws_subscribe(mutations: ["createMessage"])
      onNumber(number: Int!): Message @aws_subscribe(mutations: ["createMessage"])
      onCreateClient: Message @aws_subscribe(mutations: ["createClient"])
        @aws_cognito_user_pools(cognito_groups: ["staff"])
      onRefused: Message @aws_subscribe(mutations: ["createMessage"])
      onRaised: Message @aws_subscribe(mutations: ["createMessage"])
    }
    type Message { message: String }`,
  resolvers: {
    "Mutation.createMessage": returning("{ message: ctx.args.message }"),
    "Mutation.createClient": returning("{ message: 'client' }"),
    "Subscription.onRefused": RAISING("util.unauthorized();"),
    "Subscription.onRaised": RAISING("util.error('closed today', 'Closed');"),
  },
};
const SUBSCRIPTION = "subscription onCreateMessage { onCreateMessage { __typename message } }";
const EXPIRED = { errorType: "UnauthorizedException", message: "Token has expired." };

let api: TestApi;
const timers = testTimers();
const clients: RealtimeClient[] = [];

beforeAll(async () => {
  api = await openApi({
    ...spec,
    timers,
    verifyToken(_pool, token) {
      const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as {
        readonly exp: number;
      };
      const isExpired = claims.exp * 1000 <= NOW_MS;
      if (isExpired) return Promise.reject(Object.assign(new Error("expired"), { code: "expired" }));
      return Promise.resolve(claims);
    },
  });
});
afterAll(async () => {
  for (const { socket } of clients) socket.terminate();
  await api.close();
});

async function open(...[options]: [Parameters<typeof connect>[1]?]): Promise<RealtimeClient> {
  const client = await connect(api, options);
  clients.push(client);
  return client;
}

function publish(message: string) {
  return api.data("mutation($m: String!) { createMessage(message: $m) { message } }", { m: message });
}

describe("opening a connection", () => {
  it("ack: connection_init is answered with the time to wait for a keep-alive", async () => {
    const client = await open();
    client.send({ type: "connection_init" });
    expect(await client.next()).toEqual({
      type: "connection_ack",
      payload: { connectionTimeoutMs: 300_000 },
    });
    expect(await client.next()).toEqual({ type: "ka" });
  });

  it("E4: the token travels in a subprotocol that is not told back, and not in the URL", async () => {
    const { socket } = await open();
    expect(socket.protocol).toBe("graphql-ws");
    expect(socket.url).toBe(realtimeUrl(api));
  });

  it("a token in the query, as older clients send it, opens a connection", async () => {
    const headers = { other: ">>>>>", host: hostOf(api), Authorization: tokenOf() };
    const header = Buffer.from(JSON.stringify(headers)).toString("base64");
    expect(header, "a plus sign, which clients do not encode").toContain("+");
    const client = await open({
      url: `${realtimeUrl(api)}?header=${header}&payload=e30=`,
      protocols: ["graphql-ws"],
    });
    client.send({ type: "connection_init" });
    expect(await client.next()).toMatchObject({ type: "connection_ack" });
  });

  it("a token in the HTTP headers opens a connection, also as a bearer token", async () => {
    const headers = { authorization: `Bearer ${tokenOf()}` };
    const client = await open({ protocols: ["graphql-ws"], headers });
    client.send({ type: "connection_init" });
    expect(await client.next()).toMatchObject({ type: "connection_ack" });
  });

  it("subscriptions can be started without a connection_init", async () => {
    const client = await open();
    await client.subscribe("s", SUBSCRIPTION);
  });

  it("the host may be any name of this machine", async () => {
    const host = hostOf(api).replace("127.0.0.1", "localhost");
    const client = await open({ protocols: inProtocol({ host, Authorization: tokenOf() }) });
    await client.subscribe("s", SUBSCRIPTION);
  });

  const expired = tokenOf({ ...CLAIMS, exp: Math.floor(NOW_MS / 1000) - 1 });
  const host = () => hostOf(api);
  it.each<[string, () => Parameters<typeof connect>[1], unknown]>([
    [
      "E2: an expired token",
      () => ({ protocols: inProtocol({ host: host(), Authorization: expired }) }),
      { ...EXPIRED, errorCode: 401 },
    ],
    [
      "E2: no token",
      () => ({ protocols: inProtocol({ host: host() }) }),
      {
        errorType: "UnauthorizedException",
        message: "Valid authorization header not provided.",
        errorCode: 401,
      },
    ],
    [
      "what is no token",
      () => ({ protocols: inProtocol({ host: host(), Authorization: "secret" }) }),
      { errorType: "UnauthorizedException", message: "Unable to parse JWT token.", errorCode: 401 },
    ],
    [
      "no host",
      () => ({ protocols: inProtocol({ Authorization: tokenOf() }) }),
      { errorType: "BadRequestException", message: "Required headers are missing.", errorCode: 400 },
    ],
    [
      "headers that are no JSON",
      () => ({ protocols: ["graphql-ws", "header-bm9uZQ"] }),
      { errorType: "BadRequestException", message: "Required headers are missing.", errorCode: 400 },
    ],
    [
      "the host of another API",
      () => ({ protocols: inProtocol({ host: "api.example.com", Authorization: tokenOf() }) }),
      {
        errorType: "UnauthorizedException",
        message: "You are not authorized to make this call.",
        errorCode: 401,
      },
    ],
    ["no subprotocol", () => ({ protocols: [] }), { message: "NoProtocolError", errorCode: 400 }],
  ])("%s gets a connection_error, and the connection ends", async (_, options, error) => {
    const client = await open(options());
    client.send({ type: "connection_init" });
    expect(await client.next()).toEqual({ type: "connection_error", payload: { errors: [error] } });
    expect(await client.closed).toBe(1008);
  });

  it("a client that says nothing is told as well why it is not let in", async () => {
    const client = await open({ protocols: [] });
    timers.advance(100);
    expect(await client.next()).toMatchObject({ type: "connection_error" });
  });

  it("another subprotocol is not spoken", async () => {
    await expect(connect(api, { protocols: ["graphql-transport-ws"] })).rejects.toThrow("no subprotocol");
  });

  it("E5: a foreign Origin opens nothing without a token", async () => {
    const origin = "https://evil.example";
    const stranger = await open({
      protocols: ["graphql-ws"],
      origin,
      headers: { cookie: `token=${tokenOf()}` },
    });
    stranger.send({ type: "connection_init" });
    expect(await stranger.next()).toMatchObject({ type: "connection_error" });
  });

  it("another path gets 404, and a plain HTTP request 426", async () => {
    await expect(connect(api, { url: `${realtimeUrl(api)}/x` })).rejects.toThrow("404");
    const response = await fetch(`${api.url}/realtime`);
    expect([response.status, response.headers.get("upgrade")]).toEqual([426, "websocket"]);
  });
});

describe("an open connection", () => {
  it("gets a keep-alive each minute, and is closed after 24 hours, not when its token expires", async () => {
    const client = await open();
    timers.advance(60_000);
    expect(await client.next()).toEqual({ type: "ka" });
    timers.advance(24 * 60 * 60 * 1000 - 60_001);
    await expect.poll(() => client.received.length).toBe(24 * 60 - 1);
    expect(client.socket.readyState).toBe(client.socket.OPEN);
    timers.advance(1);
    expect(await client.closed).toBe(1000);
  });

  it.each([
    "{",
    "[]",
    "null",
    '"start"',
    '{"type":"subscribe"}',
    '{"type":"start","id":"x","payload":{"query":"{a}"}}',
    '{"type":"stop","id":"x","id":"y"}',
    `{"type":"start","id":"x","payload":{"data":"{\\"query\\":\\"{a}\\",\\"query\\":\\"{b}\\"}"}}`,
    JSON.stringify({
      type: "start",
      id: "x",
      payload: {
        data: `{"query":"{a}","variables":{"deep":${"[".repeat(100_000)}${"]".repeat(100_000)}}}`,
      },
    }),
  ])("answers %s, which is no message, with an error and goes on", async (text) => {
    const client = await open();
    client.send(text);
    expect(await client.next()).toEqual({
      type: "error",
      payload: {
        errors: [
          {
            errorType: "UnsupportedOperation",
            message: "unknown not supported through the realtime channel",
          },
        ],
      },
    });
    await client.subscribe("s", SUBSCRIPTION);
  });

  it("is closed by a message over the limit on requests", async () => {
    const client = await open();
    client.send(" ".repeat(1024 * 1024 + 1));
    expect(await client.closed).toBe(1009);
  });
});

describe("a subscription", () => {
  it("start-ack, data, complete: is acknowledged, gets what is published until it is stopped", async () => {
    const client = await open();
    client.start("the-id", SUBSCRIPTION);
    expect(await client.next()).toEqual({ type: "start_ack", id: "the-id" });
    const Mutation = `mutation { createMessage(message: "test") { message } }`;
    await api.data(Mutation);
    expect(await client.next()).toEqual({
      type: "data",
      id: "the-id",
      payload: { data: { onCreateMessage: { __typename: "Message", message: "test" } } },
    });
    client.send({ type: "stop", id: "the-id" });
    expect(await client.next()).toEqual({ type: "complete", id: "the-id" });
    await client.subscribe("another", SUBSCRIPTION);
    await api.data(Mutation);
    expect(await client.next()).toMatchObject({ type: "data", id: "another" });
  });

  it("may be started again under the id of one that was stopped", async () => {
    const client = await open();
    await client.subscribe("s", SUBSCRIPTION);
    client.send({ type: "stop", id: "s" });
    expect(await client.next()).toMatchObject({ type: "complete" });
    await client.subscribe("s", SUBSCRIPTION);
  });

  it("stopped while it is started gets nothing but its complete", async () => {
    const client = await open();
    client.start("s", SUBSCRIPTION);
    client.send({ type: "stop", id: "s" });
    expect(await client.next()).toEqual({ type: "complete", id: "s" });
    await client.subscribe("t", SUBSCRIPTION);
  });

  const error = (id: string, ...errors: unknown[]) => ({ type: "error", id, payload: { errors } });

  it("with the id of another one is refused, which goes on", async () => {
    const client = await open();
    await client.subscribe("twice", SUBSCRIPTION);
    client.start("twice", SUBSCRIPTION);
    expect(await client.next()).toEqual(
      error("twice", {
        errorType: "DuplicatedOperationError",
        message: "Duplicated operation with id twice",
      }),
    );
    await publish("once");
    expect(await client.next()).toMatchObject({ type: "data", id: "twice" });
  });

  it("that was never started cannot be stopped", async () => {
    const client = await open();
    client.send({ type: "stop", id: "s" });
    expect(await client.next()).toEqual(
      error("s", { errorType: "UnknownOperationError", message: "Unknown operation id s" }),
    );
  });

  it("subscribe-unauthorized: is refused to who is in none of its groups", async () => {
    const client = await open();
    client.start("s", "subscription { onCreateClient { message } }");
    expect(await client.next()).toEqual(
      error("s", {
        errorType: "Unauthorized",
        message: "Not Authorized to access onCreateClient on type Subscription",
      }),
    );
    await client.subscribe("t", "subscription { onCreateClient { message } }", {
      claims: { ...CLAIMS, "cognito:groups": ["staff"] },
    });
  });

  it.each([
    "subscription { a: onCreateClient { message } }",
    "subscription { ... on Subscription { onCreateClient { message } } }",
    "subscription { ...F } fragment F on Subscription { onCreateClient @include(if: true) { message } }",
  ])("B6: is refused however it is written: %s", async (query) => {
    const client = await open();
    client.start("s", query);
    expect(await client.next()).toMatchObject(
      error("s", { message: "Not Authorized to access onCreateClient on type Subscription" }),
    );
  });

  it.each<[string, string, Parameters<RealtimeClient["start"]>[2], unknown]>([
    [
      "its resolver refuses the caller",
      "subscription { onRefused { message } }",
      {},
      { errorType: "Unauthorized", message: "Not Authorized to access onRefused on type Subscription" },
    ],
    [
      "its resolver raises an error",
      "subscription { onRaised { message } }",
      {},
      { errorType: "Closed", message: "closed today" },
    ],
    [
      "its query is not valid",
      "subscription { onCreateMessage { size } }",
      {},
      {
        message:
          "Validation error of type FieldUndefined: Field 'size' in type 'Message' is undefined @ 'onCreateMessage/size'",
      },
    ],
    [
      "its query does not parse",
      "subscription {",
      {},
      { errorType: "MalformedHttpRequestException", message: "Unable to parse GraphQL query." },
    ],
    [
      "a variable is missing",
      "subscription($n: Int!) { onNumber(number: $n) { message } }",
      {},
      { message: "Variable 'n' has coerced Null value for NonNull type 'Int!'" },
    ],
    [
      "it is a query",
      "{ a }",
      {},
      { errorType: "UnsupportedOperation", message: "query not supported through the realtime channel" },
    ],
    [
      "it is a mutation",
      "mutation { createClient { message } }",
      {},
      { errorType: "UnsupportedOperation", message: "mutation not supported through the realtime channel" },
    ],
    [
      "there are several operations and no name",
      `${SUBSCRIPTION} query Q { a }`,
      {},
      { errorType: "UnsupportedOperation", message: " not supported through the realtime channel" },
    ],
    [
      "E2: its token has expired",
      SUBSCRIPTION,
      { claims: { ...CLAIMS, exp: Math.floor(NOW_MS / 1000) - 1 } },
      EXPIRED,
    ],
    [
      "it names no host",
      SUBSCRIPTION,
      { authorization: { Authorization: tokenOf() } },
      { errorType: "BadRequestException", message: "Required headers are missing.", errorCode: 400 },
    ],
    [
      "E2: it has no token",
      SUBSCRIPTION,
      { authorization: { host: "HOST" } },
      { errorType: "UnauthorizedException", message: "Valid authorization header not provided." },
    ],
  ])("is refused when %s", async (_, query, options, expected) => {
    const client = await open();
    const isAnyHost = options?.authorization?.["host"] === "HOST";
    const authorization = isAnyHost && { host: hostOf(api) };
    client.start("s", query, { ...options, ...(authorization && { authorization }) });
    expect(await client.next()).toEqual(error("s", expected));
    await publish("nobody listens");
    await client.subscribe("t", SUBSCRIPTION);
  });

  it("has one root field", async () => {
    const client = await open();
    client.start("s", "subscription { onCreateMessage { message } onRefused { message } }");
    expect(await client.next()).toMatchObject({
      payload: { errors: [{ message: expect.stringContaining("SubscriptionMultipleRootFields") as string }] },
    });
  });
});

describe("E6: floods and slow readers", () => {
  const limitError = {
    errorType: "MaxSubscriptionsReachedError",
    message: "Max number of 100 subscriptions reached",
  };

  it("of 200 subscriptions on one connection the first hundred are let in", async () => {
    const client = await open();
    for (let i = 0; i < 200; i += 1) client.start(String(i), SUBSCRIPTION);
    await expect.poll(() => client.received.length).toBe(200);
    const acknowledged = client.received.filter(({ type }) => type === "start_ack");
    expect(acknowledged).toHaveLength(100);
    const refused = client.received.filter(({ type }) => type === "error");
    expect(refused.map(({ id }) => Number(id))).toEqual(Array.from({ length: 100 }, (__, i) => 100 + i));
    for (const { payload } of refused) expect(payload).toEqual({ errors: [limitError] });
  });

  it("subscribe-error-doc: who starts still more of them is told of a rate limit, for a second", async () => {
    const client = await open();
    for (let i = 0; i < 201; i += 1) client.start(String(i), SUBSCRIPTION);
    await expect.poll(() => client.received.length).toBe(201);
    expect(client.received).toContainEqual({
      type: "error",
      payload: { errors: [{ errorType: "LimitExceededError", message: "Rate limit exceeded" }] },
    });
    timers.advance(1000);
    client.start("later", SUBSCRIPTION);
    await expect
      .poll(() => client.received.at(-1))
      .toMatchObject({ id: "later", payload: { errors: [limitError] } });
  });

  it("10,000 messages are each answered, in bounded memory", async () => {
    const client = await open();
    for (let i = 0; i < 10_000; i += 1) client.send('{"type":"nonsense"}');
    await expect.poll(() => client.received.length).toBe(10_000);
    client.start("s", SUBSCRIPTION);
    await expect.poll(() => client.received.at(-1)).toEqual({ type: "start_ack", id: "s" });
  });
});
