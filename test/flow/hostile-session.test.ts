// The session that the running system gives, attacked over HTTP.

import { DescribeLogGroupsCommand, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { decodeJwt } from "jose";
import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { errorOf, graphql, sealsOf, send, SESSION_COOKIE, Visitor } from "./hostile-client.ts";
import { logs, newUser, outputs, userPools, type User } from "./stack.ts";

let user: User;
beforeAll(async () => {
  user = await newUser("mallory");
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
    expect((await attacker.openSession()).user.username).toBe(user.username);
    expect((await victim.openSession()).user.username).toBe(own.username);
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
    const opened = await (await sealsOf({ ageSeconds: 0, lifetimeSeconds: 1 })).sessions.open(good);
    if (opened.status !== "good") throw new Error("the session cookie does not open");
    const expired = await (
      await sealsOf({ ageSeconds: 43_201, lifetimeSeconds: 43_200 })
    ).sessions.seal(opened.content);
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
    const { accessToken } = await visitor.openSession();
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
    await expect.poll(lines).toHaveLength(1);
  });

  test("B10: once ended leaves an access token that is good for the rest of its five minutes, and no new one", async () => {
    const visitor = new Visitor();
    await visitor.signIn(user);
    const { accessToken } = await visitor.openSession();
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
