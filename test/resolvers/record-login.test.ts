// recordLogin: one item per authentication event, whatever happens.

import fc from "fast-check";
import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { AwsError } from "cdk-offline/testing";
import { openLedgerApi, signInOf, type Claims, type LedgerApi } from "./ledger-api.ts";

let api: LedgerApi;
beforeAll(async () => {
  api = await openLedgerApi();
});

const RECORD = `mutation ($device: DeviceInput) { recordLogin(device: $device) {
  id userId username loggedInAt recordedAt clientId address userAgent methods file alreadyRecorded
} }`;

async function record(claims: Claims, device: object | null = null) {
  const { data, errors } = await api.ask(claims, RECORD, { device });
  const login = (data?.["recordLogin"] ?? null) as Readonly<Record<string, unknown>> | null;
  return { login, errorType: errors[0]?.errorType, message: errors[0]?.message };
}

/** A token of the same sign-in as another, as a refresh gives it. */
function refreshed(claims: Claims, overrides: Claims = {}): Claims {
  return { ...claims, jti: randomUUID(), iat: Math.floor(api.now() / 1000), ...overrides };
}

const subOf = (claims: Claims) => String(claims["sub"]);

describe("the first call of a sign-in", () => {
  test("writes one item from the signed claims and what the server saw", async () => {
    const claims = signInOf(api, { username: "ada", amr: ["pwd", "mfa"] });
    const { login } = await record(claims, { address: "2001:db8::1", userAgent: "Browser/1" });
    const loggedInAt = new Date(Number(claims["auth_time"]) * 1000).toISOString().replace(".000Z", "Z");
    const file = `${subOf(claims)}/${loggedInAt}-${String(claims["origin_jti"])}/ada.txt`;
    expect(login).toEqual({
      id: claims["origin_jti"],
      userId: claims["sub"],
      username: "ada",
      loggedInAt,
      recordedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as unknown,
      clientId: claims["client_id"],
      address: "2001:db8::1",
      userAgent: "Browser/1",
      methods: ["pwd", "mfa"],
      file,
      alreadyRecorded: false,
    });
    const [item, ...others] = await api.itemsOf(subOf(claims));
    expect(others).toEqual([]);
    expect(Object.keys(item ?? {}).sort()).toEqual([
      ...[
        "address",
        "clientId",
        "day",
        "expiresAt",
        "file",
        "id",
        "kind",
        "loggedInAt",
        "methods",
        "position",
      ],
      ...["recordedAt", "userAgent", "userId", "username", "usernameKey", "writeId"],
    ]);
    expect(item).toMatchObject({
      kind: { S: "login" },
      usernameKey: { S: "ada" },
      day: { S: loggedInAt.slice(0, 10) },
      position: { S: `${loggedInAt}#${String(login?.["recordedAt"])}#${String(claims["origin_jti"])}` },
    });
    const retentionSeconds = 86_400;
    const { N: expiresAt } = item?.["expiresAt"] as { N: string };
    expect(Number(expiresAt) - api.now() / 1000 - retentionSeconds).toBeGreaterThan(-5);
    expect(Number(expiresAt) - api.now() / 1000 - retentionSeconds).toBeLessThanOrEqual(1);
  });

  test("leaves out what is not known", async () => {
    const claims = signInOf(api);
    const { login } = await record(claims);
    expect(login).toMatchObject({ address: null, userAgent: null, methods: null });
    const [item] = await api.itemsOf(subOf(claims));
    expect(item).not.toHaveProperty("address");
    expect(item).not.toHaveProperty("userAgent");
    expect(item).not.toHaveProperty("methods");
  });

  test.each([
    ["2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
    ["2001:0db8::0001", "2001:db8::1"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["2001:0:0:1:0:0:0:1", "2001:0:0:1::1"],
    ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["0:0:0:0:0:0:0:0", "::"],
    ["::1", "::1"],
    ["fe80::", "fe80::"],
    ["::ffff:192.0.2.128", "192.0.2.128"],
    ["::FFFF:c000:0280", "192.0.2.128"],
    ["64:ff9b::192.0.2.33", "64:ff9b::c000:221"],
    ["192.0.2.1", "192.0.2.1"],
    ["10.0.0.0/8", null],
    ["2001:db8::/32", null],
  ])("writes the address %s as %s", async (address, canonical) => {
    expect((await record(signInOf(api), { address })).login?.["address"]).toBe(canonical);
  });

  test("any IPv6 address has the text that a URL gives it, or IPv4's", async () => {
    const group = fc.oneof(fc.constant(0), fc.constant(0), fc.nat(0xffff));
    await fc.assert(
      fc.asyncProperty(fc.array(group, { minLength: 8, maxLength: 8 }), async (groups) => {
        fc.pre(groups.slice(0, 5).some((value) => value !== 0) || groups[5] !== 0xffff);
        const written = groups.map((value) => value.toString(16).padStart(4, "0")).join(":");
        const { login } = await record(signInOf(api), { address: written.toUpperCase() });
        expect(login?.["address"]).toBe(new URL(`http://[${written}]/`).hostname.slice(1, -1));
      }),
      { numRuns: 40 },
    );
  });

  test("keeps 512 characters of a user agent", async () => {
    const claims = signInOf(api);
    const { login } = await record(claims, { userAgent: "x".repeat(5000) });
    expect(login?.["userAgent"]).toHaveLength(512);
  });

  test.each([
    ["cuts no character in half", `${"x".repeat(511)}\u{1f600}`, "x".repeat(511)],
    ["keeps characters of every plane", "\u{1f600}".repeat(256), "\u{1f600}".repeat(256)],
    ["takes text that cannot be written for no user agent", "a\ud800b", null],
  ])("D6: %s", async (_, userAgent, kept) => {
    const { login } = await record(signInOf(api), { userAgent });
    expect(login?.["userAgent"]).toBe(kept);
  });

  test("hands the whole item over", async () => {
    const claims = signInOf(api);
    await record(claims, { userAgent: "Browser/1" });
    const [item] = await api.itemsOf(subOf(claims));
    const [handedOver, ...others] = api.handedOver(subOf(claims));
    expect(others).toEqual([]);
    expect(handedOver?.repeat).toBe(false);
    expect(Object.keys(handedOver?.record ?? {}).sort()).toEqual(Object.keys(item ?? {}).sort());
    expect(handedOver?.record["writeId"]).toBe((item?.["writeId"] as { S: string }).S);
  });
});

describe("a second call for one sign-in", () => {
  test("changes nothing and answers the first item, also after a refresh and from another device", async () => {
    const claims = signInOf(api);
    const first = await record(claims, { address: "192.0.2.1" });
    const before = await api.itemsOf(subOf(claims));
    for (const token of [claims, refreshed(claims), refreshed(claims, { event_id: randomUUID() })]) {
      const repeat = await record(token, { address: "198.51.100.9", userAgent: "other" });
      expect(repeat.login).toEqual({ ...first.login, alreadyRecorded: true });
    }
    expect(await api.itemsOf(subOf(claims))).toEqual(before);
  });

  test("finds the first item also when a refresh has changed auth_time, as a fault of the service did", async () => {
    const claims = signInOf(api);
    const first = await record(claims);
    const { login } = await record(refreshed(claims, { auth_time: Number(claims["auth_time"]) + 60 }));
    expect(login).toEqual({ ...first.login, alreadyRecorded: true });
    expect(await api.itemsOf(subOf(claims))).toHaveLength(1);
  });

  test("is handed over again within an hour, and not after it", async () => {
    const claims = signInOf(api);
    await record(claims);
    await record(claims);
    expect(api.handedOver(subOf(claims)).map(({ repeat }) => repeat)).toEqual([false, true]);
    api.pass(3601);
    await record(refreshed(claims, { exp: Math.floor(api.now() / 1000) + 300 }));
    expect(api.handedOver(subOf(claims))).toHaveLength(2);
  });

  test("I1: a hundred at once leave one item, one of them having written it", async () => {
    const claims = signInOf(api);
    const answers = await Promise.all(Array.from({ length: 100 }, () => record(claims)));
    expect(await api.itemsOf(subOf(claims))).toHaveLength(1);
    expect(answers.filter(({ login }) => login?.["alreadyRecorded"] === false)).toHaveLength(1);
    const distinct = new Set(answers.map(({ login }) => JSON.stringify({ ...login, alreadyRecorded: null })));
    expect(distinct.size).toBe(1);
  });

  test("I3: two sign-ins of one user in one second are two items", async () => {
    const claims = signInOf(api);
    await record(claims);
    await record({ ...claims, origin_jti: randomUUID() });
    expect(await api.itemsOf(subOf(claims))).toHaveLength(2);
  });
});

describe("a token that is not an access token of a user's sign-in is refused as BadToken, and nothing is recorded", () => {
  test.each<[string, Claims]>([
    ["an ID token (B4)", { token_use: "id", aud: "x" }],
    ["without token_use", { token_use: undefined }],
    ["without a subject", { sub: undefined }],
    ["without origin_jti", { origin_jti: undefined }],
    ["without auth_time", { auth_time: undefined }],
    ["without a user name: a client that acts for itself (B8)", { username: undefined }],
    ["with an empty origin_jti", { origin_jti: "" }],
    ["with an auth_time that is no whole number", { auth_time: 1_700_000_000.5 }],
    ["with an auth_time that is text", { auth_time: "1700000000" }],
    ["with an auth_time before there were any", { auth_time: -1 }],
    ["with an auth_time more than a minute ahead", { auth_time: 4_000_000_000 }],
  ])("%s", async (_, overrides) => {
    const claims = signInOf(api, overrides);
    const { login, errorType } = await record(claims);
    expect({ login, errorType }).toEqual({ login: null, errorType: "BadToken" });
    expect(await api.itemsOf(subOf(claims))).toEqual([]);
    expect(api.handedOver(subOf(claims))).toEqual([]);
  });
});

describe("when something fails", () => {
  test("H4: a throttled table is answered Throttled, and a retry records once", async () => {
    const claims = signInOf(api);
    api.failNext(
      "PutItem",
      new AwsError("ProvisionedThroughputExceededException", "arn:aws:dynamodb:x too fast"),
    );
    const { login, errorType, message } = await record(claims);
    expect({ login, errorType }).toEqual({ login: null, errorType: "Throttled" });
    expect(message).not.toMatch(/arn:|dynamodb/i);
    expect((await record(claims)).login).toMatchObject({ alreadyRecorded: false });
    expect(await api.itemsOf(subOf(claims))).toHaveLength(1);
  });

  test("D11: any other fault of the table is answered Unavailable, without a word of the inside", async () => {
    for (const operation of ["PutItem", "GetItem"]) {
      const claims = signInOf(api);
      if (operation === "GetItem") await record(claims);
      api.failNext(
        operation,
        new AwsError("InternalServerError", "table arn:aws:dynamodb:us-east-1:0:table/x", 500),
        2,
      );
      const { login, errorType, message } = await record(claims);
      expect({ login, errorType }).toEqual({ login: null, errorType: "Unavailable" });
      expect(message).not.toMatch(/arn:|table/i);
      api.failNext(operation, new AwsError("x", "x"), 0);
    }
  });

  test("a record that has expired between the put and the read is BadToken", async () => {
    const claims = signInOf(api);
    api.failNext(
      "PutItem",
      new AwsError("ConditionalCheckFailedException", "The conditional request failed"),
    );
    const { login, errorType } = await record(claims);
    expect({ login, errorType }).toEqual({ login: null, errorType: "BadToken" });
    expect(api.handedOver(subOf(claims))).toEqual([]);
  });

  test("a hand-over that fails is RecordPending, and the retry makes up for it", async () => {
    const claims = signInOf(api);
    api.failNext("enqueue", new AwsError("TooManyRequestsException", "Rate Exceeded.", 429));
    const { login, errorType } = await record(claims);
    expect({ login, errorType }).toEqual({ login: null, errorType: "RecordPending" });
    expect(await api.itemsOf(subOf(claims))).toHaveLength(1);
    expect((await record(claims)).login).toMatchObject({ alreadyRecorded: true });
    expect(api.handedOver(subOf(claims)).map(({ repeat }) => repeat)).toEqual([true]);
  });
});

describe("F1: the file's key", () => {
  const keyOf = async (username: string) => {
    const claims = signInOf(api, { username });
    const { login } = await record(claims);
    const prefix = `${subOf(claims)}/${String(login?.["loggedInAt"])}-${String(login?.["id"])}/`;
    const key = String(login?.["file"]);
    expect(key.startsWith(prefix)).toBe(true);
    return key.slice(prefix.length);
  };

  test.each([
    ["..", "%2E%2E.txt"],
    [".", "%2E.txt"],
    ["...", "%2E.%2E.txt"],
    ["../../x", "%2E.%2F..%2Fx.txt"],
    ["/etc/x", "%2Fetc%2Fx.txt"],
    ["a/b", "a%2Fb.txt"],
    ["%2e%2e%2f", "%252e%252e%252f.txt"],
    ["a\\b", "a%5Cb.txt"],
    ["CON", "CON.txt"],
    ["dot.", "dot%2E.txt"],
    ["ada.lovelace", "ada.lovelace.txt"],
    ["Zoë-北京-😀", "Zoë-北京-😀.txt"],
    ["a\r\nb\u0000", "a%0D%0Ab%00.txt"],
  ])("of user %j ends in %s", async (username, file) => {
    expect(await keyOf(username)).toBe(file);
  });

  test("gives any name back by decoding its percent escapes, and has no slash or control character of its own", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme", minLength: 1, maxLength: 128 }), async (username) => {
        const file = await keyOf(username);
        expect(file).not.toMatch(/[/\\\u0000-\u001f\u007f]/);
        expect(decodeURIComponent(file.replace(/\.txt$/, ""))).toBe(username);
      }),
      { numRuns: 60 },
    );
  });
});
