import { CognitoJwtVerifier } from "aws-jwt-verify";
import { SimpleJwksCache } from "aws-jwt-verify/jwk";
import * as oauth from "oauth4webapi";
import * as openid from "openid-client";
import { describe, expect, test } from "vitest";
import { openBrowser } from "./browser.ts";
import { PASSWORD, startPool, type RunningPool } from "./running-pool.ts";
import { CALLBACK } from "./template.ts";
import { tokensFor } from "./sign-in.ts";

/** Signs in where a client sends the browser; gives the address it comes back to. */
async function comeBack(address: URL, userName: string): Promise<URL> {
  const browser = openBrowser();
  const page = await browser.follow(address.href);
  const { location = "" } = await browser.submit(page, { username: userName, password: PASSWORD });
  return new URL(location);
}

function discover(pool: RunningPool, clientId: string, secret?: string): Promise<openid.Configuration> {
  return openid.discovery(
    new URL(pool.issuer),
    clientId,
    undefined,
    secret === undefined ? openid.None() : openid.ClientSecretBasic(secret),
    { [openid.customFetch]: pool.fetch, execute: [openid.allowInsecureRequests] },
  );
}

describe("openid-client as the relying party", () => {
  test.each([
    ["confidential", "openid email notes/read"],
    ["public", "openid aws.cognito.signin.user.admin"],
  ])(
    "goes the whole way as a %s client: discovery, PKCE, state, nonce, user information, refresh, revocation",
    async (kind, scope) => {
      const pool = await startPool();
      const sub = await pool.addUser("Ada");
      const config =
        kind === "public"
          ? await discover(pool, pool.apiClientId)
          : await discover(pool, pool.webClientId, pool.webClientSecret);

      const pkceCodeVerifier = openid.randomPKCECodeVerifier();
      const expectedState = openid.randomState();
      const expectedNonce = openid.randomNonce();
      const address = openid.buildAuthorizationUrl(config, {
        redirect_uri: CALLBACK,
        scope,
        code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: "S256",
        state: expectedState,
        nonce: expectedNonce,
      });
      const tokens = await openid.authorizationCodeGrant(config, await comeBack(address, "Ada"), {
        pkceCodeVerifier,
        expectedState,
        expectedNonce,
        idTokenExpected: true,
      });
      expect(tokens.claims()).toMatchObject({ sub, email: "Ada@example.org", email_verified: true });

      const info = await openid.fetchUserInfo(config, tokens.access_token, sub);
      expect(info).toMatchObject({ sub, username: "Ada", email: "Ada@example.org", email_verified: "true" });

      const refreshToken = tokens.refresh_token ?? "";
      const refreshed = await openid.refreshTokenGrant(config, refreshToken);
      expect(refreshed.claims()).toMatchObject({ sub });
      expect(refreshed.refresh_token).toBeUndefined();

      await openid.tokenRevocation(config, refreshToken);
      await expect(openid.refreshTokenGrant(config, refreshToken)).rejects.toMatchObject({
        error: "invalid_grant",
      });
      await expect(openid.fetchUserInfo(config, tokens.access_token, sub)).rejects.toThrow();
    },
  );

  test("gets a token for itself with client credentials, for the scopes of resource servers", async () => {
    const pool = await startPool({
      web: { AllowedOAuthFlows: ["client_credentials"], AllowedOAuthScopes: ["notes/read"] },
    });
    const config = await discover(pool, pool.webClientId, pool.webClientSecret);
    for (const parameters of [{}, { scope: "notes/read" }, { scope: "notes/read notes/other" }]) {
      const tokens = await openid.clientCredentialsGrant(config, parameters);
      expect(tokens).toMatchObject({ token_type: "bearer", expires_in: 300 });
      expect(tokens).not.toHaveProperty("refresh_token");
      const claims = await pool.cognito.verifyToken(pool.poolId, tokens.access_token);
      expect(claims).toMatchObject({
        sub: pool.webClientId,
        client_id: pool.webClientId,
        token_use: "access",
        scope: "notes/read",
        version: 2,
      });
      expect(claims).not.toHaveProperty("username");
      // There is no user behind it.
      await expect(openid.fetchUserInfo(config, tokens.access_token, pool.webClientId)).rejects.toThrow();
    }
  });
});

test.each(["basic", "post"] as const)(
  "oauth4webapi's strict checks pass with client_secret_%s",
  async (kind) => {
    const pool = await startPool();
    await pool.addUser("ada");
    const issuer = new URL(pool.issuer);
    const options = { [oauth.customFetch]: pool.fetch, [oauth.allowInsecureRequests]: true } as const;
    const server = await oauth.processDiscoveryResponse(
      issuer,
      await oauth.discoveryRequest(issuer, options),
    );
    const client: oauth.Client = { client_id: pool.webClientId };
    const authentication =
      kind === "basic"
        ? oauth.ClientSecretBasic(pool.webClientSecret)
        : oauth.ClientSecretPost(pool.webClientSecret);

    const verifier = oauth.generateRandomCodeVerifier();
    const nonce = oauth.generateRandomNonce();
    const address = new URL(server.authorization_endpoint ?? "");
    address.search = new URLSearchParams({
      client_id: client.client_id,
      redirect_uri: CALLBACK,
      response_type: "code",
      scope: "openid",
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      nonce,
      state: "s",
    }).toString();
    const callback = oauth.validateAuthResponse(server, client, await comeBack(address, "ada"), "s");
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      authentication,
      callback,
      CALLBACK,
      verifier,
      options,
    );
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
      expectedNonce: nonce,
      requireIdToken: true,
    });
    await oauth.validateApplicationLevelSignature(server, response, options);
    const claims = oauth.getValidatedIdTokenClaims(tokens);
    expect(claims).toMatchObject({ aud: pool.webClientId, nonce });

    const info = await oauth.processUserInfoResponse(
      server,
      client,
      claims?.sub ?? "",
      await oauth.userInfoRequest(server, client, tokens.access_token, options),
    );
    expect(info["username"]).toBe("ada");

    const refreshToken = tokens.refresh_token ?? "";
    const refreshed = await oauth.refreshTokenGrantRequest(
      server,
      client,
      authentication,
      refreshToken,
      options,
    );
    await oauth.processRefreshTokenResponse(server, client, refreshed);
    await oauth.validateApplicationLevelSignature(server, refreshed, options);

    const revoked = await oauth.revocationRequest(server, client, authentication, refreshToken, options);
    await oauth.processRevocationResponse(revoked);
    const refused = await oauth.refreshTokenGrantRequest(
      server,
      client,
      authentication,
      refreshToken,
      options,
    );
    await expect(oauth.processRefreshTokenResponse(server, client, refused)).rejects.toMatchObject({
      error: "invalid_grant",
    });
  },
);

describe("aws-jwt-verify, unmodified", () => {
  const verifierOf = (pool: RunningPool) =>
    CognitoJwtVerifier.create(
      { userPoolId: pool.poolId, clientId: pool.webClientId, tokenUse: null },
      {
        jwksCache: new SimpleJwksCache({
          fetcher: {
            fetch: async (uri) => (await pool.fetch(uri)).arrayBuffer(),
          },
        }),
      },
    );

  test("accepts access and ID tokens of the pool", async () => {
    const pool = await startPool();
    const sub = await pool.addUser("ada");
    const tokens = await tokensFor(pool, "ada");
    const verifier = verifierOf(pool);
    await expect(verifier.verify(tokens.access_token)).resolves.toMatchObject({ sub, token_use: "access" });
    await expect(verifier.verify(tokens.id_token)).resolves.toMatchObject({ sub, token_use: "id" });
  });

  test("finds the pool's two keys, one for each kind of token", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    const { access_token, id_token } = await tokensFor(pool, "ada");
    const response = await pool.fetch(`${pool.issuer}/.well-known/jwks.json`);
    const { keys } = (await response.json()) as { keys: Record<string, string>[] };
    expect(keys).toHaveLength(2);
    expect(keys.map(({ kty, use, alg, e }) => ({ kty, use, alg, e }))).toEqual(
      [1, 2].map(() => ({ kty: "RSA", use: "sig", alg: "RS256", e: "AQAB" })),
    );
    const keyId = (token: string): unknown =>
      (JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString()) as { kid: string }).kid;
    expect(new Set([keyId(id_token), keyId(access_token)])).toEqual(new Set(keys.map(({ kid }) => kid)));
    expect(keys.every((key) => key["d"] === undefined)).toBe(true);
  });
});

test("the OpenID configuration lists the local endpoints under AWS's issuer, and none for a pool without a domain", async () => {
  const pool = await startPool();
  const address = `${pool.origin}/${pool.poolId}/.well-known/openid-configuration`;
  const configuration = (await (await fetch(address)).json()) as Record<string, unknown>;
  expect(configuration).toEqual({
    issuer: pool.issuer,
    jwks_uri: `${pool.origin}/${pool.poolId}/.well-known/jwks.json`,
    authorization_endpoint: `${pool.origin}/oauth2/authorize`,
    token_endpoint: `${pool.origin}/oauth2/token`,
    userinfo_endpoint: `${pool.origin}/oauth2/userInfo`,
    revocation_endpoint: `${pool.origin}/oauth2/revoke`,
    end_session_endpoint: `${pool.origin}/logout`,
    response_types_supported: ["code", "token"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
    scopes_supported: ["openid", "email", "phone", "profile"],
    token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
  });
  // Asked by way of the name that AWS has for it, a Lambda gets the same document.
  const viaAws = await fetch(address, {
    headers: { "x-forwarded-host": "cognito-idp.us-east-1.amazonaws.com" },
  });
  expect(await viaAws.json()).toEqual(configuration);

  const bare = await startPool({ withoutDomain: true });
  const response = await bare.fetch(`${bare.issuer}/.well-known/openid-configuration`);
  expect(Object.keys((await response.json()) as object).filter((name) => name.endsWith("_endpoint"))).toEqual(
    [],
  );
  expect((await fetch(`${pool.origin}/us-east-1_nobody/.well-known/jwks.json`)).status).toBe(404);
});
