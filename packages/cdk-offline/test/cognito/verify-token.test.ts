import { createHmac, createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, test } from "vitest";
import { TokenError } from "../../src/cognito/token-error.ts";
import { startPool, type RunningPool } from "./running-pool.ts";
import { claimsOf, tokensFor } from "./sign-in.ts";

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

function headerOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString()) as Record<
    string,
    unknown
  >;
}

async function codeOf(pool: RunningPool, token: string, poolId = pool.poolId): Promise<unknown> {
  try {
    await pool.cognito.verifyToken(poolId, token);
    return "accepted";
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    if (token !== "") expect(error.message).not.toContain(token);
    return error.code;
  }
}

test("gives the claims of access and ID tokens, the same ones again until they expire", async () => {
  const pool = await startPool();
  const sub = await pool.addUser("ada");
  const { access_token, id_token } = await tokensFor(pool, "ada");
  const claims = await pool.cognito.verifyToken(pool.poolId, access_token);
  expect(claims).toEqual(claimsOf(access_token));
  expect(await pool.cognito.verifyToken(pool.poolId, access_token)).toBe(claims);
  expect(Object.isFrozen(claims)).toBe(true);
  expect(await pool.cognito.verifyToken(pool.poolId, id_token)).toMatchObject({ sub, token_use: "id" });
  pool.wait(301_000);
  expect(await codeOf(pool, access_token)).toBe("expired"); // remembered
  const fresh = await tokensFor(pool, "ada");
  pool.wait(301_000);
  expect(await codeOf(pool, fresh.access_token)).toBe("expired"); // never seen before
});

test("what is no JWT is malformed", async () => {
  const pool = await startPool();
  for (const token of [
    "",
    "x",
    "a.b",
    "a.b.c",
    "a.b.c.d.e",
    "Bearer x",
    `${encode({})}.${encode(1)}.x`,
    "é.é.é",
  ]) {
    expect([token, await codeOf(pool, token)]).toEqual([token, "malformed"]);
  }
});

describe("a token is invalid", () => {
  test("when any part of it is changed", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    const { access_token } = await tokensFor(pool, "ada");
    const [head = "", payload = "", signature = ""] = access_token.split(".");
    const richer = encode({ ...claimsOf(access_token), "cognito:groups": ["editors"] });
    expect(await codeOf(pool, `${head}.${richer}.${signature}`)).toBe("invalid");
    expect(await codeOf(pool, `${head}.${payload}.${signature.slice(0, -8)}AAAAAAAA`)).toBe("invalid");
    expect(await codeOf(pool, `${head}.${payload}.`)).toBe("invalid");
  });

  test("B2 with alg none, with HS256 under the public key, with an unknown key, with a key of its own", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    const { access_token } = await tokensFor(pool, "ada");
    const payload = encode(claimsOf(access_token));
    const { kid } = headerOf(access_token);
    expect(await codeOf(pool, `${encode({ alg: "none", kid })}.${payload}.`)).not.toBe("accepted");

    const jwks = await pool.fetch(`${pool.issuer}/.well-known/jwks.json`);
    const { keys } = (await jwks.json()) as { keys: { kid: string }[] };
    const publicKey = createPublicKey({ key: keys.find((key) => key.kid === kid) ?? {}, format: "jwk" });
    const pem = publicKey.export({ type: "spki", format: "pem" });
    const symmetric = `${encode({ alg: "HS256", kid })}.${payload}`;
    const mac = createHmac("sha256", pem).update(symmetric).digest("base64url");
    expect(await codeOf(pool, `${symmetric}.${mac}`)).toBe("invalid");

    const own = generateKeyPairSync("rsa", { modulusLength: 2048 });
    for (const header of [
      { alg: "RS256", kid: "unknown" },
      { alg: "RS256" },
      { alg: "RS256", kid },
      { alg: "RS256", kid, jwk: own.publicKey.export({ format: "jwk" }) },
      { alg: "RS256", kid, jku: `${pool.origin}/jwks.json`, x5u: `${pool.origin}/x5u` },
    ]) {
      const signed = `${encode(header)}.${payload}`;
      const signature = sign("sha256", Buffer.from(signed), own.privateKey).toString("base64url");
      expect(await codeOf(pool, `${signed}.${signature}`)).toBe("invalid");
    }
  });

  test("B3 for another pool, and for one that is not there", async () => {
    const pool = await startPool();
    const other = await startPool({ kept: new Map() });
    await other.addUser("ada");
    const { access_token } = await tokensFor(other, "ada");
    expect(await codeOf(other, access_token)).toBe("accepted");
    expect(other.poolId).not.toBe(pool.poolId);
    expect(await codeOf(pool, access_token)).toBe("invalid");
    expect(await codeOf(pool, access_token, "us-east-1_nobody")).toBe("invalid");
  });
});
