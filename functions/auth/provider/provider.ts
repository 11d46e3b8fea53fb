// The user pool's OAuth endpoints, spoken to by oauth4webapi.

import * as oauth from "oauth4webapi";
import * as v from "valibot";
import type { Config } from "../../shared/config.ts";
import { CLOCK_SKEW_SECONDS } from "../../shared/token-verifier.ts";
import { retry } from "../../shared/retry.ts";
import type { Transaction } from "../cookies/transaction.ts";
import { boundedFetch, type ProviderFetch } from "./bounded-fetch.ts";
import { ProviderError } from "./errors.ts";

/** Scopes asked for: who the user is, and leave to record the sign-in. */
const SCOPE = "openid ledger/logins";

/** The parameters of an authorization answer whose state and issuer have been checked. */
export type Granted = ReturnType<typeof oauth.validateAuthResponse>;

interface ReceivedTokens {
  readonly refreshToken: string;
  /**
   * Checks the answer that brought the tokens and the ID token's issuer, audience, times and nonce, but no signature.
   * Rejects with `ProviderError` `invalid_tokens`.
   */
  checked(nonce: string): Promise<{ readonly accessToken: string; readonly idToken: string }>;
}

export interface Provider {
  /** The address to which a browser is sent to sign in. */
  authorizationUrl(transaction: Transaction): Promise<string>;
  /** Reads the answer the browser came back with. Throws oauth4webapi's errors. */
  readAnswer(parameters: URLSearchParams, state: string): Granted;
  /** Exchanges the code for tokens; tried once only, since a code may be spent by a failed exchange too. */
  exchange(granted: Granted, verifier: string): Promise<ReceivedTokens>;
  /** Resolves to a new access token, not verified yet. */
  refresh(refreshToken: string): Promise<string>;
  /** Revokes a refresh token, and with it all that was issued from it. */
  revoke(refreshToken: string): Promise<void>;
  /** The address at which the pool ends its own session and sends the browser to our front page. */
  readonly logoutUrl: string;
}

export interface ProviderOptions {
  readonly config: Config;
  readonly clientSecret: string;
  readonly fetch: ProviderFetch;
  readonly limits: ProviderLimits;
}

/** Times in milliseconds, each for a whole exchange. */
export interface ProviderLimits {
  readonly tokenMs: number;
  readonly revokeMs: number;
}

const refreshTokenSchema = v.object({ refresh_token: v.string() });
const tokensSchema = v.object({ access_token: v.string(), id_token: v.string() });

/** A provider whose methods reject with `ProviderError`, where nothing else is said. */
export function createProvider({ config, clientSecret, fetch, limits }: ProviderOptions): Provider {
  const server = config.authorizationServer;
  const client: oauth.Client = {
    client_id: config.clientId,
    id_token_signed_response_alg: "RS256",
    [oauth.clockTolerance]: CLOCK_SKEW_SECONDS,
  };
  // https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1
  const authentication = oauth.ClientSecretBasic(clientSecret);
  const redirectUri = `${config.origin}/auth/callback`;
  const within = (timeoutMs: number) => ({
    [oauth.customFetch]: boundedFetch(fetch),
    signal: AbortSignal.timeout(timeoutMs),
  });

  return {
    authorizationUrl: async ({ state, nonce, verifier }) => {
      const url = new URL(server.authorization_endpoint);
      url.search = new URLSearchParams({
        response_type: "code",
        client_id: config.clientId,
        redirect_uri: redirectUri,
        scope: SCOPE,
        state,
        nonce,
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
      }).toString();
      return url.href;
    },

    readAnswer: (parameters, state) => oauth.validateAuthResponse(server, client, parameters, state),

    exchange: async (granted, verifier) => {
      const response = await answered(
        oauth.authorizationCodeGrantRequest(
          server,
          client,
          authentication,
          granted,
          redirectUri,
          verifier,
          within(limits.tokenMs),
        ),
      );
      if (response.status !== 200 || !isJson(response)) throw await refusalOf(response);
      const received = v.safeParse(refreshTokenSchema, await bodyOf(response));
      if (!received.success) throw new ProviderError("no_answer", "the token endpoint gave no refresh token");
      return {
        refreshToken: received.output.refresh_token,
        checked: async (nonce) => {
          try {
            const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
              expectedNonce: nonce,
              requireIdToken: true,
            });
            const { access_token: accessToken, id_token: idToken } = v.parse(tokensSchema, tokens);
            return { accessToken, idToken };
          } catch (cause) {
            throw new ProviderError("invalid_tokens", "the token answer does not hold", { cause });
          }
        },
      };
    },

    refresh: async (refreshToken) => {
      const options = within(limits.tokenMs);
      const response = await onceMore(options.signal, async () => {
        const answer = await answered(
          oauth.refreshTokenGrantRequest(server, client, authentication, refreshToken, options),
        );
        if (answer.status !== 200) throw await refusalOf(answer);
        return answer;
      });
      try {
        const { access_token: accessToken } = await oauth.processRefreshTokenResponse(
          server,
          client,
          response,
        );
        return accessToken;
      } catch (cause) {
        throw new ProviderError("no_answer", "the token endpoint answered a refresh with something else", {
          cause,
        });
      }
    },

    revoke: async (refreshToken) => {
      const options = within(limits.revokeMs);
      await onceMore(options.signal, async () => {
        const response = await answered(
          oauth.revocationRequest(server, client, authentication, refreshToken, options),
        );
        if (response.status !== 200) {
          throw new ProviderError("no_answer", `the revocation endpoint answered ${response.status}`);
        }
      });
    },

    // Not OpenID Connect's parameters but Cognito's:
    // https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html
    logoutUrl: `${server.end_session_endpoint}?${new URLSearchParams({
      client_id: config.clientId,
      logout_uri: `${config.origin}/`,
    }).toString()}`,
  };
}

/**
 * Tries again, within the same time, what may be done twice: a refresh token is not rotated, and a revoked one stays revoked
 * (RFC 7009 section 2.2).
 */
function onceMore<Value>(signal: AbortSignal, operation: () => Promise<Value>): Promise<Value> {
  return retry(operation, {
    attempts: 2,
    firstPauseMs: 200,
    longestPauseMs: 200,
    isPassing: (error) => error instanceof ProviderError && error.code === "no_answer" && !signal.aborted,
    signal,
  });
}

async function answered(response: Promise<Response>): Promise<Response> {
  try {
    return await response;
  } catch (cause) {
    throw new ProviderError("no_answer", "the user pool did not answer", { cause });
  }
}

const refusalSchema = v.object({ error: v.pipe(v.string(), v.regex(/^\w{1,40}$/)) });

/** https://www.rfc-editor.org/rfc/rfc6749#section-5.2: only `invalid_grant` speaks of the code or the refresh token. */
async function refusalOf(response: Response): Promise<ProviderError> {
  const refusal = v.safeParse(refusalSchema, await bodyOf(response));
  const error = refusal.success ? refusal.output.error : "in another form";
  return response.status === 400 && error === "invalid_grant"
    ? new ProviderError("grant_refused", "the user pool answered invalid_grant")
    : new ProviderError("no_answer", `the token endpoint answered ${response.status} ${error}`);
}

function isJson(response: Response): boolean {
  return /^application\/json\s*(?:;|$)/i.test(response.headers.get("content-type") ?? "");
}

/** The body, which the checks to come must still find unread. */
async function bodyOf(response: Response): Promise<unknown> {
  try {
    return await response.clone().json();
  } catch {
    return undefined;
  }
}
