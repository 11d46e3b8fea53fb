// onLogin: who hears of which sign-ins, decided by signed claims alone.

import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { connectRealtime, unsignedToken, type RealtimeClient } from "cdk-offline/testing";
import { openLedgerApi, signInOf, type Claims, type LedgerApi } from "./ledger-api.ts";

const SUBSCRIPTION = "subscription { onLogin { id } }";
const RECORD = `mutation { recordLogin {
  id userId username loggedInAt recordedAt clientId address userAgent methods file alreadyRecorded
} }`;

let api: LedgerApi;
beforeAll(async () => {
  api = await openLedgerApi();
});
const clients: RealtimeClient[] = [];
afterEach(() => {
  for (const { socket } of clients.splice(0)) socket.terminate();
});

async function open(claims: Claims): Promise<RealtimeClient> {
  const client = await connectRealtime({ url: api.url, token: unsignedToken(claims) });
  clients.push(client);
  return client;
}

async function listening(claims: Claims): Promise<RealtimeClient> {
  const client = await open(claims);
  await client.subscribe("feed", SUBSCRIPTION);
  return client;
}

async function record(claims: Claims): Promise<unknown> {
  const { errors } = await api.ask(claims, RECORD);
  expect(errors).toEqual([]);
  return claims["origin_jti"];
}

/** The sign-ins a client has heard of when it has heard of one more of its user's own, which comes last. */
async function heardBy(client: RealtimeClient, claims: Claims): Promise<unknown[]> {
  const last = await record(signInOf(api, { ...claims, origin_jti: signInOf(api)["origin_jti"] }));
  const events = () =>
    client.received
      .filter(({ type }) => type === "data")
      .map(({ payload }) => (payload as { data: { onLogin: { id: unknown } } }).data.onLogin.id);
  await expect.poll(() => events().at(-1)).toBe(last);
  return events().slice(0, -1);
}

test("E1: a user hears of the user's own sign-ins, of none of another and of no repeat", async () => {
  const ada = signInOf(api);
  const client = await listening(ada);
  const own = await record(ada);
  await record(ada);
  await record(signInOf(api, { username: ada["username"] }));
  expect(await heardBy(client, ada)).toEqual([own]);
});

test("E1: an auditor hears of everybody's sign-ins, and of no repeat", async () => {
  const auditor = signInOf(api, { "cognito:groups": ["staff", "auditors"] });
  const client = await listening(auditor);
  const [ada, bob] = [signInOf(api), signInOf(api)];
  const expected = [await record(ada), await record(bob)];
  await record(ada);
  expect(await heardBy(client, auditor)).toEqual(expected);
});

test.each([["auditors "], ["Auditors"], ["auditors,staff"], [["auditors"]]])(
  "B9: a group that is only like the auditors' (%j) opens nobody else's feed",
  async (group) => {
    const claims = signInOf(api, { "cognito:groups": [group], "custom:groups": ["auditors"] });
    const client = await listening(claims);
    await record(signInOf(api));
    expect(await heardBy(client, claims)).toEqual([]);
  },
);

describe("a token that names no user's authentication event", () => {
  test.each([
    ["an ID token", { token_use: "id" }],
    ["one without a subject", { sub: undefined }],
    ["one without an authentication event", { origin_jti: undefined }],
    ["a client's own token", { username: undefined, origin_jti: undefined, auth_time: undefined }],
  ])("is refused: %s", async (_, overrides) => {
    const client = await open(signInOf(api, overrides));
    client.start("feed", SUBSCRIPTION);
    expect(await client.next()).toMatchObject({
      type: "error",
      id: "feed",
      payload: { errors: [{ errorType: "BadToken" }] },
    });
  });
});

test("E1: a caller who gives another field the name userId shows nobody an event that is not theirs", async () => {
  const ada = signInOf(api);
  const client = await listening(ada);
  const { errors } = await api.ask(
    signInOf(api, { username: ada["sub"] }),
    "mutation { recordLogin { userId: username id: username alreadyRecorded } }",
  );
  expect(errors).toEqual([]);
  expect(await heardBy(client, ada)).toEqual([]);
});
