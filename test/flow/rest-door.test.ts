// POST /logins: for whoever holds an access token with the scope, and for nobody else.

import { decodeJwt } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import { discover, signInBeside } from "./relying-party.ts";
import { newUser, outputs, type User } from "./stack.ts";

let user: User;
let tokens: Awaited<ReturnType<typeof signInBeside>>;
beforeAll(async () => {
  user = await newUser();
  tokens = await signInBeside(await discover(), user);
});

function logins(authorization?: string, body = "{}") {
  return fetch(`${outputs.AppUrl}/logins`, {
    method: "POST",
    body,
    headers: { "content-type": "application/json", ...(authorization !== undefined && { authorization }) },
  });
}

describe("POST /logins", () => {
  test.each([
    ["no token (C1)", () => undefined],
    ["garbage", () => "Bearer garbage"],
    ["the ID token (C2)", () => `Bearer ${tokens.id_token ?? ""}`],
    [
      "an access token with one letter changed",
      () => tokens.access_token.replace(/.$/, (last) => (last === "A" ? "Q" : "A")).replace(/\.e/, ".f"),
    ],
  ])("answers 401 to %s", async (_, authorization) => {
    const response = await logins(authorization());
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ message: "Unauthorized" });
  });

  test("answers 200 with the record and the greeting to the access token, with and without Bearer", async () => {
    for (const [authorization, alreadyRecorded] of [
      [tokens.access_token, false],
      [`Bearer ${tokens.access_token}`, true],
    ] as const) {
      const response = await logins(authorization, JSON.stringify({ locale: "de" }));
      expect(response.status).toBe(200);
      const claims = decodeJwt(tokens.access_token);
      expect(await response.json()).toMatchObject({
        login: { id: claims["origin_jti"], userId: claims.sub, username: user.username, alreadyRecorded },
        greeting: { locale: "de", message: expect.stringContaining(user.username) as unknown },
      });
    }
  });

  test.each(["", "[]", "{", '{"userId":"someone-else"}', '{"locale":7}'])(
    "answers 400 to the body %j",
    async (body) => {
      const response = await logins(`Bearer ${tokens.access_token}`, body);
      // An empty body means "nothing to add".
      expect(response.status).toBe(body === "" ? 200 : 400);
      if (response.status === 400) expect(await response.json()).toMatchObject({ error: "invalid_request" });
    },
  );
});
