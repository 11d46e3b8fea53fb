// What many clauses are tried with: a pool with one user, and requests to its endpoints that can be bent anywhere.

import { openBrowser } from "../browser.ts";
import { startPool, type PoolSetup, type RunningPool } from "../running-pool.ts";
import {
  authorizeUrl,
  basic,
  codeFor,
  formOf,
  postToken,
  tokensFor,
  type Query,
  type TokenResponse,
} from "../sign-in.ts";
import { CALLBACK } from "../template.ts";

/** A pool in which `ada` can sign in. */
export async function poolWithAda(setup: PoolSetup = {}): Promise<RunningPool> {
  const pool = await startPool(setup);
  await pool.addUser("ada");
  return pool;
}

/** A pool whose web client is an application that acts for itself. */
export function poolWithMachine(scopes: readonly string[] = ["notes/read"]): Promise<RunningPool> {
  return startPool({
    web: { AllowedOAuthFlows: ["client_credentials"], AllowedOAuthScopes: scopes },
  });
}

/** The parameters that an authorization request comes back to the application with. */
export async function answerTo(pool: RunningPool, changes: Query): Promise<Record<string, string>> {
  const { location } = await openBrowser().visit(authorizeUrl(pool, changes));
  return location === undefined ? {} : Object.fromEntries(new URL(location).searchParams);
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface EndpointRequest {
  readonly method?: "GET" | "POST";
  readonly query?: Query;
  /** Left out: the web client, by Basic. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Query | string;
}

export async function callEndpoint(
  pool: RunningPool,
  path: string,
  { method = "POST", query = {}, headers, body = {} }: EndpointRequest,
): Promise<Answer> {
  const response = await fetch(`${pool.origin}${path}?${formOf(query).toString()}`, {
    method,
    redirect: "manual",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      ...(headers ?? { authorization: basic(pool.webClientId, pool.webClientSecret) }),
    },
    ...(method === "POST" && { body: typeof body === "string" ? body : formOf(body).toString() }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** `ada`'s tokens for these scopes, at the web client. */
export function tokensWith(pool: RunningPool, scope?: string): Promise<TokenResponse> {
  return tokensFor(pool, "ada", scope === undefined ? {} : { query: { scope } });
}

/** `ada`'s tokens for these scopes, at the public client. */
export async function publicTokensWith(pool: RunningPool, scope: string): Promise<TokenResponse> {
  const client_id = pool.apiClientId;
  const code = await codeFor(pool, "ada", { query: { client_id, scope } });
  const fields = { grant_type: "authorization_code", code, redirect_uri: CALLBACK, client_id };
  return (await postToken(pool, fields, {})).body;
}

/** What the userInfo endpoint answers to the bearer of a token. */
export async function userInfo(
  pool: RunningPool,
  accessToken: string,
): Promise<Answer & { readonly claims: Readonly<Record<string, unknown>> }> {
  const answer = await callEndpoint(pool, "/oauth2/userInfo", {
    method: "GET",
    headers: { authorization: `Bearer ${accessToken}` },
  });
  return { ...answer, claims: JSON.parse(answer.text) as Record<string, unknown> };
}
