// The steps of a sign-in by hand, for tests that bend one of them.

import { createHash, randomBytes } from "node:crypto";
import { openBrowser, type Browser, type Visit } from "./browser.ts";
import { PASSWORD, type RunningPool } from "./running-pool.ts";
import { CALLBACK } from "./template.ts";

export type Query = Readonly<Record<string, string | undefined>>;

/** An authorization request of the web client; `undefined` leaves a parameter out. */
export function authorizeUrl(pool: RunningPool, changes: Query = {}, path = "/oauth2/authorize"): string {
  const query = new URLSearchParams();
  const parameters: Query = {
    client_id: pool.webClientId,
    redirect_uri: CALLBACK,
    response_type: "code",
    scope: "openid email profile notes/read",
    state: "the-state",
    ...changes,
  };
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, value);
  return `${pool.origin}${path}?${query.toString()}`;
}

/** Signs in on the page; gives what the form answered. */
export async function signInOnPage(
  pool: RunningPool,
  userName: string,
  { browser = openBrowser(), password = PASSWORD, query = {} }: SignInOptions = {},
): Promise<Visit> {
  const page = await browser.follow(authorizeUrl(pool, query));
  return browser.submit(page, { username: userName, password });
}

export interface SignInOptions {
  readonly browser?: Browser;
  readonly password?: string;
  readonly query?: Query;
}

/** Signs in on the page and gives the code that came back. */
export async function codeFor(pool: RunningPool, userName: string, options?: SignInOptions): Promise<string> {
  return codeIn(await signInOnPage(pool, userName, options));
}

export function codeIn({ location, status, text }: Visit): string {
  const code = location === undefined ? null : new URL(location).searchParams.get("code");
  if (code === null) throw new Error(`no code came back: ${status} ${location ?? text}`);
  return code;
}

export interface TokenResponse {
  readonly access_token: string;
  readonly id_token: string;
  readonly refresh_token: string;
  readonly expires_in: number;
  readonly token_type: string;
  readonly error?: string;
}

export interface TokenAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: TokenResponse;
}

/** Posts to the token endpoint as the web client, with its secret in the Authorization header. */
export async function postToken(
  pool: RunningPool,
  fields: Query,
  headers: Record<string, string> = { authorization: basic(pool.webClientId, pool.webClientSecret) },
): Promise<TokenAnswer> {
  const response = await fetch(`${pool.origin}/oauth2/token`, {
    method: "POST",
    headers,
    body: formOf(fields),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as TokenResponse,
  };
}

export function exchange(pool: RunningPool, code: string, changes: Query = {}): Promise<TokenAnswer> {
  return postToken(pool, { grant_type: "authorization_code", code, redirect_uri: CALLBACK, ...changes });
}

export function refresh(pool: RunningPool, refreshToken: string): Promise<TokenAnswer> {
  return postToken(pool, { grant_type: "refresh_token", refresh_token: refreshToken });
}

/** The tokens of a whole sign-in. */
export async function tokensFor(
  pool: RunningPool,
  userName: string,
  options?: SignInOptions,
): Promise<TokenResponse> {
  return (await exchange(pool, await codeFor(pool, userName, options))).body;
}

export function basic(id: string, secret: string): string {
  return `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;
}

export function formOf(fields: Query): URLSearchParams {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) form.set(name, value);
  return form;
}

export interface CodePair {
  readonly verifier: string;
  readonly challenge: string;
}

export function pkcePair(): CodePair {
  const verifier = randomBytes(32).toString("base64url");
  return { verifier, challenge: createHash("sha256").update(verifier).digest("base64url") };
}

/** The claims of a token, unverified. */
export function claimsOf(token: string): Record<string, unknown> {
  const [, payload = ""] = token.split(".");
  return JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as Record<string, unknown>;
}
