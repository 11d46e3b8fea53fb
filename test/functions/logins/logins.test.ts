// POST /logins: the REST door for whoever holds an access token.

import { describe, expect, test } from "vitest";
import { AwsError, json } from "cdk-offline/testing";
import { graphqlError } from "../parts/graphql-endpoint.ts";
import { claims, ORIGIN_SECRET, startLogins } from "../parts/logins-system.ts";
import { REQUEST_ID, type EventParts } from "../parts/rest-event.ts";
import { CLIENT_ID } from "../parts/user-pool.ts";

describe("POST /logins", () => {
  test("has the sign-in recorded and greets", async () => {
    const { send, ledger, token } = await startLogins();
    const answer = await send();
    expect(answer.statusCode).toBe(200);
    expect(answer.json).toEqual({
      login: expect.objectContaining({
        id: "o",
        userId: "s",
        username: "ana",
        alreadyRecorded: false,
      }) as unknown,
      greeting: { message: "Hello ana!", locale: "en", lastLogin: null },
    });
    expect(ledger.calls.map(({ operation, token: sent }) => [operation, sent])).toEqual([
      ["recordLogin", token],
      ["greeting", token],
    ]);
    expect(answer.headers).toMatchObject({
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
    });
  });

  test("takes the token with or without the word Bearer", async () => {
    const { send, token } = await startLogins();
    for (const value of [token, `Bearer ${token}`, `bearer  ${token}`]) {
      expect((await send({ headers: { Authorization: value } })).statusCode).toBe(200);
    }
  });

  test("called again, answers the first record", async () => {
    const { send, ledger } = await startLogins();
    await send();
    expect((await send()).json["login"]).toMatchObject({ id: "o", alreadyRecorded: true });
    expect(ledger.items.size).toBe(1);
  });

  test("describes the device as the body says, else as the server sees it", async () => {
    const { send, ledger } = await startLogins();
    const headers = {
      "user-agent": "curl/8",
      "x-ll-origin": ORIGIN_SECRET,
      "x-forwarded-for": "::1",
    };
    await send({ headers });
    await send({ headers, body: JSON.stringify({ device: { userAgent: "own" }, locale: null }) });
    const devices = ledger.calls.filter(({ operation }) => operation === "recordLogin");
    expect(devices.map(({ variables }) => variables)).toEqual([
      { device: { address: "::1", userAgent: "curl/8" } },
      { device: { userAgent: "own" } },
    ]);
  });

  test("greets in the language asked for", async () => {
    const { send, ledger } = await startLogins();
    await send({ body: Buffer.from('{"locale":"de-CH"}').toString("base64"), isBase64Encoded: true });
    expect(ledger.calls.at(-1)?.variables).toEqual({ locale: "de-CH" });
  });

  test.each([
    "{",
    "[]",
    "null",
    "5",
    '"x"',
    '{"user":"other"}',
    '{"__proto__":{"x":1}}',
    '{"constructor":1}',
    '{"device":[]}',
    '{"device":{"address":"nowhere"}}',
    '{"device":{"address":"fe80::1%eth0"}}',
    '{"device":{"address":"1.2.3.4","id":"x"}}',
    '{"device":{"userAgent":5}}',
    '{"device":{"userAgent":"\\ud800"}}',
    `{"device":{"userAgent":"${"x".repeat(2049)}"}}`,
    '{"locale":"d"}',
    '{"locale":"de_CH"}',
    `{"locale":"de${"-x".repeat(60)}"}`,
    '{"locale":"de-a-b-c-d-e"}', // more parts than the ledger takes
    '{"locale":["de"]}',
  ])("refuses the body %s and records nothing", async (body) => {
    const { send, ledger } = await startLogins();
    const answer = await send({ body });
    expect(answer.statusCode).toBe(400);
    expect(answer.json).toEqual({ error: "invalid_request", requestId: REQUEST_ID });
    expect(ledger.calls).toEqual([]);
  });

  describe("C5: answers 401 and records nothing when", () => {
    test.each<[string, (token: string) => EventParts]>([
      ["no authorizer stood before it", () => ({ claims: undefined as unknown as Record<string, string> })],
      ["the authorizer's claims are of another user", () => ({ claims: { ...claims, sub: "x" } })],
      ["the authorizer's claims are of another sign-in", () => ({ claims: { ...claims, origin_jti: "x" } })],
      ["there is no token", () => ({ headers: { Authorization: [] } })],
      ["there are two tokens", (token) => ({ headers: { Authorization: [token, token] } })],
      [
        "the token is forged",
        (token) => ({ headers: { Authorization: `${token.slice(0, -10)}AAAAAAAAAA` } }),
      ],
      ["the token is rubbish", () => ({ headers: { Authorization: "Bearer x" } })],
    ])("%s", async (_, partsOf) => {
      const { send, ledger, token } = await startLogins();
      const answer = await send(partsOf(token));
      expect(answer.statusCode).toBe(401);
      expect(answer.json).toEqual({ error: "invalid_token", requestId: REQUEST_ID });
      expect(answer.headers?.["WWW-Authenticate"]).toBe('Bearer error="invalid_token"');
      expect(ledger.calls).toEqual([]);
    });

    test.each([
      ["the token is an ID token", { token_use: "id", aud: CLIENT_ID }],
      ["the token has expired", { exp: 1, iat: 1 }],
      ["the token is another client's", { client_id: "x" }],
    ])("%s", async (_, more) => {
      const { send, pool, ledger } = await startLogins();
      const answer = await send({ headers: { Authorization: pool.accessToken({ ...claims, ...more }) } });
      expect(answer.statusCode).toBe(401);
      expect(ledger.calls).toEqual([]);
    });
  });

  test.each([
    ["refuses the token", 401, "invalid_token", () => graphqlError("BadToken")],
    ["does not answer", 503, "ledger_unavailable", () => json(500, {})],
  ])("answers for a ledger that %s", async (_, status, error, fault) => {
    const { send, ledger, log } = await startLogins();
    ledger.faults.push(fault, fault);
    const answer = await send();
    expect([answer.statusCode, answer.json["error"]]).toEqual([status, error]);
    expect(log.entries()).toMatchObject([{ event: "request_refused", error, requestId: REQUEST_ID }]);
  });

  test("answers 400 for a locale that only the ledger refuses", async () => {
    const { send, ledger } = await startLogins();
    ledger.faults.push(
      (honest) => honest(),
      () => graphqlError("InvalidLocale"),
    );
    expect((await send({ body: '{"locale":"zz"}' })).json["error"]).toBe("invalid_request");
  });

  test("H9: answers 503 while config or keys cannot be read", async () => {
    const { send, aws, pool } = await startLogins();
    const { GetParameter } = aws.operations;
    aws.operations["GetParameter"] = () => {
      throw new AwsError("InternalServerError", "down", 500);
    };
    const answer = await send();
    expect([answer.statusCode, answer.json["error"], answer.headers?.["Retry-After"]]).toEqual([
      503,
      "ledger_unavailable",
      "5",
    ]);
    if (GetParameter !== undefined) aws.operations["GetParameter"] = GetParameter;
    pool.faults.keysAnswer = () => json(500, {});
    expect((await send()).statusCode).toBe(503);
  });

  test("logs nothing of the token", async () => {
    const { send, log, token } = await startLogins();
    await send({ headers: { Authorization: `${token}x` } });
    expect(log.lines.join("")).not.toContain(token.slice(0, 100));
  });
});
