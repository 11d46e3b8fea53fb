// Signing in to the running system, attacked over HTTP: how a sign-in starts, and what comes back from the pool.

import { beforeAll, describe, expect, test } from "vitest";
import { errorOf, sealsOf, send, SESSION_COOKIE, Visitor, type Answer } from "./hostile-client.ts";
import { itemsOf, newUser, outputs, type User } from "./stack.ts";

let user: User;
beforeAll(async () => {
  user = await newUser("mallory");
});

const setsSession = ({ setCookies }: Answer) =>
  setCookies.some((line) => line.startsWith(`${SESSION_COOKIE}=`) && !line.includes("Max-Age=0"));

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
    const name = (await victim.openSession()).user.username;
    await victim.send("/auth/login");
    const answer = await victim.send(await new Visitor().startSignIn(user));
    expect([answer.status, errorOf(answer)]).toEqual([400, "invalid_state"]);
    expect(victim.session).toBe(before);
    expect((await victim.openSession()).user.username).toBe(name);
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
    expect(await itemsOf((await visitor.openSession()).user.id)).toHaveLength(1);
  });

  test("A8: delivered twice at the same moment leaves one item and nobody signed out", async () => {
    const visitor = new Visitor();
    const own = await newUser("twice");
    const callback = await visitor.startSignIn(own);
    const answers = await Promise.all([visitor.send(callback), visitor.send(callback)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 400]);
    expect(await itemsOf((await visitor.openSession()).user.id)).toHaveLength(1);
  });

  test("A9: more than ten minutes after its start is refused with a way back in, and its code is not spent", async () => {
    const visitor = new Visitor();
    const callback = await visitor.startSignIn(user);
    const [name = ""] = visitor.transactions;
    const good = visitor.cookies.get(name) ?? "";
    const opened = await (await sealsOf({ ageSeconds: 0, lifetimeSeconds: 600 })).transactions.open(good);
    if (opened.status !== "good") throw new Error("the transaction cookie does not open");
    const old = await (
      await sealsOf({ ageSeconds: 601, lifetimeSeconds: 600 })
    ).transactions.seal(opened.content);

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
