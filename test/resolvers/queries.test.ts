// greeting, myLogins and loginsOf: what is answered, in which order, and to whom.

import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { AwsError } from "cdk-offline/testing";
import { openLedgerApi, signInOf, type Claims, type LedgerApi } from "./ledger-api.ts";

let api: LedgerApi;
beforeAll(async () => {
  api = await openLedgerApi();
});

const subOf = (claims: Claims) => String(claims["sub"]);
const RECORD = "mutation { recordLogin { id } }";

/** Several sign-ins of one user, an hour apart, the last one now; answers their claims in that order. */
async function signInsOf(count: number, overrides: Claims = {}): Promise<Claims[]> {
  const newest = signInOf(api, overrides);
  const signIns = Array.from({ length: count }, (_, index) => ({
    ...newest,
    origin_jti: randomUUID(),
    auth_time: Number(newest["auth_time"]) - (count - 1 - index) * 3600,
  }));
  for (const claims of signIns) expect((await api.ask(claims, RECORD)).errors).toEqual([]);
  return signIns;
}

const timeOf = (claims: Claims | undefined) =>
  new Date(Number(claims?.["auth_time"]) * 1000).toISOString().replace(".000Z", "Z");

describe("greeting", () => {
  const GREETING =
    "query ($locale: String) { greeting(locale: $locale) { message locale lastLogin { id alreadyRecorded } } }";

  test("is filled with the caller's name, in the language asked for", async () => {
    const claims = signInOf(api, { username: "grace" });
    expect((await api.ask(claims, GREETING)).data).toEqual({
      greeting: { message: "Hello grace", locale: "en", lastLogin: null },
    });
    expect((await api.ask(claims, GREETING, { locale: "de-CH" })).data).toMatchObject({
      greeting: { locale: "de-CH" },
    });
  });

  test("tells of the sign-in before this one, whether or not this one is in the index yet", async () => {
    const [before, last, current] = await signInsOf(3);
    expect((await api.ask(current ?? {}, GREETING)).data).toMatchObject({
      greeting: { lastLogin: { id: last?.["origin_jti"] } },
    });
    expect((await api.ask({ ...current, origin_jti: randomUUID() }, GREETING)).data).toMatchObject({
      greeting: { lastLogin: { id: current?.["origin_jti"], alreadyRecorded: true } },
    });
    // Somebody who is signed in elsewhere meanwhile is not told of the later sign-in.
    expect((await api.ask(last ?? {}, GREETING)).data).toMatchObject({
      greeting: { lastLogin: { id: before?.["origin_jti"] } },
    });
    expect((await api.ask(before ?? {}, GREETING)).data).toMatchObject({ greeting: { lastLogin: null } });
  });

  test("tells two sign-ins of one second apart: the first is told of none, the second of the first", async () => {
    const first = signInOf(api);
    const second = { ...first, origin_jti: randomUUID() };
    await api.ask(first, RECORD);
    api.pass(1);
    await api.ask(second, RECORD);
    const lastOf = async (claims: Claims) => (await api.ask(claims, GREETING)).data;
    expect(await lastOf(first)).toMatchObject({ greeting: { lastLogin: null } });
    expect(await lastOf(second)).toMatchObject({ greeting: { lastLogin: { id: first["origin_jti"] } } });
  });

  test.each([
    "",
    "e",
    "en_US",
    "../en",
    "en-",
    "en/../../config",
    "x".repeat(36),
    "deutsch-",
    "a-b-c-d-e-f-g",
    "🇩🇪",
  ])("takes %j for no language tag", async (locale) => {
    const { data, errors } = await api.ask(signInOf(api), GREETING, { locale });
    // An empty text is no tag at all: as if it had been left out.
    if (locale === "") expect(data).toMatchObject({ greeting: { locale: "en" } });
    else
      expect({ data, type: errors[0]?.errorType }).toEqual({
        data: { greeting: null },
        type: "InvalidLocale",
      });
  });

  test("D11: is Unavailable without a word of the inside when the function fails", async () => {
    api.failNext("invoke", new AwsError("ServiceException", "arn:aws:lambda:us-east-1:0:function:x", 500));
    const { data, errors } = await api.ask(signInOf(api), GREETING);
    expect(data).toEqual({ greeting: null });
    expect(errors[0]?.errorType).toBe("Unavailable");
    expect(errors[0]?.message).not.toMatch(/arn:|lambda/i);
  });

  test("D11: is Unavailable when the table fails, whose words stay inside", async () => {
    api.failNext("Query", new AwsError("InternalServerError", "arn:aws:dynamodb:x", 500));
    const { data, errors } = await api.ask(signInOf(api), GREETING);
    expect(data).toEqual({ greeting: null });
    expect(errors[0]?.errorType).toBe("Unavailable");
    expect(errors[0]?.message).not.toMatch(/arn:|dynamodb/i);
  });

  test("B4: is not for ID tokens", async () => {
    const { errors } = await api.ask(signInOf(api, { token_use: "id", aud: "x" }), GREETING);
    expect(errors[0]?.errorType).toBe("BadToken");
  });
});

describe("thisLogin", () => {
  const THIS = "{ thisLogin { id userId alreadyRecorded } }";

  test("is the sign-in that the token stems from, whatever came before or after it", async () => {
    for (const claims of await signInsOf(3)) {
      expect(await api.ask(claims, THIS)).toMatchObject({
        data: { thisLogin: { id: claims["origin_jti"], userId: claims["sub"], alreadyRecorded: true } },
        errors: [],
      });
    }
  });

  test("is null while it is not recorded, and asking records nothing", async () => {
    const [recorded = {}] = await signInsOf(1);
    const claims = { ...recorded, origin_jti: randomUUID() };
    expect(await api.ask(claims, THIS)).toMatchObject({ data: { thisLogin: null }, errors: [] });
    expect(await api.itemsOf(subOf(claims))).toHaveLength(1);
    expect(api.handedOver(subOf(claims))).toHaveLength(1);
  });
});

describe("myLogins", () => {
  const PAGE = `query ($from: AWSDateTime, $to: AWSDateTime, $limit: Int, $nextToken: String) {
    myLogins(from: $from, to: $to, limit: $limit, nextToken: $nextToken) { items { id loggedInAt alreadyRecorded } nextToken }
  }`;
  interface Page {
    readonly items: readonly {
      readonly id: string;
      readonly loggedInAt: string;
      readonly alreadyRecorded: boolean;
    }[];
    readonly nextToken: string | null;
  }
  const pageOf = async (claims: Claims, variables: Readonly<Record<string, unknown>> = {}) => {
    const { data, errors } = await api.ask(claims, PAGE, variables);
    return { page: (data?.["myLogins"] ?? null) as Page | null, errorType: errors[0]?.errorType };
  };

  test("lists the caller's own, newest first", async () => {
    const signIns = await signInsOf(3);
    await signInsOf(1);
    const { page } = await pageOf(signIns[2] ?? {});
    expect(page?.items.map(({ id }) => id)).toEqual(signIns.map((claims) => claims["origin_jti"]).reverse());
    expect(page?.items.every(({ alreadyRecorded }) => alreadyRecorded)).toBe(true);
    expect(page?.nextToken).toBeNull();
  });

  test("comes in pages that leave nothing out and repeat nothing", async () => {
    const signIns = await signInsOf(7);
    const ids: string[] = [];
    let nextToken: string | null = null;
    do {
      const { page }: { page: Page | null } = await pageOf(signIns[0] ?? {}, { limit: 3, nextToken });
      ids.push(...(page?.items ?? []).map(({ id }) => id));
      nextToken = page?.nextToken ?? null;
    } while (nextToken !== null);
    expect(ids).toEqual(signIns.map((claims) => claims["origin_jti"]).reverse());
  });

  test("gives 20 when no limit is given", async () => {
    const signIns = await signInsOf(21);
    expect((await pageOf(signIns[0] ?? {})).page?.items).toHaveLength(20);
  });

  test("a nextToken is good for its caller only", async () => {
    const signIns = await signInsOf(3);
    const { page } = await pageOf(signIns[0] ?? {}, { limit: 1 });
    expect(page?.nextToken).toBeTypeOf("string");
    expect(await pageOf(signInOf(api), { limit: 1, nextToken: page?.nextToken })).toEqual({
      page: null,
      errorType: "InvalidPage",
    });
  });

  test("a nextToken is good for its query only", async () => {
    const signIns = await signInsOf(3, { "cognito:groups": ["auditors"] });
    const [claims = {}] = signIns;
    const { page } = await pageOf(claims, { limit: 1 });
    const nextToken = page?.nextToken;
    expect(await pageOf(claims, { limit: 1, nextToken, from: timeOf(signIns[2]) })).toEqual({
      page: null,
      errorType: "InvalidPage",
    });
    const { data, errors } = await api.ask(
      claims,
      'query ($nextToken: String) { loginsOf(username: "ada", nextToken: $nextToken) { nextToken } }',
      { nextToken },
    );
    expect([data, errors[0]?.errorType]).toEqual([{ loginsOf: null }, "InvalidPage"]);
  });

  test("a nextToken that only DynamoDB refuses is InvalidPage, without its words", async () => {
    const [claims = {}] = await signInsOf(2);
    const { page } = await pageOf(claims, { limit: 1 });
    const words = "The provided starting key is outside query boundaries based on provided conditions";
    api.failNext("Query", new AwsError("ValidationException", words));
    expect((await pageOf(claims, { limit: 1, nextToken: page?.nextToken })).errorType).toBe("InvalidPage");
  });

  test("a fault of the table on a later page is not blamed on the token", async () => {
    const [claims = {}] = await signInsOf(2);
    const { page } = await pageOf(claims, { limit: 1 });
    api.failNext("Query", new AwsError("InternalServerError", "arn:aws:dynamodb:x", 500));
    expect((await pageOf(claims, { limit: 1, nextToken: page?.nextToken })).errorType).toBe("Unavailable");
  });

  test("keeps to its bounds, both inclusive, in whatever form and zone they are written", async () => {
    const signIns = await signInsOf(3);
    const [, middle] = signIns;
    const at = timeOf(middle);
    const inZone = (offsetHours: number, sign: string) =>
      `${new Date(Date.parse(at) + offsetHours * 3_600_000).toISOString().slice(0, 19)}${sign}`;
    const only = [middle?.["origin_jti"]];
    const idsOf = async (bounds: Readonly<Record<string, unknown>>) =>
      (await pageOf(middle ?? {}, bounds)).page?.items.map(({ id }) => id);

    expect(await idsOf({ from: at, to: at })).toEqual(only);
    expect(await idsOf({ from: inZone(2, "+02:00"), to: inZone(-5, "-05:00") })).toEqual(only);
    expect(await idsOf({ from: at.replace("Z", ".000Z"), to: at.replace("Z", ".999Z") })).toEqual(only);
    expect(await idsOf({ from: inZone(2, "+02:00:00"), to: inZone(-5, "-05:00:00") })).toEqual(only);
    // A bound within a second does not reach back to its beginning, and a range within one is empty.
    expect(await idsOf({ from: at.replace("Z", ".001Z"), to: at.replace("Z", ".999Z") })).toEqual([]);
    expect(await idsOf({ from: at.replace("Z", ".000000001Z"), to: at.replace("Z", ".5Z") })).toEqual([]);
    expect(await idsOf({ from: at.replace("Z", ".5Z") })).toEqual([signIns[2]?.["origin_jti"]]);
    expect(await idsOf({ to: "0001-01-01T00:00:00Z" })).toEqual([]);
    expect(await idsOf({ from: "9999-12-31T23:59:59-18:00" })).toEqual([]);
    expect(await idsOf({ from: at })).toHaveLength(2);
    expect(await idsOf({ to: at })).toHaveLength(2);
    expect(await idsOf({ from: "0001-01-01T00:00:00Z", to: "9999-12-31T23:59:59-12:00" })).toHaveLength(3);
  });

  test.each([
    { limit: 0 },
    { limit: -1 },
    { limit: 101 },
    { limit: 2_147_483_647 },
    { from: "2026-01-02T00:00:00Z", to: "2026-01-01T00:00:00Z" },
    { from: "2026-01-01T00:00:00.002Z", to: "2026-01-01T00:00:00.001Z" },
    { from: "0002-01-01T00:00:00Z", to: "0001-01-01T00:00:00Z" },
    { from: "2026-01-01T00:00:01Z", to: "2026-01-01T01:00:00+01:00" },
  ])("D7: %j is InvalidPage", async (variables) => {
    expect(await pageOf(signInOf(api), variables)).toEqual({ page: null, errorType: "InvalidPage" });
  });

  test.each([{ limit: 1.5 }, { limit: "many" }, { from: "yesterday" }, { from: "2026-01-01" }])(
    "%j is refused before any resolver runs",
    async (variables) => {
      const { data, errors } = await api.ask(signInOf(api), PAGE, variables);
      expect(data).toBeNull();
      expect(errors).toHaveLength(1);
    },
  );

  test.each(["begins_with(userId, :x)", "#userId = :y OR 1 = 1", "'; --", "a".repeat(3000)])(
    "D12: a nextToken %j is not interpreted",
    async (nextToken) => {
      expect(await pageOf(signInOf(api), { nextToken })).toEqual({ page: null, errorType: "InvalidPage" });
    },
  );
});

describe("loginsOf", () => {
  const LOGINS_OF =
    "query ($username: String!) { loginsOf(username: $username) { items { id username } nextToken } }";
  const auditor = () => signInOf(api, { username: "audrey", "cognito:groups": ["auditors"] });

  test("shows an auditor the sign-ins under a user name, taken literally (D12)", async () => {
    const username = `ada-${randomUUID()}`;
    const signIns = await signInsOf(2, { username });
    expect((await api.ask(auditor(), LOGINS_OF, { username })).data).toEqual({
      loginsOf: {
        items: signIns.map((claims) => ({ id: claims["origin_jti"], username })).reverse(),
        nextToken: null,
      },
    });
    expect((await api.ask(auditor(), LOGINS_OF, { username: `${username.slice(0, 8)}*` })).data).toEqual({
      loginsOf: { items: [], nextToken: null },
    });
    expect(subOf(signIns[0] ?? {})).toBe(subOf(signIns[1] ?? {}));
  });

  test("N1: finds a user in any letters and with spaces around", async () => {
    const username = `Zo\u00eb-${randomUUID()}`;
    const [claims] = await signInsOf(1, { username });
    const expected = { loginsOf: { items: [{ id: claims?.["origin_jti"], username }], nextToken: null } };
    for (const spelling of [
      username,
      username.toUpperCase(),
      `  ${username.toLowerCase()}\t`,
      username.normalize("NFD"),
    ]) {
      expect((await api.ask(auditor(), LOGINS_OF, { username: spelling })).data, spelling).toEqual(expected);
    }
    expect((await api.ask(auditor(), LOGINS_OF, { username: "   " })).errors[0]?.errorType).toBe(
      "InvalidPage",
    );
  });

  test("N1: a user made anew under the name is shown with the former one, told apart by userId", async () => {
    const username = `ada-${randomUUID()}`;
    const former = await signInsOf(1, { username });
    const anew = await signInsOf(1, { username: username.toUpperCase() });
    const query = "query ($username: String!) { loginsOf(username: $username) { items { userId } } }";
    const { data } = await api.ask(auditor(), query, { username });
    const { items } = data?.["loginsOf"] as { items: { userId: string }[] };
    expect(items.map(({ userId }) => userId).sort()).toEqual(
      [former, anew].map(([it = {}]) => subOf(it)).sort(),
    );
  });

  test.each<[string, Claims]>([
    ["nobody's member", {}],
    ["a member of another group", { "cognito:groups": ["editors"] }],
    ["B9: a member of a group spelled otherwise", { "cognito:groups": ["Auditors", "auditors ", "auditor"] }],
    ["B9: an attribute of that name", { "custom:cognito:groups": ["auditors"], groups: ["auditors"] }],
  ])("is not for %s", async (_, overrides) => {
    const claims = signInOf(api, overrides);
    for (const query of [
      LOGINS_OF,
      "query ($username: String!) { mine: loginsOf(username: $username) { nextToken } }",
      "query ($username: String!) { ...f } fragment f on Query { loginsOf(username: $username) { nextToken } }",
      "query ($username: String!) { loginsOf(username: $username) @include(if: true) { nextToken } }",
    ]) {
      const { status, data, errors } = await api.ask(claims, query, { username: "ada" });
      expect(status).toBe(200);
      expect(Object.values(data ?? {})).toEqual([null]);
      expect(errors[0]?.errorType, query).toBe("Unauthorized");
    }
  });

  test("wants a name", async () => {
    for (const username of ["", "x".repeat(129), "x".repeat(5000)]) {
      const { errors } = await api.ask(auditor(), LOGINS_OF, { username });
      expect(errors[0]?.errorType).toBe("InvalidPage");
    }
    expect((await api.ask(auditor(), LOGINS_OF, { username: "x".repeat(128) })).errors).toEqual([]);
  });
});
