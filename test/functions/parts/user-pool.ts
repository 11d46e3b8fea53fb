// A small user pool on loopback: issues tokens as Cognito does, keeps what OAuth demands, and misbehaves on request.

import { FetchError } from "aws-jwt-verify/error";
import { SimpleJwksCache, type JwksCache } from "aws-jwt-verify/jwk";
import { exportJWK, generateKeyPair, type JWK, type JWTPayload } from "jose";
import { createHash, KeyObject, randomBytes, randomUUID, sign as signBytes } from "node:crypto";
import type { ProviderFetch } from "../../../functions/auth/provider/bounded-fetch.ts";
import type { Config } from "../../../functions/shared/config.ts";
import { type HttpRequest, type HttpResponse, json } from "cdk-offline/testing";
import { serveUntilTestEnds } from "../../serving.ts";

export const USER_POOL_ID = "us-east-1_Test00001";
export const CLIENT_ID = "4f1example9client0id0000000";
export const CLIENT_SECRET = "a secret/with+signs:and=colons%";
export const ISSUER = `https://cognito-idp.us-east-1.amazonaws.com/${USER_POOL_ID}`;
const DOMAIN = "https://ledger-test.auth.us-east-1.amazoncognito.com";

export const AUTHORIZATION_SERVER: Config["authorizationServer"] = {
  issuer: ISSUER,
  authorization_endpoint: `${DOMAIN}/oauth2/authorize`,
  token_endpoint: `${DOMAIN}/oauth2/token`,
  revocation_endpoint: `${DOMAIN}/oauth2/revoke`,
  end_session_endpoint: `${DOMAIN}/logout`,
};

interface SignedIn {
  readonly sub: string;
  readonly username: string;
  readonly originJti: string;
  readonly authTime: number;
}

interface Code extends SignedIn {
  readonly nonce: string;
  readonly challenge: string;
  readonly redirectUri: string;
}

export interface UserPool {
  /** A fetch that takes calls to the pool's host names to the loopback server. */
  readonly fetch: ProviderFetch;
  /** A fresh cache of the pool's keys, filled over the wire. */
  newKeys(): JwksCache;
  /** Requests taken, by path. */
  readonly requests: HttpRequest[];
  readonly revoked: string[];
  readonly refreshTokens: Map<string, SignedIn>;
  /** Signs the user in as the hosted page does; answers the callback's query. */
  authorize(url: string): URLSearchParams;
  /** An access token as the pool issues it. */
  accessToken(claims?: JWTPayload): string;
  sign(claims: JWTPayload, header?: Record<string, unknown>): string;
  /** As the pool publishes it. */
  readonly publicKey: JWK;
  /** What the pool does other than it should. */
  readonly faults: Faults;
}

interface Faults {
  /** Replaces the answer of the token endpoint. */
  tokenAnswer?: (honest: () => HttpResponse) => HttpResponse | Promise<HttpResponse>;
  revokeAnswer?: () => Promise<HttpResponse>;
  keysAnswer?: () => HttpResponse;
  idTokenClaims?: (claims: JWTPayload) => JWTPayload;
  accessTokenClaims?: (claims: JWTPayload) => JWTPayload;
  refreshTokenLength?: number;
  /** Takes any code verifier. Cognito itself takes a request without a challenge: PKCE is the client's to ask for. */
  ignoresChallenge?: boolean;
}

const signing = await generateKeyPair("RS256", { extractable: true });
export const foreign = await generateKeyPair("RS256", { extractable: true });
const KID = "pool-key-1";

export async function startUserPool(clock: () => number): Promise<UserPool> {
  const codes = new Map<string, Code>();
  const refreshTokens = new Map<string, SignedIn>();
  const revoked: string[] = [];
  const requests: HttpRequest[] = [];
  const faults: Faults = {};
  const publicKey = { ...(await exportJWK(signing.publicKey)), kid: KID, alg: "RS256", use: "sig" };

  // By hand, so that a header can say what no honest library would sign.
  const sign = (claims: JWTPayload, header: Record<string, unknown> = {}) => {
    const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString("base64url");
    const input = `${encode({ alg: "RS256", kid: KID, ...header })}.${encode(claims)}`;
    const hash = header["alg"] === "RS384" ? "sha384" : "sha256";
    const signature = signBytes(hash, Buffer.from(input), KeyObject.from(signing.privateKey));
    return `${input}.${signature.toString("base64url")}`;
  };

  const accessClaims = ({ sub, username, originJti, authTime }: SignedIn): JWTPayload => {
    const now = Math.floor(clock() / 1000);
    return {
      sub,
      "cognito:groups": ["auditors"],
      iss: ISSUER,
      client_id: CLIENT_ID,
      origin_jti: originJti,
      event_id: randomUUID(),
      token_use: "access",
      scope: "openid ledger/logins",
      auth_time: authTime,
      exp: now + 300,
      iat: now,
      jti: randomUUID(),
      username,
    };
  };

  const newSignIn = (): SignedIn => ({
    sub: randomUUID(),
    username: "ana",
    originJti: randomUUID(),
    authTime: Math.floor(clock() / 1000),
  });

  const tokensFor = (who: SignedIn, nonce?: string) => {
    const access = (faults.accessTokenClaims ?? same)(accessClaims(who));
    const accessToken = sign(access);
    const now = Math.floor(clock() / 1000);
    const id = (faults.idTokenClaims ?? same)({
      sub: who.sub,
      iss: ISSUER,
      aud: CLIENT_ID,
      "cognito:username": who.username,
      origin_jti: who.originJti,
      token_use: "id",
      auth_time: who.authTime,
      at_hash: createHash("sha256").update(accessToken).digest().subarray(0, 16).toString("base64url"),
      exp: now + 300,
      iat: now,
      ...(nonce === undefined ? {} : { nonce }),
    });
    return { access_token: accessToken, id_token: sign(id), token_type: "Bearer", expires_in: 300 };
  };

  const token = (request: HttpRequest): HttpResponse => {
    if (!isOurClient(request)) return json(400, { error: "invalid_client" });
    const form = new URLSearchParams(request.body.toString("utf8"));
    if (form.get("grant_type") === "refresh_token") {
      const known = refreshTokens.get(form.get("refresh_token") ?? "");
      return known === undefined ? json(400, { error: "invalid_grant" }) : json(200, tokensFor(known));
    }
    const code = codes.get(form.get("code") ?? "");
    codes.delete(form.get("code") ?? "");
    const challenge = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    const isVerified =
      faults.ignoresChallenge === true || code?.challenge === "" || code?.challenge === challenge;
    if (code === undefined || !isVerified || code.redirectUri !== form.get("redirect_uri")) {
      return json(400, { error: "invalid_grant" });
    }
    const refreshToken = randomBytes(4096)
      .toString("hex")
      .slice(0, faults.refreshTokenLength ?? 1800);
    refreshTokens.set(refreshToken, code);
    return json(200, { ...tokensFor(code, code.nonce), refresh_token: refreshToken });
  };

  const origin = await serveUntilTestEnds(async (request) => {
    requests.push(request);
    const { pathname } = request.url;
    if (pathname === "/oauth2/token") {
      return faults.tokenAnswer === undefined ? token(request) : faults.tokenAnswer(() => token(request));
    }
    if (pathname === "/oauth2/revoke") {
      if (faults.revokeAnswer !== undefined) return faults.revokeAnswer();
      if (!isOurClient(request)) return json(400, { error: "invalid_client" });
      const revokedToken = new URLSearchParams(request.body.toString("utf8")).get("token") ?? "";
      revoked.push(revokedToken);
      refreshTokens.delete(revokedToken);
      return { status: 200 };
    }
    if (pathname === `/${USER_POOL_ID}/.well-known/jwks.json`) {
      return faults.keysAnswer === undefined ? json(200, { keys: [publicKey] }) : faults.keysAnswer();
    }
    return json(404, {});
  });
  const toLoopback = (url: string) => `${origin}${new URL(url).pathname}`;

  return {
    requests,
    revoked,
    refreshTokens,
    faults,
    sign,
    publicKey,
    fetch: (url, init) => fetch(toLoopback(url), init),
    newKeys: () =>
      new SimpleJwksCache({
        fetcher: {
          fetch: async (url) => {
            const response = await fetch(toLoopback(url));
            if (!response.ok) throw new FetchError(url, `status ${response.status}`);
            return response.arrayBuffer();
          },
        },
      }),
    authorize: (url) => {
      const { searchParams } = new URL(url);
      const code = randomUUID();
      codes.set(code, {
        ...newSignIn(),
        nonce: searchParams.get("nonce") ?? "",
        challenge: searchParams.get("code_challenge") ?? "",
        redirectUri: searchParams.get("redirect_uri") ?? "",
      });
      return new URLSearchParams({ code, state: searchParams.get("state") ?? "" });
    },
    accessToken: (claims = {}) => sign({ ...accessClaims(newSignIn()), ...claims }),
  };
}

/** RFC 6749 section 2.3.1: both halves are form-encoded before they are joined. */
function isOurClient(request: HttpRequest): boolean {
  const [scheme, encoded = ""] = (request.headers["authorization"] ?? "").split(" ");
  const [id, secret] = Buffer.from(encoded, "base64").toString("utf8").split(":");
  const decode = (text = "") => decodeURIComponent(text.replaceAll("+", " "));
  return scheme === "Basic" && decode(id) === CLIENT_ID && decode(secret) === CLIENT_SECRET;
}

function same(claims: JWTPayload): JWTPayload {
  return claims;
}
