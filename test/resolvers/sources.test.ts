// The resolvers' sources, called directly: every way through them.

import { describe, expect, test, vi } from "vitest";
import * as recordLogin from "../../resolvers/Mutation.recordLogin.ts";
import * as greeting from "../../resolvers/Query.greeting.ts";
import * as loginsOf from "../../resolvers/Query.loginsOf.ts";
import * as myLogins from "../../resolvers/Query.myLogins.ts";
import * as onLogin from "../../resolvers/Subscription.onLogin.ts";
import * as fillGreeting from "../../resolvers/steps/fill-greeting.ts";
import * as handOver from "../../resolvers/steps/hand-over-login.ts";
import * as lastLogin from "../../resolvers/steps/last-login.ts";
import * as putLogin from "../../resolvers/steps/put-login.ts";
import * as readFirst from "../../resolvers/steps/read-first-login.ts";
import { Ended, subscriptionFilters } from "./appsync-stand-in.ts";

vi.mock("@aws-appsync/utils", () => import("./appsync-stand-in.ts"));
vi.mock("@aws-appsync/utils/dynamodb", async () => (await import("./appsync-stand-in.ts")).dynamodb);
vi.spyOn(console, "error").mockImplementation(() => undefined);

const claims = {
  ...{ token_use: "access", sub: "s", username: "ada", origin_jti: "o" },
  ...{ auth_time: 1_795_366_440, client_id: "c" },
};
const caller = {
  ...{ sub: "s", username: "ada", originJti: "o", authTimeEpochSeconds: 1_795_366_440 },
  ...{ clientId: "c", methods: null, isAuditor: false },
};
const item = {
  ...{ id: "o", userId: "s", username: "ada", loggedInAt: "2026-11-22T16:54:00Z", clientId: "c" },
  ...{ recordedAt: new Date().toISOString(), file: "s/x/ada.txt", writeId: "w" },
};
const login = {
  ...{ id: "o", userId: "s", username: "ada", loggedInAt: item.loggedInAt, recordedAt: item.recordedAt },
  ...{ clientId: "c", address: null, userAgent: null, methods: null, file: item.file },
};

/** Calls a handler with a context that has what is given; answers what it returned or how else it ended. */
function call(handler: (context: never) => unknown, context: Readonly<Record<string, unknown>> = {}) {
  const whole = { identity: { claims, groups: null }, args: {}, stash: {}, env: {}, ...context };
  try {
    return { returned: handler(whole as never), stash: whole.stash };
  } catch (error) {
    if (error instanceof Ended) return error.how;
    throw error;
  }
}

const fault = (type: string) => ({ error: { type, message: "arn:aws:dynamodb:x" } });

describe("the caller", () => {
  test("is read from the token, with methods and groups where it has them", () => {
    const identity = { claims: { ...claims, amr: ["pwd"] }, groups: ["auditors"] };
    expect(call(recordLogin.request, { identity })).toMatchObject({
      stash: { caller: { ...caller, methods: ["pwd"], isAuditor: true }, alreadyRecorded: false },
    });
    expect(call(recordLogin.request)).toMatchObject({ stash: { caller } });
  });

  test.each([
    null,
    { claims: { ...claims, token_use: "id" } },
    ...["sub", "username", "origin_jti", "auth_time", "client_id"].map((name) => ({
      claims: { ...claims, [name]: undefined },
    })),
  ])("of %j is none: BadToken", (identity) => {
    expect(call(recordLogin.request, { identity })).toMatchObject({ errorType: "BadToken" });
  });
});

describe("recordLogin", () => {
  test("puts an item that is not there yet, with what is known", () => {
    const bare = call(putLogin.request, { stash: { caller } });
    expect(bare).toMatchObject({
      returned: {
        operation: "PutItem",
        key: { id: "o" },
        item: { userId: "s", file: "s/2026-11-22T16:54:00Z-o/ada.txt" },
        condition: { id: { attributeExists: false } },
      },
    });
    expect(JSON.stringify((bare as { returned?: unknown }).returned)).not.toMatch(
      /address|userAgent|methods|expiresAt/,
    );
    const methods = ["pwd"];
    expect(
      call(putLogin.request, {
        stash: { caller: { ...caller, methods, username: ".a/b." } },
        args: { device: { address: "192.0.2.1", userAgent: "x".repeat(600) } },
        env: { RETENTION_DAYS: "1" },
      }),
    ).toMatchObject({
      returned: {
        item: {
          ...{ address: "192.0.2.1", userAgent: "x".repeat(512), methods },
          ...{ expiresAt: expect.any(Number) as unknown, file: "s/2026-11-22T16:54:00Z-o/%2Ea%2Fb%2E.txt" },
        },
      },
    });
  });

  test.each([
    [`${"x".repeat(511)}\u{1f600}`, "x".repeat(511)],
    ["a\ud800b", undefined],
    ["", undefined],
  ])("D6: keeps of the user agent %j what can be written", (userAgent, kept) => {
    const { returned } = call(putLogin.request, {
      stash: { caller },
      args: { device: { userAgent } },
    }) as { returned: { item: { userAgent?: string } } };
    expect(returned.item.userAgent).toBe(kept);
  });

  test.each([
    [putLogin.response, "DynamoDB:ProvisionedThroughputExceededException", "Throttled"],
    [putLogin.response, "DynamoDB:ThrottlingException", "Throttled"],
    [putLogin.response, "DynamoDB:RequestLimitExceeded", "Throttled"],
    [putLogin.response, "DynamoDB:DynamoDbException", "Unavailable"],
    [readFirst.response, "DynamoDB:DynamoDbException", "Unavailable"],
    [lastLogin.response, "DynamoDB:DynamoDbException", "Unavailable"],
    [handOver.response, "Lambda:Unhandled", "RecordPending"],
    [fillGreeting.response, "Lambda:Unhandled", "Unavailable"],
  ])(
    "%o, after the data source has failed with %s, says %s and nothing of the inside",
    (handler, type, errorType) => {
      const how = call(handler, fault(type));
      expect(how).toMatchObject({ errorType });
      expect(JSON.stringify(how)).not.toContain("arn:");
    },
  );

  test("takes a failed condition for a repeat, which reads the first item", () => {
    expect(call(putLogin.response)).toMatchObject({ returned: null, stash: {} });
    expect(call(putLogin.response, fault("DynamoDB:ConditionalCheckFailedException"))).toMatchObject({
      stash: { alreadyRecorded: true },
    });
    expect(call(readFirst.request, { stash: { alreadyRecorded: false } })).toEqual({ earlyReturn: {} });
    expect(call(readFirst.request, { stash: { alreadyRecorded: true, caller } })).toMatchObject({
      returned: { operation: "GetItem", key: { id: "o" }, consistentRead: true },
    });
    expect(call(readFirst.response, { result: item })).toMatchObject({ stash: { item } });
    expect(call(readFirst.response, { result: null })).toMatchObject({ errorType: "BadToken" });
  });

  test("hands over what is new, and a repeat within the hour", () => {
    const old = { ...item, recordedAt: "2026-01-01T00:00:00Z" };
    for (const [stash, repeat] of [
      [{ item, alreadyRecorded: false }, false],
      [{ item: old, alreadyRecorded: false }, false],
      [{ item, alreadyRecorded: true }, true],
    ] as const) {
      expect(call(handOver.request, { stash })).toMatchObject({
        returned: { invocationType: "Event", payload: { record: stash.item, repeat } },
      });
    }
    expect(call(handOver.request, { stash: { item: old, alreadyRecorded: true } })).toEqual({
      earlyReturn: {},
    });
    expect(call(handOver.response)).toMatchObject({ returned: null });
  });

  test("answers the item, with null for what is not known", () => {
    expect(call(recordLogin.response, { stash: { item, alreadyRecorded: true } })).toMatchObject({
      returned: { ...login, alreadyRecorded: true },
    });
    const known = { address: "192.0.2.1", userAgent: "x", methods: ["pwd"] };
    expect(
      call(recordLogin.response, { stash: { item: { ...item, ...known }, alreadyRecorded: false } }),
    ).toMatchObject({ returned: { ...login, ...known, alreadyRecorded: false } });
  });
});

describe("greeting", () => {
  test("takes a language tag or none", () => {
    expect(call(greeting.request, { args: { locale: "de-CH" } })).toMatchObject({
      stash: { locale: "de-CH" },
    });
    expect(call(greeting.request)).toMatchObject({ stash: { locale: null, caller } });
    expect(call(greeting.request, { args: { locale: "../de" } })).toMatchObject({
      errorType: "InvalidLocale",
    });
  });

  test("finds the sign-in before, has the text filled and answers both", () => {
    expect(call(lastLogin.request, { stash: { caller } })).toMatchObject({ returned: { limit: 5 } });
    expect(call(lastLogin.response, { stash: { caller }, result: { items: [item] } })).toMatchObject({
      stash: { lastLogin: null },
    });
    const items = [item, { ...item, id: "before" }];
    expect(call(lastLogin.response, { stash: { caller }, result: { items } })).toMatchObject({
      stash: { lastLogin: { id: "before", alreadyRecorded: true } },
    });
    expect(call(fillGreeting.request, { stash: { caller, locale: "de" } })).toMatchObject({
      returned: { operation: "Invoke", payload: { username: "ada", locale: "de" } },
    });
    const filled = { message: "Hallo ada", locale: "de" };
    expect(call(fillGreeting.response, { result: filled })).toMatchObject({ stash: { greeting: filled } });
    expect(call(greeting.response, { stash: { greeting: filled, lastLogin: null } })).toMatchObject({
      returned: { ...filled, lastLogin: null },
    });
  });
});

describe("a page of sign-ins", () => {
  test("is of the caller, newest first, within its bounds", () => {
    expect(call(myLogins.request)).toMatchObject({
      returned: {
        index: "byUser",
        query: {
          userId: { eq: "s" },
          loggedInAt: { between: ["1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z"] },
        },
        ...{ limit: 20, nextToken: null, scanIndexForward: false },
      },
    });
    const args = { from: "0001-01-01T00:00:00Z", to: "2026-01-01T00:00:00.999Z", limit: 5, nextToken: "t" };
    expect(call(myLogins.request, { args: { ...args } })).toMatchObject({
      returned: {
        query: { loggedInAt: { between: ["1970-01-01T00:00:00Z", "2026-01-01T00:00:00Z"] } },
        ...{ limit: 5, nextToken: "t" },
      },
    });
    expect(call(myLogins.request, { args: { limit: null } })).toMatchObject({ returned: { limit: 20 } });
  });

  test.each([
    { limit: 0 },
    { limit: -1 },
    { limit: 101 },
    { from: "2026-01-02T00:00:00Z", to: "2026-01-01T00:00:00Z" },
  ])("D7: with %j is InvalidPage", (args) => {
    expect(call(myLogins.request, { args })).toMatchObject({ errorType: "InvalidPage" });
  });

  test("is of anybody for auditors alone, by a name that can be one", () => {
    const auditor = { claims, groups: ["auditors"] };
    expect(call(loginsOf.request, { args: { username: "eve" } })).toEqual({ errorType: "Unauthorized" });
    expect(call(loginsOf.request, { args: { username: "eve" }, identity: auditor })).toMatchObject({
      returned: { index: "byUsername", query: { username: { eq: "eve" } } },
    });
    for (const username of ["", "x".repeat(129)]) {
      expect(call(loginsOf.request, { args: { username }, identity: auditor })).toMatchObject({
        errorType: "InvalidPage",
      });
    }
  });

  test.each([
    ["DynamoDB:UserIllegalArgumentException", "…", "t", "InvalidPage"],
    ["DynamoDB:DynamoDbException", "The provided starting key is invalid", "t", "InvalidPage"],
    ["DynamoDB:DynamoDbException", "arn:aws:dynamodb:x", "t", "Unavailable"],
    ["DynamoDB:UserIllegalArgumentException", "…", null, "Unavailable"],
  ])("after %s (%s) with the token %s is %s", (type, message, nextToken, errorType) => {
    const context = { args: { nextToken }, error: { type, message } };
    expect(call(myLogins.response, context)).toMatchObject({ errorType });
    expect(call(loginsOf.response, context)).toMatchObject({ errorType });
  });

  test("has the items as the API shows them", () => {
    expect(call(myLogins.response, { result: { items: [item], nextToken: "t" } })).toMatchObject({
      returned: { items: [{ ...login, alreadyRecorded: true }], nextToken: "t" },
    });
  });
});

describe("onLogin", () => {
  test("E1: is filtered by the caller's own identifier, for auditors by nothing but newness", () => {
    expect(call(onLogin.request)).toMatchObject({ returned: { payload: null } });
    call(onLogin.response);
    call(onLogin.response, { identity: { claims, groups: ["auditors"] } });
    expect(subscriptionFilters).toEqual([
      { alreadyRecorded: { eq: false }, userId: { eq: "s" } },
      { alreadyRecorded: { eq: false } },
    ]);
  });
});
