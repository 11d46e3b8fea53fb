// Bad input gets a clear answer, and nothing is recorded for it.

import { decodeJwt } from "jose";
import * as client from "openid-client";
import { beforeAll, describe, expect, test } from "vitest";
import { createBrowser } from "../../operate/browser.ts";
import { fillSignInForm, signIn } from "../../operate/sign-in.ts";
import { authorize, discover, signInBeside } from "./relying-party.ts";
import { newUser, outputs, type User } from "./stack.ts";

let user: User;
let relyingParty: client.Configuration;
beforeAll(async () => {
  user = await newUser();
  relyingParty = await discover();
});

async function graphql(body: string, authorization?: string) {
  const response = await fetch(outputs.GraphQLUrl, {
    method: "POST",
    body,
    headers: { "content-type": "application/json", ...(authorization !== undefined && { authorization }) },
  });
  return {
    status: response.status,
    body: (await response.json()) as { data?: unknown; errors?: Record<string, unknown>[] },
  };
}

describe("signing in", () => {
  test("a wrong password and an unknown user get the same answer (I9)", async () => {
    const answers = [];
    for (const credentials of [
      { username: user.username, password: "Wrong-password-1" },
      { username: "nobody-of-this-name", password: "Wrong-password-1" },
    ]) {
      const browser = createBrowser();
      const page = await browser.open(`${outputs.AppUrl}/auth/login`);
      const landing = await fillSignInForm(browser, page, credentials);
      answers.push({ status: landing.status, alert: /role="alert"[^>]*>([^<]+)</.exec(landing.text)?.[1] });
    }
    expect(answers[0]?.alert).toBe("Incorrect username or password.");
    expect(answers[1]).toEqual(answers[0]);
  });

  test("a callback with a wrong state, or without its transaction, gets 400 invalid_state and no session", async () => {
    const { callback } = await authorize(relyingParty, user);
    callback.searchParams.set("state", "another");
    const response = await fetch(callback, { redirect: "manual" });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: "invalid_state" });
    expect(response.headers.getSetCookie().filter((cookie) => cookie.includes("ll_session"))).toEqual([]);
  });

  test("a code is good once", async () => {
    const { callback, checks } = await authorize(relyingParty, user);
    await client.authorizationCodeGrant(relyingParty, callback, checks);
    await expect(client.authorizationCodeGrant(relyingParty, callback, checks)).rejects.toMatchObject({
      error: "invalid_grant",
    });
  });

  test("a session is not given without the header that only the page can send (A20)", async () => {
    const response = await fetch(`${outputs.AppUrl}/auth/session`, { method: "POST" });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ error: "csrf" });
  });

  test("without a cookie there is no session", async () => {
    const response = await fetch(`${outputs.AppUrl}/auth/session`, {
      method: "POST",
      headers: { "x-ll-csrf": "1" },
    });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: "no_session" });
  });
});

describe("the GraphQL API", () => {
  test.each([
    ["no token", undefined, "Valid authorization header not provided."],
    ["a token that is none", "garbage", "Unable to parse JWT token."],
  ])("answers 401 to %s (B1)", async (_, authorization, message) => {
    const answer = await graphql('{"query":"{ greeting { message } }"}', authorization);
    expect(answer).toMatchObject({
      status: 401,
      body: { errors: [{ errorType: "UnauthorizedException", message }] },
    });
  });

  test("takes no ID token (B4)", async () => {
    const tokens = await signInBeside(relyingParty, user);
    for (const field of ["greeting { message }", "myLogins { nextToken }"]) {
      const answer = await graphql(JSON.stringify({ query: `{ ${field} }` }), tokens.id_token);
      expect(answer).toMatchObject({ status: 200, body: { errors: [{ errorType: "BadToken" }] } });
    }
  });

  test.each([
    ["nothing", "", 400],
    ["what is no JSON", "meow", 400],
    ["what is no GraphQL", '{"query":"{"}', 400],
    ["an unknown field", '{"query":"{ greetings { message } }"}', 200],
  ])("refuses %s", async (_, body, status) => {
    const { accessToken } = await signIn(outputs.AppUrl, user);
    const answer = await graphql(body, accessToken);
    expect(answer.status).toBe(status);
    expect(answer.body.errors?.[0]?.["message"]).toBeTypeOf("string");
    expect(answer.body.data ?? null).toBeNull();
  });

  test.each([
    ["limit: 0", "InvalidPage"],
    ["limit: -1", "InvalidPage"],
    ["limit: 1000000000", "InvalidPage"],
    ['from: "2026-01-02T00:00:00Z", to: "2026-01-01T00:00:00Z"', "InvalidPage"],
  ])("refuses a page with %s (D7)", async (page, errorType) => {
    const { accessToken } = await signIn(outputs.AppUrl, user);
    const answer = await graphql(
      JSON.stringify({ query: `{ myLogins(${page}) { nextToken } }` }),
      accessToken,
    );
    expect(answer.body).toMatchObject({ data: { myLogins: null }, errors: [{ errorType }] });
  });

  test("refuses a locale that is no language tag", async () => {
    const { accessToken } = await signIn(outputs.AppUrl, user);
    const answer = await graphql(
      JSON.stringify({ query: '{ greeting(locale: "../en") { message } }' }),
      accessToken,
    );
    expect(answer.body).toMatchObject({ data: { greeting: null }, errors: [{ errorType: "InvalidLocale" }] });
  });

  test("shows the sign-ins of others to auditors only (B6, D9)", async () => {
    const { accessToken } = await signIn(outputs.AppUrl, user);
    const answer = await graphql(
      JSON.stringify({ query: '{ loginsOf(username: "demo") { nextToken } }' }),
      accessToken,
    );
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ data: { loginsOf: null }, errors: [{ errorType: "Unauthorized" }] });
    expect(decodeJwt(accessToken)["cognito:groups"]).toBeUndefined();
  });
});
