// The two doors to the ledger of the running system, REST and GraphQL, attacked over HTTP with tokens and without.

import { decodeJwt } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import { errorOf, graphql, send, Visitor, type Parts } from "./hostile-client.ts";
import { discover, signInBeside } from "./relying-party.ts";
import { itemsOf, newUser, outputs, type User } from "./stack.ts";
import { slowness } from "cdk-offline/testing";

let user: User;
beforeAll(async () => {
  user = await newUser("mallory");
});

describe("POST /logins", () => {
  const logins = (
    headers: Readonly<Record<string, string | readonly string[]>>,
    body: string | Buffer = "{}",
  ) => send("/logins", { method: "POST", headers: { "content-type": "application/json", ...headers }, body });

  test("C1: without, with an empty and with a malformed token is 401", async () => {
    for (const headers of [
      {},
      { authorization: "" },
      { authorization: "Bearer" },
      { authorization: "x.y.z" },
    ]) {
      const answer = await logins(headers);
      expect([answer.status, answer.text]).toEqual([401, '{"message":"Unauthorized"}']);
    }
  });

  test("C2: an access token without the scope is 401, as is an ID token", async () => {
    const tokens = await signInBeside(await discover(), user, "openid");
    for (const authorization of [tokens.access_token, tokens.id_token ?? ""]) {
      const answer = await logins({ authorization });
      expect([answer.status, answer.text]).toEqual([401, '{"message":"Unauthorized"}']);
    }
  });

  test("C3: an unknown path or verb is 403, a body over 10 MB 413, a bad body 400, none with a stack", async () => {
    for (const [method, target] of [
      ["GET", "/logins"],
      ["DELETE", "/logins"],
    ] as const) {
      const answer = await send(target, { method });
      expect([answer.status, answer.text]).toEqual([403, '{"message":"Missing Authentication Token"}']);
    }
    const visitor = new Visitor();
    await visitor.signIn(user);
    const { accessToken } = await visitor.openSession();
    const large = await logins({ authorization: accessToken }, Buffer.alloc(10 * 1024 * 1024 + 1, "x"));
    expect(large.status).toBe(413);
    const bad = await logins({ authorization: accessToken }, "{");
    expect([bad.status, errorOf(bad)]).toEqual([400, "invalid_request"]);
    for (const { text, headers } of [large, bad]) {
      expect(text).not.toMatch(/\n\s+at |\.ts|node:/);
      expect(headers["cache-control"]).toBe("no-store");
    }
  });

  test("C5: claims that a client sends itself count for nothing", async () => {
    const visitor = new Visitor();
    await visitor.signIn(user);
    const { accessToken, user: me } = await visitor.openSession();
    const answer = await logins({
      authorization: accessToken,
      "x-amzn-oidc-identity": "somebody-else",
      "x-user": "somebody-else",
      "x-ll-origin": "guess",
      "x-forwarded-for": "203.0.113.9",
    });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toMatchObject({ login: { userId: me.id, alreadyRecorded: true } });
  });
});

describe("the GraphQL API, with the limits of the template", () => {
  let accessToken = "";
  let visitor: Visitor;
  beforeAll(async () => {
    visitor = new Visitor();
    await visitor.signIn(await newUser("aliases"));
    ({ accessToken } = await visitor.openSession());
  });

  test("D2, I1: one recordLogin under many names leaves one item; past the limit fields are refused", async () => {
    const names = Array.from({ length: 60 }, (_, n) => `a${n}: recordLogin { id alreadyRecorded }`);
    const { status, data, errors } = await graphql(accessToken, `mutation { ${names.join(" ")} }`);
    expect(status).toBe(200);
    const answered = Object.values(data ?? {}).filter((value) => value !== null);
    expect(answered.length).toBeGreaterThan(0);
    expect(answered.length).toBeLessThanOrEqual(20);
    expect(new Set(answered.map((value) => JSON.stringify(value))).size).toBe(1);
    expect(new Set(errors.map(({ errorType }) => errorType))).toEqual(
      new Set(["ResolverExecutionLimitReached"]),
    );
    expect(await itemsOf((await visitor.openSession()).user.id)).toHaveLength(1);
  });

  test("B4: an ID token is BadToken on every field, and nothing is recorded for it", async () => {
    const own = await newUser("id-token");
    const { id_token: idToken = "", access_token: ownToken } = await signInBeside(await discover(), own);
    for (const query of [
      "mutation { recordLogin { id } }",
      "{ greeting { message } }",
      "{ myLogins { nextToken } }",
    ]) {
      const { status, data, errors } = await graphql(idToken, query);
      expect([status, Object.values(data ?? {}), errors[0]?.errorType], query).toEqual([
        200,
        [null],
        "BadToken",
      ]);
    }
    const first = await graphql(ownToken, "mutation { recordLogin { alreadyRecorded } }");
    expect(first.data).toEqual({ recordLogin: { alreadyRecorded: false } });
  });

  test.each<[string, Parts]>([
    ["a list of queries", { body: '[{"query":"mutation { recordLogin { id } }"}]' }],
    ["GET", { method: "GET" }],
    ["an empty body", { body: "" }],
    ["a byte order mark", { body: '\ufeff{"query":"mutation { recordLogin { id } }"}' }],
    [
      "a form of several parts",
      {
        headers: { "content-type": "multipart/form-data; boundary=x" },
        body: '--x\r\ncontent-disposition: form-data; name="operations"\r\n\r\n{"query":"mutation { recordLogin { id } }"}\r\n--x--',
      },
    ],
    ["a key given twice", { body: '{"query":"{ __typename }","query":"mutation { recordLogin { id } }"}' }],
  ])("D4: %s is refused, and nothing is executed", async (_, { headers, ...parts }) => {
    const own = await signInBeside(await discover(), user);
    const answer = await send(outputs.GraphQLUrl, {
      method: "POST",
      ...parts,
      headers: { authorization: own.access_token, "content-type": "application/json", ...headers },
    });
    expect(answer.status).toBe(400);
    expect(answer.text).not.toContain(String(decodeJwt(own.access_token)["origin_jti"]));
    const first = await graphql(own.access_token, "mutation { recordLogin { alreadyRecorded } }");
    expect(first.data).toEqual({ recordLogin: { alreadyRecorded: false } });
  });

  test.each<[string, string]>([
    ["fragments in a circle", "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }"],
    ["ten thousand directives", `{ greeting ${"@skip(if: false) ".repeat(10_000)} { message } }`],
    ["a document of a megabyte", `{ ${"greeting { message } ".repeat(50_000)} }`],
    [
      "ten thousand lists in one another",
      `{ myLogins(limit: ${"[".repeat(10_000)}${"]".repeat(10_000)}) { nextToken } }`,
    ],
    ["a number beyond all numbers", "{ myLogins(limit: 1e400) { nextToken } }"],
    ["a number with a fraction (D7)", "{ myLogins(limit: 1.5) { nextToken } }"],
  ])("D6: %s is refused in less than a second, and the API goes on", async (_, query) => {
    const startedMs = performance.now();
    const { data, errors } = await graphql(accessToken, query);
    expect(performance.now() - startedMs).toBeLessThan(1000 * slowness());
    expect(data).toBeNull();
    expect(errors.length).toBeGreaterThan(0);
    expect((await graphql(accessToken, "{ __typename }")).data).toEqual({ __typename: "Query" });
  });

  test("D2: a thousand greetings at once are cut off", async () => {
    const names = Array.from({ length: 1000 }, (_, n) => `a${n}: greeting { message }`);
    const { data, errors } = await graphql(accessToken, `{ ${names.join(" ")} }`);
    expect(Object.values(data ?? {}).filter((value) => value !== null).length).toBeLessThanOrEqual(20);
    expect(errors.length).toBeGreaterThanOrEqual(980);
  });

  test.each([
    ["a client-made time", 'mutation { recordLogin(loggedInAt: "2020-01-01T00:00:00Z") { id } }'],
    ["a user's name", 'mutation { recordLogin(username: "eve") { id } }'],
    ["an unknown member", 'mutation { recordLogin(device: { id: "x" }) { id } }'],
    ["an inherited member", "mutation { recordLogin(device: { constructor: 1 }) { id } }"],
  ])("D10: %s is no argument", async (_, query) => {
    const { data, errors } = await graphql(accessToken, query);
    expect(data).toBeNull();
    expect(errors[0]?.message).toMatch(/^Validation error/);
  });

  test("D10: the item keeps the signed time, whatever variables come along", async () => {
    const { data } = await graphql(accessToken, "mutation { recordLogin { loggedInAt userId } }", {
      loggedInAt: "2020-01-01T00:00:00Z",
      constructor: { prototype: 1 },
    });
    const claims = decodeJwt(accessToken);
    expect(data?.["recordLogin"]).toMatchObject({
      userId: claims.sub,
      loggedInAt: new Date(Number(claims["auth_time"]) * 1000).toISOString().replace(".000Z", "Z"),
    });
  });

  test("D7, D9, D12: pages, names and tokens are taken literally, and only one's own are seen", async () => {
    for (const [query, errorType] of [
      ["{ myLogins(limit: 101) { nextToken } }", "InvalidPage"],
      ['{ myLogins(nextToken: "#sk = :x") { nextToken } }', "InvalidPage"],
      ['{ loginsOf(username: "begins_with(userId, :x)") { nextToken } }', "Unauthorized"],
      ['{ greeting(locale: "de/../../config") { message } }', "InvalidLocale"],
    ] as const) {
      const { data, errors } = await graphql(accessToken, query);
      expect([Object.values(data ?? {}), errors[0]?.errorType], query).toEqual([[null], errorType]);
    }
  });

  test("D7: a page's nextToken is refused in another caller's hands", async () => {
    const own = await newUser("pages");
    const tokens: string[] = [];
    for (let n = 0; n < 2; n += 1) {
      const mine = new Visitor();
      await mine.signIn(own);
      tokens.push((await mine.openSession()).accessToken);
    }
    const page = "query ($t: String) { myLogins(limit: 1, nextToken: $t) { items { id } nextToken } }";
    const [token = ""] = tokens;
    const first = (await graphql(token, page)).data?.["myLogins"] as { nextToken: string };
    expect(first.nextToken).toBeTypeOf("string");
    const { data, errors } = await graphql(accessToken, page, { t: first.nextToken });
    expect([data, errors[0]?.errorType]).toEqual([{ myLogins: null }, "InvalidPage"]);
    expect((await graphql(token, page, { t: first.nextToken })).errors).toEqual([]);
  });
});
