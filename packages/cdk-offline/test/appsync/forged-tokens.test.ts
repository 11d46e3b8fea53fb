// Tokens that are not what they say, against the pool's own verification, over the wire.

import { createServer, type Server } from "node:http";
import { createHmac, generateKeyPairSync, randomBytes, randomUUID, type KeyObject } from "node:crypto";
import { SignJWT } from "jose";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Pool } from "../../src/cognito/model/pool.ts";
import type { PoolKeys, SigningKey } from "../../src/cognito/tokens/signing-keys.ts";
import { createVerifyToken } from "../../src/cognito/tokens/verify-token.ts";
import { CLAIMS, NOW_MS, openApi, returning, type TestApi } from "./support/api.ts";

function newKey(): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const keyId = randomBytes(8).toString("base64url");
  return {
    keyId,
    privateKey,
    publicKey,
    jwk: { ...publicKey.export({ format: "jwk" }), kid: keyId },
  };
}

const keys: PoolKeys = { idToken: newKey(), accessToken: newKey() };
const foreign = newKey();
const nowSeconds = Math.floor(NOW_MS / 1000);
const claims = { ...CLAIMS, iat: nowSeconds - 5 };

let fetched: string[] = [];
let keyServer: Server;
let api: TestApi;
beforeAll(async () => {
  keyServer = createServer((request, response) => {
    fetched.push(String(request.url));
    response.end(JSON.stringify({ keys: [foreign.jwk] }));
  });
  await new Promise<void>((resolve) => keyServer.listen(0, "127.0.0.1", resolve));
  const verify = createVerifyToken({ issuer: CLAIMS.iss } as Pool, keys, () => NOW_MS);
  api = await openApi({
    schema: "type Query { who: String }",
    resolvers: { "Query.who": returning("ctx.identity.username") },
    userPool: { AppIdClientRegex: "^web-client$" },
    verifyToken: (_poolId, token) => verify(token),
  });
});
afterAll(async () => {
  await api.close();
  keyServer.close();
});

interface Forgery {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly key?: KeyObject;
}

const sign = ({ claims: changed, header, key = keys.accessToken.privateKey }: Forgery = {}) =>
  new SignJWT({ ...claims, ...changed })
    .setProtectedHeader({ alg: "RS256", kid: keys.accessToken.keyId, ...header })
    .sign(key);

const ask = (authorization: string) => api.send({ headers: { authorization }, body: '{"query":"{ who }"}' });

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

async function expectRefused(
  token: string,
  message = "Valid authorization header not provided.",
): Promise<void> {
  fetched = [];
  const answer = await ask(token);
  expect(answer.status).toBe(401);
  expect(answer.errors).toEqual([{ errorType: "UnauthorizedException", message }]);
  expect(answer.data).toBeNull();
  expect(fetched).toEqual([]);
}

it("a good access token, and a good ID token, are let in", async () => {
  expect((await ask(await sign())).data).toEqual({ who: "nadia" });
  const idToken = await sign({
    claims: { token_use: "id", aud: "web-client", client_id: undefined, "cognito:username": "ada" },
    header: { kid: keys.idToken.keyId },
    key: keys.idToken.privateKey,
  });
  expect((await ask(idToken)).data).toEqual({ who: "ada" });
});

describe("B1: a token", () => {
  it("that has expired is told so, from its very second on", async () => {
    await expectRefused(await sign({ claims: { exp: nowSeconds - 1 } }), "Token has expired.");
    await expectRefused(await sign({ claims: { exp: nowSeconds } }), "Token has expired.");
    expect((await ask(await sign({ claims: { exp: nowSeconds + 1 } }))).status).toBe(200);
  });

  it("that is not good yet is refused", async () => {
    await expectRefused(await sign({ claims: { nbf: nowSeconds + 60 } }));
  });

  it.each(["exp", "iat", "sub", "token_use"])("without %s is refused", async (claim) => {
    await expectRefused(await sign({ claims: { [claim]: undefined } }));
  });

  it.each([
    "a.b.c",
    "..",
    `${encode({ alg: "RS256" })}.${encode({})}.`,
    `${encode([])}.${encode([])}.${encode([])}`,
    `${encode(null)}.${encode(null)}.x`,
    "ä.ö.ü",
    `${"x".repeat(3000)}.${"y".repeat(3000)}.${"z".repeat(3000)}`,
  ])("that is no JWT is refused: %.40s", async (token) => {
    const answer = await ask(encodeURI(token));
    expect(answer.status).toBe(401);
    expect(answer.errors[0]?.["errorType"]).toBe("UnauthorizedException");
  });
});

describe("B2: a token", () => {
  it("without a signature is refused, whatever alg none is spelt like", async () => {
    for (const alg of ["none", "None", "NONE", "nOnE", ""]) {
      for (const kid of [keys.accessToken.keyId, undefined]) {
        const answer = await ask(`${encode({ alg, kid })}.${encode(claims)}.`);
        expect(answer.status).toBe(401);
      }
    }
  });

  it("signed by HS256 with the public key as its secret is refused", async () => {
    const { publicKey, keyId } = keys.accessToken;
    const secrets = [
      publicKey.export({ type: "spki", format: "pem" }),
      publicKey.export({ type: "spki", format: "der" }),
      publicKey.export({ type: "pkcs1", format: "pem" }),
      String(publicKey.export({ format: "jwk" }).n),
    ];
    for (const secret of secrets) {
      const content = `${encode({ alg: "HS256", kid: keyId, typ: "JWT" })}.${encode(claims)}`;
      await expectRefused(`${content}.${createHmac("sha256", secret).update(content).digest("base64url")}`);
    }
  });

  it("that names a key the pool does not have is refused, and so is one that names none", async () => {
    await expectRefused(await sign({ header: { kid: foreign.keyId }, key: foreign.privateKey }));
    await expectRefused(await sign({ header: { kid: undefined }, key: foreign.privateKey }));
    await expectRefused(await sign({ header: { kid: "../../../../dev/null" }, key: foreign.privateKey }));
    await expectRefused(await sign({ header: { kid: "__proto__" }, key: foreign.privateKey }));
  });

  it("signed with another key under the pool's key id is refused", async () => {
    await expectRefused(await sign({ key: foreign.privateKey }));
  });

  it("that brings its own key, or an address of one, is refused and nothing is fetched", async () => {
    const { port } = keyServer.address() as AddressInfo;
    const address = `http://127.0.0.1:${String(port)}/jwks.json`;
    const certificate = randomBytes(64).toString("base64");
    for (const header of [{ jwk: foreign.jwk }, { jku: address }, { x5u: address }, { x5c: [certificate] }]) {
      await expectRefused(await sign({ header, key: foreign.privateKey }));
      await expectRefused(await sign({ header: { ...header, kid: foreign.keyId }, key: foreign.privateKey }));
    }
  });

  it("with a critical extension that nobody knows is refused", async () => {
    const content = `${encode({ alg: "RS256", kid: keys.accessToken.keyId, crit: ["x"], x: 1 })}.${encode(claims)}`;
    expect((await ask(`${content}.${randomBytes(256).toString("base64url")}`)).status).toBe(401);
  });

  it("whose claims were changed after signing is refused", async () => {
    const [header, , signature] = (await sign()).split(".");
    await expectRefused(
      `${String(header)}.${encode({ ...claims, "cognito:groups": ["editors"] })}.${String(signature)}`,
    );
  });
});

describe("B3: a token", () => {
  it.each([
    "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Other",
    `${CLAIMS.iss}/`,
    CLAIMS.iss.replace("https:", "http:"),
    CLAIMS.iss.toUpperCase(),
    "",
  ])("of another issuer is refused: %s", async (iss) => {
    await expectRefused(await sign({ claims: { iss } }));
  });

  it.each(["web-client-2", "my-web-client", "web-client\n", "WEB-CLIENT", "", ["web-client"], undefined])(
    "of the client %j, which the pattern does not name, is refused",
    async (client_id) => {
      await expectRefused(await sign({ claims: { client_id } }));
    },
  );

  it("B8: of a foreign client's own (client credentials) is refused", async () => {
    await expectRefused(
      await sign({ claims: { client_id: "machine", sub: "machine", username: undefined } }),
    );
  });
});

it("a pattern without anchors is found anywhere in the client's id", async () => {
  const loose = await openApi({
    schema: "type Query { who: String }",
    userPool: { AppIdClientRegex: "web|mobile" },
    verifyToken: (_poolId, token) =>
      Promise.resolve(JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString())),
  });
  for (const [client_id, status] of [
    ["my-web-client", 200],
    ["mobile", 200],
    ["desktop", 401],
  ] as const) {
    const token = `a.${encode({ ...claims, client_id, jti: randomUUID() })}.c`;
    const answer = await loose.send({ headers: { authorization: token }, body: '{"query":"{ who }"}' });
    expect(answer.status).toBe(status);
  }
  await loose.close();
});
