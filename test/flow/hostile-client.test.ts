// The sign-in surface of the running system, attacked over HTTP.

import { DescribeLogGroupsCommand, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { QueryCommand } from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { decodeJwt } from "jose";
import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { clientSecretOf, cookieSeals } from "./cookie-seals.ts";
import {
  errorOf,
  graphql,
  send,
  SESSION_COOKIE,
  Visitor,
  type Answer,
  type Parts,
} from "./hostile-client.ts";
import { discover, signInBeside } from "./relying-party.ts";
import { dynamodb, logs, newUser, outputs, userPools, type User } from "./stack.ts";

let user: User;
beforeAll(async () => {
  user = await newUser("mallory");
});

interface SessionBody {
  readonly accessToken: string;
  readonly user: { readonly id: string; readonly username: string };
}

const sessionOf = ({ text }: Answer) => JSON.parse(text) as SessionBody;
const setsSession = ({ setCookies }: Answer) =>
  setCookies.some((line) => line.startsWith(`${SESSION_COOKIE}=`) && !line.includes("Max-Age=0"));

/** Opens cookies, and makes such as were made so many seconds ago. */
async function sealsOf(ageSeconds: number, lifetimeSeconds: number) {
  const secret = await clientSecretOf(userPools, outputs);
  return cookieSeals(outputs, secret, { lifetimeSeconds, clock: () => Date.now() - ageSeconds * 1000 });
}

/** The ledger's items of the user that a visitor is signed in as. */
async function itemsOf(visitor: Visitor) {
  const { id } = sessionOf(await visitor.post("/auth/session")).user;
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName: outputs.TableName,
      IndexName: "byUser",
      KeyConditionExpression: "userId = :user",
      ExpressionAttributeValues: { ":user": { S: id } },
    }),
  );
  return Items;
}

describe("a callback", () => {
  test("A1, A2: without its cookie or with another state is refused before its code is spent", async () => {
    const visitor = new Visitor();
    const callback = await visitor.startSignIn(user);
    const url = new URL(callback, outputs.AppUrl);
    const state = url.searchParams.get("state") ?? "";
    const withState = (other: string) => {
      url.searchParams.set("state", other);
      return `${url.pathname}${url.search}`;
    };

    const bare = await send(callback);
    expect([bare.status, errorOf(bare), bare.setCookies]).toEqual([400, "invalid_state", []]);
    const flipped = state.replace(/[a-z]/i, (letter) =>
      letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
    );
    for (const other of [
      flipped,
      `${state}=`,
      state.slice(0, -1),
      `${state}A`,
      "A".repeat(43),
      ` ${state}`,
    ]) {
      const answer = await visitor.send(withState(other));
      expect([answer.status, errorOf(answer), setsSession(answer)], other).toEqual([
        400,
        "invalid_state",
        false,
      ]);
    }
    for (const repeated of [`${callback}&state=${state}`, `${callback}&code=x`, `${callback}&error=x`]) {
      const answer = await visitor.send(repeated);
      expect([answer.status, errorOf(answer)]).toEqual([400, "invalid_request"]);
    }
    // Had any of these been taken to the pool, the code would be spent.
    expect((await visitor.send(callback)).status).toBe(303);
  });

  test("A5: of an attacker leaves a victim's session as it was", async () => {
    const victim = new Visitor();
    await victim.signIn(await newUser("victim"));
    const before = victim.session;
    const name = sessionOf(await victim.post("/auth/session")).user.username;
    await victim.send("/auth/login");
    const answer = await victim.send(await new Visitor().startSignIn(user));
    expect([answer.status, errorOf(answer)]).toEqual([400, "invalid_state"]);
    expect(victim.session).toBe(before);
    expect(sessionOf(await victim.post("/auth/session")).user.username).toBe(name);
  });

  test("A8: delivered again leads to the start page with the session, else it is refused; one item", async () => {
    const visitor = new Visitor();
    const own = await newUser("reload");
    const callback = await visitor.startSignIn(own);
    const transaction = visitor.cookieHeader;
    expect((await visitor.send(callback)).status).toBe(303);
    const again = await visitor.send(callback);
    expect([again.status, again.headers["location"]]).toEqual([303, `${outputs.AppUrl}/`]);
    const replayed = await send(callback, { headers: { cookie: transaction } });
    expect([replayed.status, errorOf(replayed)]).toEqual([400, "expired_transaction"]);
    expect(await itemsOf(visitor)).toHaveLength(1);
  });

  test("A8: delivered twice at the same moment leaves one item and nobody signed out", async () => {
    const visitor = new Visitor();
    const own = await newUser("twice");
    const callback = await visitor.startSignIn(own);
    const answers = await Promise.all([visitor.send(callback), visitor.send(callback)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 400]);
    expect(await itemsOf(visitor)).toHaveLength(1);
  });

  test("A9: more than ten minutes after its start is refused with a way back in, and its code is not spent", async () => {
    const visitor = new Visitor();
    const callback = await visitor.startSignIn(user);
    const [name = ""] = visitor.transactions;
    const good = visitor.cookies.get(name) ?? "";
    const opened = await (await sealsOf(0, 600)).transactions.open(good);
    if (opened.status !== "good") throw new Error("the transaction cookie does not open");
    const old = await (await sealsOf(601, 600)).transactions.seal(opened.content);

    const answer = await send(callback, { headers: { cookie: `${name}=${old}`, accept: "text/html" } });
    expect([answer.status, setsSession(answer)]).toEqual([400, false]);
    expect(answer.text).toContain("expired_transaction");
    expect(answer.text).toContain('<a href="/auth/login">');
    expect(answer.setCookies).toEqual([`${name}=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax`]);
    expect((await visitor.send(callback)).status).toBe(303);
  });

  test("A29: with script, line breaks, escapes and a megabyte in it reflects nothing", async () => {
    const hostile = `<script>alert(1)</script>\r\nSet-Cookie: a=b\u001b[31m`;
    const state = encodeURIComponent(hostile);
    for (const accept of ["text/html", "application/json"]) {
      const answer = await send(`/auth/callback?state=${state}&error=${state}&error_description=${state}`, {
        headers: { accept, "user-agent": "<script>alert(1)</script>" },
      });
      expect(answer.status).toBe(400);
      expect(answer.text).not.toContain("alert");
      expect(JSON.stringify(answer.headers)).not.toMatch(/alert|a=b/);
    }
    const huge = await send(`/auth/callback?state=s&error=${"x".repeat(6000)}`);
    expect([huge.status, errorOf(huge)]).toEqual([400, "invalid_request"]);
  });
});

describe("starting a sign-in", () => {
  test("A11: thirty times leaves four transactions in less than 8 KB, and the last one works", async () => {
    const visitor = new Visitor();
    for (let n = 0; n < 29; n += 1) await visitor.send("/auth/login");
    const answer = await visitor.signIn(user);
    expect(answer.status).toBe(303);
    expect(visitor.transactions).toHaveLength(3);
    for (let n = 0; n < 4; n += 1) await visitor.send(`/auth/login?returnTo=/${"x".repeat(510)}`);
    expect(visitor.transactions).toHaveLength(4);
    expect(visitor.cookieHeader.length).toBeLessThan(8192);
  });

  test.each([
    ...["//evil.example", "/\\evil.example", "\\\\evil.example", "/%5c/evil.example", "/%09/evil.example"],
    ...[
      "/\t/evil.example",
      "/ /evil.example",
      "https:evil.example",
      "javascript:alert(1)",
      "data:text/html,x",
    ],
    ...["/x\r\nSet-Cookie: a=b", `/${"x".repeat(5000)}`, "／／evil.example", "/auth/logout", "/auth/login"],
    ...["@evil.example", ".evil.example", "/%2fevil.example", "/.//evil.example"],
  ])("A17: with returnTo %j ends on the start page", async (returnTo) => {
    const answer = await new Visitor().signIn(user, returnTo);
    expect([answer.status, answer.headers["location"]]).toEqual([303, `${outputs.AppUrl}/`]);
  });

  test("A19: takes the word of no header for who we are", async () => {
    const answer = await send("/auth/login", {
      headers: {
        "x-forwarded-host": "evil.example",
        "x-forwarded-proto": "http",
        forwarded: "host=evil.example",
        "x-original-url": "https://evil.example/",
        "x-rewrite-url": "/auth/logout",
      },
    });
    const location = new URL(answer.headers["location"] ?? "");
    expect(location.searchParams.get("redirect_uri")).toBe(`${outputs.AppUrl}/auth/callback`);
    expect(location.href).not.toContain("evil");
  });
});

describe("the session", () => {
  test("A13: planted before a sign-in is replaced, and does not refresh the new one", async () => {
    const attacker = new Visitor();
    await attacker.signIn(user);
    const planted = attacker.session;
    const victim = new Visitor();
    victim.cookies.set(SESSION_COOKIE, planted);
    const own = await newUser("victim");
    await victim.signIn(own);
    expect(victim.session).not.toBe(planted);
    expect(sessionOf(await attacker.post("/auth/session")).user.username).toBe(user.username);
    expect(sessionOf(await victim.post("/auth/session")).user.username).toBe(own.username);
  });

  test("A14: altered, cut short, foreign, expired, doubled or huge is 401 with one body, and taken back", async () => {
    const visitor = new Visitor();
    await visitor.signIn(user);
    const good = visitor.session;
    const middle = Math.floor(good.length / 2);
    const swap = (at: number) => `${good.slice(0, at)}${good[at] === "A" ? "B" : "A"}${good.slice(at + 1)}`;
    const cookies = [
      ...[0, 5, middle, good.length - 30, good.length - 2].map(swap),
      ...[good.slice(0, -1), good.slice(1), `${good}A`, `${good}.`, "", "x", "a.b.c.d.e"],
      "x".repeat(6000),
    ].map((value) => `${SESSION_COOKIE}=${value}`);
    cookies.push(`${SESSION_COOKIE}=${good}; ${SESSION_COOKIE}=${good}`);
    await visitor.send("/auth/login");
    const [transaction = ""] = visitor.transactions;
    cookies.push(`${SESSION_COOKIE}=${visitor.cookies.get(transaction) ?? ""}`);
    const opened = await (await sealsOf(0, 1)).sessions.open(good);
    if (opened.status !== "good") throw new Error("the session cookie does not open");
    const expired = await (await sealsOf(43_201, 43_200)).sessions.seal(opened.content);
    cookies.push(`${SESSION_COOKIE}=${expired}`);
    for (const cookie of cookies) {
      const answer = await send("/auth/session", { method: "POST", headers: { "x-ll-csrf": "1", cookie } });
      expect([answer.status, errorOf(answer)], cookie.slice(0, 60)).toEqual([401, "no_session"]);
      expect(Object.keys(JSON.parse(answer.text) as object)).toEqual(["error", "requestId"]);
      expect(answer.setCookies).toEqual([
        `${SESSION_COOKIE}=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Strict`,
      ]);
    }
    expect((await visitor.post("/auth/session")).status).toBe(200);
  });

  test("A14: of 100 KB is refused, whoever in front of us refuses it", async () => {
    const cookie = `${SESSION_COOKIE}=${"x".repeat(100_000)}`;
    const answer = await send("/auth/session", { method: "POST", headers: { "x-ll-csrf": "1", cookie } });
    expect([400, 401, 413, 431]).toContain(answer.status);
  });

  test("A16: fits into a cookie for the largest user that the pool allows", async () => {
    const password = `Aa1-${randomUUID()}`;
    const Username = `${"x".repeat(92)}${randomUUID()}`;
    const UserPoolId = outputs.UserPoolId;
    await userPools.send(
      new AdminCreateUserCommand({
        ...{ UserPoolId, Username, MessageAction: "SUPPRESS" },
        UserAttributes: [
          { Name: "email", Value: `${"e".repeat(60)}${randomUUID().slice(0, 4)}@${"d".repeat(60)}.invalid` },
          { Name: "email_verified", Value: "true" },
          ...["name", "given_name", "family_name", "profile", "picture", "website"].map((Name) => ({
            Name,
            Value: "ß".repeat(2048),
          })),
        ],
      }),
    );
    await userPools.send(
      new AdminSetUserPasswordCommand({ UserPoolId, Username, Password: password, Permanent: true }),
    );
    await userPools.send(new AdminAddUserToGroupCommand({ UserPoolId, GroupName: "auditors", Username }));
    const visitor = new Visitor();
    const answer = await visitor.signIn({ username: Username, password });
    expect(answer.status).toBe(303);
    expect(`${SESSION_COOKIE}=${visitor.session}`.length).toBeLessThanOrEqual(4096);
    expect((await visitor.post("/auth/session")).status).toBe(200);
  });

  test.each<[string, Readonly<Record<string, string>>]>([
    ["without the header", { "x-ll-csrf": "" }],
    ["from another site", { "sec-fetch-site": "cross-site" }],
    ["from a sister host", { "sec-fetch-site": "same-site" }],
    ["from another origin", { origin: "https://evil.example" }],
    ["from nowhere", { origin: "null" }],
    ["with our origin from another site (A21)", { origin: outputs.AppUrl, "sec-fetch-site": "cross-site" }],
  ])("A20: is neither given nor ended %s", async (_, headers) => {
    const visitor = new Visitor();
    await visitor.signIn(user);
    for (const target of ["/auth/session", "/auth/logout"]) {
      const answer = await visitor.post(target, headers);
      expect([answer.status, errorOf(answer), answer.setCookies]).toEqual([403, "csrf", []]);
    }
    expect((await visitor.post("/auth/session")).status).toBe(200);
  });

  test("A21: is given to clients that say nothing of where they come from, but have the header", async () => {
    const visitor = new Visitor();
    await visitor.signIn(user);
    for (const headers of [{}, { origin: outputs.AppUrl, "sec-fetch-site": "same-origin" }]) {
      expect((await visitor.post("/auth/session", headers)).status).toBe(200);
    }
  });

  test("A22: is shared with no other origin", async () => {
    for (const method of ["OPTIONS", "GET", "POST"]) {
      for (const target of ["/auth/session", "/auth/logout", "/auth/login", "/logins"]) {
        const answer = await send(target, {
          method,
          headers: {
            origin: "https://evil.example",
            "access-control-request-method": "POST",
            "access-control-request-headers": "x-ll-csrf",
          },
        });
        expect(Object.keys(answer.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
        expect(JSON.stringify([answer.headers, answer.text])).not.toContain("evil");
        if (target.startsWith("/auth")) expect(answer.headers["vary"]).toBe("Accept, Origin, Sec-Fetch-Site");
      }
    }
  });

  test("A26: is over after the sign-out, for saved cookies as well, with one line in the log", async () => {
    const visitor = new Visitor();
    await visitor.signIn(user);
    const saved = visitor.session;
    const { accessToken } = sessionOf(await visitor.post("/auth/session"));
    await visitor.send("/auth/login");
    const answer = await visitor.post("/auth/logout");
    expect(answer.status).toBe(200);
    expect(Object.keys(JSON.parse(answer.text) as object)).toEqual(["logoutUrl"]);
    expect(answer.headers["clear-site-data"]).toBe('"cache", "storage"');
    expect(visitor.cookies.size).toBe(0);
    visitor.cookies.set(SESSION_COOKIE, saved);
    const replayed = await visitor.post("/auth/session");
    expect([replayed.status, errorOf(replayed)]).toEqual([401, "no_session"]);

    const id = String(decodeJwt(accessToken)["origin_jti"]);
    const logGroupNamePrefix = `LoginLedger-${outputs.Stage}-FunctionsAuthLog`;
    const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix }));
    const [group] = logGroups;
    const lines = async () =>
      (
        await logs.send(
          new FilterLogEventsCommand({
            logGroupName: group?.logGroupName,
            filterPattern: `{ $.event = "signed_out" && $.id = "${id}" }`,
          }),
        )
      ).events ?? [];
    await expect.poll(lines, { timeout: 10_000 }).toHaveLength(1);
  });

  test("B10: once ended leaves an access token that is good for the rest of its five minutes, and no new one", async () => {
    const visitor = new Visitor();
    await visitor.signIn(user);
    const { accessToken } = sessionOf(await visitor.post("/auth/session"));
    await visitor.post("/auth/logout");
    const { iat = 0, exp = 0 } = decodeJwt(accessToken);
    expect(exp - iat).toBe(300);
    expect((await graphql(accessToken, "{ greeting { message } }")).errors).toEqual([]);
    expect((await visitor.post("/auth/session")).status).toBe(401);
  });

  test("A28: is not ended by a link, an image or a prefetch, nor is anybody sent elsewhere", async () => {
    const visitor = new Visitor();
    await visitor.signIn(user);
    for (const headers of [{ "sec-fetch-dest": "image" }, { "sec-purpose": "prefetch" }, {}]) {
      const answer = await visitor.send("/auth/logout?logout_uri=https://evil.example", { headers });
      expect([answer.status, errorOf(answer), answer.headers["allow"]]).toEqual([
        405,
        "method_not_allowed",
        "POST",
      ]);
    }
    expect((await visitor.post("/auth/session")).status).toBe(200);
    const answer = await visitor.post("/auth/logout?logout_uri=https://evil.example&redirect=//evil.example");
    expect(answer.text).not.toContain("evil");
  });
});

describe("every answer", () => {
  test("A30, A32: of ours has its headers, and no error is turned into the page", async () => {
    const targets: readonly (readonly [string, string, number])[] = [
      ["GET", "/auth/login", 302],
      ["GET", "/auth/callback", 400],
      ["POST", "/auth/session", 403],
      ["POST", "/auth/logout", 403],
      ["GET", "/auth/session", 405],
      ["GET", "/auth/nothing", 404],
      ["POST", "/logins", 401],
      ["GET", "/logins", 403],
    ];
    for (const [method, target, status] of targets) {
      const answer = await send(target, { method });
      expect(answer.status, target).toBe(status);
      expect(answer.headers, target).toMatchObject({
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "strict-transport-security": "max-age=63072000; includeSubDomains",
        "x-content-type-options": "nosniff",
      });
      const framing = `${answer.headers["content-security-policy"] ?? ""}${answer.headers["x-frame-options"] ?? ""}`;
      expect(framing, target).toMatch(/frame-ancestors 'none'|DENY/);
      expect(answer.text, target).not.toContain("<!doctype");
    }
  });

  test("A30: of the page has a policy without inline script, for itself and the API's own hosts", async () => {
    const page = await send("/");
    const policy = page.headers["content-security-policy"] ?? "";
    expect(policy).toMatch(/script-src 'self';.*require-trusted-types-for 'script'; trusted-types 'none'/);
    expect(policy).not.toContain("unsafe");
    const own = /<meta http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page.text)?.[1];
    const hosts = [outputs.GraphQLUrl, outputs.RealtimeUrl].map((url) => new URL(url));
    expect(own).toBe(
      `connect-src 'self' ${hosts.map(({ protocol, host }) => `${protocol}//${host}`).join(" ")}`,
    );
    expect(page.text).not.toMatch(/<script(?![^>]*\bsrc=)|\son\w+=|<style/i);
    expect(page.headers["strict-transport-security"]).toBe(
      (await send("/auth/login")).headers["strict-transport-security"],
    );
  });

  test("is one of those foreseen, whatever is sent, and no redirect leaves us and the pool", async () => {
    const visitor = new Visitor();
    await visitor.signIn(user);
    await visitor.send("/auth/login");
    const good = [
      visitor.cookieHeader,
      `${SESSION_COOKIE}=x`,
      outputs.AppUrl,
      "1",
      "same-origin",
      "text/html",
    ];
    const headerText = fc.oneof(
      fc.constantFrom(...good),
      fc.string({ unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)) }),
    );
    const names = [
      "cookie",
      "origin",
      "accept",
      "x-ll-csrf",
      "sec-fetch-site",
      "authorization",
      "x-forwarded-for",
    ];
    const origins = [outputs.AppUrl, outputs.LoginUrl].map((url) => new URL(url).origin);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("GET", "POST", "HEAD", "OPTIONS", "DELETE"),
        fc.constantFrom(
          "/auth/login",
          "/auth/callback",
          "/auth/session",
          "/logins",
          "/auth/x",
          "/auth//login",
        ),
        fc.dictionary(fc.constantFrom("returnTo", "state", "code", "error"), fc.string({ unit: "binary" })),
        fc.dictionary(
          fc.constantFrom(...names),
          headerText.map((text) => text.replaceAll("\u007f", "")),
        ),
        fc.string({ unit: "binary" }),
        async (method, path, query, headers, body) => {
          const target = `${path}?${new URLSearchParams(query).toString()}`;
          const hasBody = method === "POST" || method === "DELETE";
          const answer = await send(target, { method, headers, ...(hasBody && { body }) });
          // 413: API Gateway takes no more than 10,240 bytes of headers.
          expect([200, 302, 303, 400, 401, 403, 404, 405, 413, 502]).toContain(answer.status);
          if (answer.status === 502) expect(query).toHaveProperty("error");
          const location = answer.headers["location"];
          if (location !== undefined) expect(origins).toContain(new URL(location).origin);
        },
      ),
      { numRuns: 300 },
    );
    expect((await visitor.post("/auth/session")).status).toBe(200);
  });

  test("to a navigation that failed is a page with a way back in", async () => {
    const answer = await send("/auth/callback?state=s&code=c", { headers: { accept: "text/html" } });
    expect([answer.status, answer.headers["content-type"]]).toEqual([400, "text/html; charset=utf-8"]);
    expect(answer.text).toContain('<a href="/auth/login">');
  });
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
    const tokens = await signInBeside(await discover(), user, "openid email");
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
    const { accessToken } = sessionOf(await visitor.post("/auth/session"));
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
    const { accessToken, user: me } = sessionOf(await visitor.post("/auth/session"));
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
    ({ accessToken } = sessionOf(await visitor.post("/auth/session")));
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
    expect(await itemsOf(visitor)).toHaveLength(1);
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
    expect(performance.now() - startedMs).toBeLessThan(1000);
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
      tokens.push(sessionOf(await mine.post("/auth/session")).accessToken);
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
