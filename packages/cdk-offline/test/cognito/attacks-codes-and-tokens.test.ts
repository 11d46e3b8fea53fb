// Somebody who has a code or a token that is not theirs, is no longer good, or never was.

import { GetUserCommand } from "@aws-sdk/client-cognito-identity-provider";
import { generateKeyPair, importPKCS8, SignJWT, type JWTPayload } from "jose";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openBrowser } from "./browser.ts";
import { startPool, type RunningPool } from "./running-pool.ts";
import { authorizeUrl, claimsOf, codeFor, exchange, pkcePair, postToken, tokensFor } from "./sign-in.ts";
import { CALLBACK } from "./template.ts";

describe("authorization codes", () => {
  test("parallel use of one code has one winner, also with its verifier and another client in the race", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    const { verifier, challenge } = pkcePair();
    const code = await codeFor(pool, "ada", {
      query: { code_challenge: challenge, code_challenge_method: "S256" },
    });
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => exchange(pool, code, { code_verifier: verifier })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(29).fill(400)]);
  });

  test("downgrade: a challenge taken away, made plain or made empty on the way is found out at the exchange", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    const { verifier, challenge } = pkcePair();
    const stripped = await codeFor(pool, "ada");
    expect((await exchange(pool, stripped, { code_verifier: verifier })).body.error).toBe("invalid_grant");
    for (const query of [
      { code_challenge: challenge, code_challenge_method: "plain" },
      { code_challenge: verifier, code_challenge_method: "plain" },
      { code_challenge: challenge },
      { code_challenge: "", code_challenge_method: "S256" },
    ]) {
      const { location = "" } = await openBrowser().visit(authorizeUrl(pool, query));
      expect(new URL(location).searchParams.get("error")).toBe("invalid_request");
    }
  });

  test("mixed-up client: a code of one client, with the id of another anywhere in the request", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    const fields = { grant_type: "authorization_code", redirect_uri: CALLBACK };
    const asPublic = { ...fields, client_id: pool.apiClientId };
    const code = await codeFor(pool, "ada");
    expect((await postToken(pool, { ...asPublic, code }, {})).body.error).toBe("invalid_grant");
    const withSecret = { ...asPublic, code, client_secret: pool.webClientSecret };
    expect((await postToken(pool, withSecret, {})).body.error).toBe("invalid_client");

    const publicCode = await codeFor(pool, "ada", {
      query: { client_id: pool.apiClientId, scope: "openid" },
    });
    expect((await exchange(pool, publicCode)).body.error).toBe("invalid_grant");
    expect((await postToken(pool, { ...asPublic, code: publicCode }, {})).body.error).toBe("invalid_grant");
  });

  test("a code asked for at another address is worth nothing at this one", async () => {
    const other = "https://other.example/callback";
    const pool = await startPool({ web: { CallbackURLs: [CALLBACK, other] } });
    await pool.addUser("ada");
    const code = await codeFor(pool, "ada", { query: { redirect_uri: other } });
    expect((await exchange(pool, code)).body.error).toBe("invalid_grant");
  });
});

describe("tokens, at userInfo and GetUser", () => {
  async function refused(pool: RunningPool, token: string): Promise<void> {
    const response = await fetch(`${pool.origin}/oauth2/userInfo`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(response.status).toBe(401);
    await expect(pool.api.send(new GetUserCommand({ AccessToken: token }))).rejects.toMatchObject({
      name: "NotAuthorizedException",
    });
  }

  /** A token of a user at the public client, good at both. */
  async function goodToken(pool: RunningPool): Promise<string> {
    await pool.addUser("ada");
    const client_id = pool.apiClientId;
    const code = await codeFor(pool, "ada", {
      query: { client_id, scope: "openid aws.cognito.signin.user.admin" },
    });
    const fields = { grant_type: "authorization_code", code, redirect_uri: CALLBACK, client_id };
    const { body } = await postToken(pool, fields, {});
    const response = await fetch(`${pool.origin}/oauth2/userInfo`, {
      headers: { authorization: `Bearer ${body.access_token}` },
    });
    expect(response.status).toBe(200);
    expect((await pool.api.send(new GetUserCommand({ AccessToken: body.access_token }))).Username).toBe(
      "ada",
    );
    return body.access_token;
  }

  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

  test("forged: no algorithm, the public key as a secret, another key, changed claims, a header that brings its key", async () => {
    const pool = await startPool();
    const token = await goodToken(pool);
    const [head = "", payload = "", signature = ""] = token.split(".");
    const { kid } = JSON.parse(Buffer.from(head, "base64url").toString()) as { kid: string };
    const claims = claimsOf(token);
    const response = await fetch(`${pool.origin}/${pool.poolId}/.well-known/jwks.json`);
    const { keys } = (await response.json()) as { keys: readonly { kid: string; n: string }[] };
    const publicKey = keys.find((key) => key.kid === kid)?.n ?? "";

    await refused(pool, `${encode({ alg: "none", kid })}.${payload}.`);
    await refused(pool, `${encode({ alg: "none" })}.${payload}.${signature}`);
    const hmacHead = encode({ alg: "HS256", kid });
    const hmac = createHmac("sha256", publicKey).update(`${hmacHead}.${payload}`).digest("base64url");
    await refused(pool, `${hmacHead}.${payload}.${hmac}`);
    const own = await generateKeyPair("RS256", { extractable: true });
    for (const header of [{ kid }, { kid: "own" }, { kid, jku: "http://127.0.0.1:9/" }]) {
      await refused(
        pool,
        await new SignJWT(claims).setProtectedHeader({ alg: "RS256", ...header }).sign(own.privateKey),
      );
    }
    const changed = encode({ ...claims, username: "admin", exp: Number(claims["exp"]) + 3600 });
    await refused(pool, `${head}.${changed}.${signature}`);
    for (const broken of ["", "x", "a.b", `${token}.x`, `${head}.${payload}`, `${head}..${signature}`]) {
      if (broken !== "") await refused(pool, broken);
    }
  });

  test("signed with the pool's key for something else: an ID token, another issuer, no such sign-in", async () => {
    const pool = await startPool();
    const token = await goodToken(pool);
    const { id_token } = await tokensFor(pool, "ada");
    await refused(pool, id_token);
    const [head = ""] = token.split(".");
    const { kid } = JSON.parse(Buffer.from(head, "base64url").toString()) as { kid: string };
    const journal = readFileSync(join(pool.dir, "cognito.jsonl"), "utf8");
    const pem = JSON.parse(
      new RegExp(`"keyId":${JSON.stringify(kid).replaceAll("+", "\\+")},"privateKey":("[^"]*")`).exec(
        journal,
      )?.[1] ?? '""',
    ) as string;
    const key = await importPKCS8(pem, "RS256");
    const claims: JWTPayload = claimsOf(token);
    const bent: readonly JWTPayload[] = [
      { iss: `${pool.issuer}x` },
      { token_use: "id" },
      { event_id: "made-up" },
      { client_id: "nobody" },
      { sub: "nobody" },
      { exp: 1 },
    ];
    for (const changes of bent) {
      const signed = await new SignJWT({ ...claims, ...changes })
        .setProtectedHeader({ alg: "RS256", kid })
        .sign(key);
      await refused(pool, signed);
    }
  });

  test("expired, and of another pool", async () => {
    const [pool, other] = [await startPool(), await startPool()];
    const token = await goodToken(pool);
    const foreign = await goodToken(other);
    await refused(pool, foreign);
    pool.wait(3_600_000);
    await refused(pool, token);
  });
});
