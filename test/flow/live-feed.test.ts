// The live feed of sign-ins: who hears of which, end to end, with AWS's own client.

import { AdminAddUserToGroupCommand } from "@aws-sdk/client-cognito-identity-provider";
import { decodeJwt } from "jose";
import { once } from "node:events";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { MyLoginsDocument, RecordLoginDocument } from "../../client/generated/operations.ts";
import { signIn } from "../../operate/sign-in.ts";
import { listen, ON_LOGIN, type Feed } from "./live-feed-client.ts";
import { discover, signInBeside } from "./relying-party.ts";
import { ledgerWith, newUser, outputs, userPools, type User } from "./stack.ts";

/** How long an event may take on a busy machine. */

const feeds: Feed[] = [];
afterEach(() => {
  for (const feed of feeds.splice(0)) {
    feed.stop();
    feed.socket.terminate();
  }
});

async function open(...args: Parameters<typeof listen>): Promise<Feed> {
  const feed = await listen(...args);
  feeds.push(feed);
  return feed;
}

async function newAuditor(): Promise<User> {
  const user = await newUser("auditor");
  await userPools.send(
    new AdminAddUserToGroupCommand({
      UserPoolId: outputs.UserPoolId,
      Username: user.username,
      GroupName: "auditors",
    }),
  );
  return user;
}

const idOf = (accessToken: string) => decodeJwt(accessToken)["origin_jti"];

/** Sign-ins of these users that a feed has heard of, by id. Others may sign in at the same time. */
function heard(feed: Feed, ...users: readonly User[]): string[] {
  const names = users.map(({ username }) => username);
  return feed.events.filter(({ username }) => names.includes(username)).map(({ id }) => id);
}

let ada: User;
let auditor: User;
beforeAll(async () => {
  [ada, auditor] = await Promise.all([newUser(), newAuditor()]);
});

test("a user's window hears of the user's next sign-in at once, with every field", async () => {
  const first = await signIn(outputs.AppUrl, ada);
  const feed = await open(first.accessToken);
  const second = await signIn(outputs.AppUrl, ada);
  await expect.poll(() => feed.events).toHaveLength(1);
  const record = await ledgerWith(second.accessToken).mutate({ mutation: RecordLoginDocument });
  expect(feed.events[0]).toEqual({
    ...record.data?.recordLogin,
    __typename: "Login",
    alreadyRecorded: false,
  });
  expect(feed.errors).toEqual([]);
});

test("E1: nobody hears of another's sign-in or of a repeat, and an auditor hears of every sign-in", async () => {
  const bob = await newUser("bob");
  const own = await signIn(outputs.AppUrl, ada);
  const feed = await open(own.accessToken);
  const audit = await open((await signIn(outputs.AppUrl, auditor)).accessToken);

  const others = await signIn(outputs.AppUrl, bob);
  const repeat = await ledgerWith(own.accessToken).mutate({ mutation: RecordLoginDocument });
  expect(repeat.data?.recordLogin?.alreadyRecorded).toBe(true);
  const last = await signIn(outputs.AppUrl, ada);

  await expect.poll(() => heard(feed, ada)).toEqual([idOf(last.accessToken)]);
  expect(feed.events).toHaveLength(1);
  await expect.poll(() => heard(audit, ada, bob)).toEqual([idOf(others.accessToken), idOf(last.accessToken)]);
  expect(audit.events.every(({ alreadyRecorded }) => !alreadyRecorded)).toBe(true);
});

test.each([
  "subscription { onLogin(userId: null) { id userId username alreadyRecorded } }",
  'subscription { onLogin(username: "bob") { id userId username alreadyRecorded } }',
])("E1: no argument opens the feed of another user: %s", async (query) => {
  const feed = await open((await signIn(outputs.AppUrl, ada)).accessToken, query);
  expect(feed.socket.heard).toContain("Validation error of type UnknownArgument");
});

describe("E2: without a good token", () => {
  test("a connection is refused", async () => {
    const feed = await open("not.a.token");
    expect(feed.socket.heard).toMatch(/"connection_error".*"UnauthorizedException"/);
  });

  test("a subscription is refused on an open connection", async () => {
    const { accessToken } = await signIn(outputs.AppUrl, ada);
    const { host } = new URL(outputs.GraphQLUrl);
    const header = Buffer.from(JSON.stringify({ host, Authorization: accessToken })).toString("base64url");
    const socket = new WebSocket(outputs.RealtimeUrl, ["graphql-ws", `header-${header}`]);
    await once(socket, "open");
    const extensions = { authorization: { host, Authorization: "not.a.token" } };
    const data = JSON.stringify({ query: ON_LOGIN, variables: {} });
    socket.send(JSON.stringify({ id: "1", type: "start", payload: { data, extensions } }));
    const [message] = (await once(socket, "message")) as [Buffer];
    expect(JSON.parse(message.toString())).toMatchObject({
      type: "error",
      id: "1",
      payload: { errors: [{ errorType: "UnauthorizedException" }] },
    });
    socket.terminate();
  });

  test("an ID token, which is good for AppSync, is refused by the resolver", async () => {
    const tokens = await signInBeside(await discover(), ada);
    const feed = await open(tokens.id_token ?? "");
    expect(feed.socket.heard).toContain("BadToken");
  });
});

test("E2: a client that was cut off renews its token, listens again and finds what it missed", async () => {
  const user = await newUser("cut");
  const first = await signIn(outputs.AppUrl, user);
  const before = await open(first.accessToken);
  before.socket.terminate();
  await expect.poll(() => before.errors).toHaveLength(1);
  const missed = await signIn(outputs.AppUrl, user);

  const after = await open(missed.accessToken);
  const { data } = await ledgerWith(missed.accessToken).query({ query: MyLoginsDocument });
  expect(data?.myLogins?.items.map(({ id }) => id)).toContain(idOf(missed.accessToken));
  const next = await signIn(outputs.AppUrl, user);
  await expect.poll(() => heard(after, user)).toEqual([idOf(next.accessToken)]);
});

test("E4: the token travels in the subprotocol, never in the URL", async () => {
  const { accessToken } = await signIn(outputs.AppUrl, ada);
  const { socket } = await open(accessToken);
  expect(socket.url).toBe(outputs.RealtimeUrl);
  const [protocol, encoded = ""] = socket.offered;
  expect(protocol).toBe("graphql-ws");
  const header = Buffer.from(encoded.replace("header-", ""), "base64url").toString();
  expect(JSON.parse(header)).toMatchObject({ Authorization: accessToken });
});

test("E5: a page of another origin that opens the socket gains nothing, since no cookie counts", async () => {
  const socket = new WebSocket(outputs.RealtimeUrl, ["graphql-ws"], {
    origin: "https://evil.example",
    headers: { cookie: "__Host-Http-ll_session=anything" },
  });
  await once(socket, "open");
  socket.send('{"type":"connection_init"}');
  const [message] = (await once(socket, "message")) as [Buffer];
  expect(JSON.parse(message.toString())).toMatchObject({
    type: "connection_error",
    payload: { errors: [{ errorType: "UnauthorizedException", errorCode: 401 }] },
  });
  await once(socket, "close");
});

test("E7: sign-ins go on while listeners vanish and one does not read", async () => {
  const user = await newUser("calm");
  const { accessToken } = await signIn(outputs.AppUrl, user);
  const [gone, deaf] = [await open(accessToken), await open(accessToken)];
  deaf.socket.pause();
  gone.socket.terminate();
  const later = [];
  for (let i = 0; i < 3; i += 1) later.push(await signIn(outputs.AppUrl, user));
  const { data } = await ledgerWith(accessToken).query({ query: MyLoginsDocument });
  expect(data?.myLogins?.items.map(({ id }) => id)).toEqual(
    expect.arrayContaining(later.map((session) => idOf(session.accessToken))),
  );
  deaf.socket.resume();
  await expect.poll(() => deaf.events).toHaveLength(3);
});

test("I1: of a hundred parallel recordLogin with one token each subscriber hears once", async () => {
  const user = await newUser("many");
  const tokens = await signInBeside(await discover(), user);
  const own = await open(tokens.access_token);
  const audit = await open((await signIn(outputs.AppUrl, auditor)).accessToken);
  const client = ledgerWith(tokens.access_token);
  await Promise.all(
    Array.from({ length: 100 }, () =>
      client.mutate({ mutation: RecordLoginDocument, fetchPolicy: "no-cache" }),
    ),
  );
  const next = await signIn(outputs.AppUrl, user);
  const expected = [idOf(tokens.access_token), idOf(next.accessToken)];
  await expect.poll(() => heard(own, user)).toEqual(expected);
  await expect.poll(() => heard(audit, user)).toEqual(expected);
});
