// Reads an authorization request as an ordered list of checks: first what decides whether the redirect_uri can be
// trusted, then what its owner can be told.
// https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html

import type { PoolClient } from "../model/client.ts";
import type { Pool } from "../model/pool.ts";
import type { Registry } from "../model/registry.ts";
import { readParameters, withParameters, type Parameters } from "./parameters.ts";

export interface AuthorizationRequest {
  readonly client: PoolClient;
  readonly pool: Pool;
  readonly redirectUri: string;
  readonly state: string | undefined;
  readonly nonce: string | undefined;
  /** Granted if the user signs in; separated by spaces. */
  readonly scope: string;
  /** S256 (RFC 7636). */
  readonly codeChallenge: string | undefined;
  readonly prompts: ReadonlySet<string>;
  readonly loginHint: string | undefined;
  /** The request as a query string, to be carried from page to page. */
  readonly query: string;
}

/** The request must not be followed, and its redirect_uri not be used: shown on a page of the pool. */
export class UntrustedRequest extends Error {
  readonly reason: "unknownClient" | "notForPages" | "redirectMismatch";

  constructor(reason: UntrustedRequest["reason"]) {
    super(reason);
    this.reason = reason;
  }
}

/** The request cannot be followed, and its client is told so: a redirect (RFC 6749 section 4.1.2.1). */
export class RefusedRequest extends Error {
  readonly location: string;

  constructor(location: string, error: string) {
    super(error);
    this.location = location;
  }
}

// `prompt` is left out: it has been obeyed once the sign-in page is shown.
const CARRIED = [
  "client_id",
  "redirect_uri",
  "response_type",
  "scope",
  "state",
  "nonce",
  "code_challenge",
  "code_challenge_method",
  "login_hint",
  "lang",
];

/** Throws `UntrustedRequest` or `RefusedRequest`. */
export function readAuthorizationRequest(registry: Registry, search: URLSearchParams): AuthorizationRequest {
  const parameters = readParameters(search);
  const client = readClient(registry, parameters);
  const pool = readPool(registry, client);
  const redirectUri = readRedirectUri(client, parameters);

  const state = parameters.get("state");
  const refuse: Refuse = (error, description) =>
    new RefusedRequest(withParameters(redirectUri, { error, error_description: description, state }), error);
  if (parameters.hasRepeated) throw refuse("invalid_request");
  checkServed(parameters, refuse);
  checkResponseType(parameters, refuse);
  const scope = readScope(client, parameters, refuse);
  return {
    client,
    pool,
    redirectUri,
    state,
    nonce: parameters.get("nonce"),
    scope,
    codeChallenge: readCodeChallenge(parameters, refuse),
    prompts: readPrompts(parameters, refuse),
    loginHint: parameters.get("login_hint"),
    query: carriedQuery(parameters, scope),
  };
}

/** The redirect that tells the client of an error after the request has been accepted. */
export function refusal({ redirectUri, state }: AuthorizationRequest, error: string): string {
  return withParameters(redirectUri, { error, state });
}

type Refuse = (error: string, description?: string) => RefusedRequest;

function readClient(registry: Registry, parameters: Parameters): PoolClient {
  const client = registry.findClient(parameters.get("client_id") ?? "");
  if (client === undefined || parameters.isRepeated("client_id")) {
    throw new UntrustedRequest("unknownClient");
  }
  return client;
}

function readPool(registry: Registry, client: PoolClient): Pool {
  const pool = registry.poolOf(client);
  if (pool.domain === undefined || !client.allowsCodeGrant) {
    throw new UntrustedRequest("notForPages");
  }
  return pool;
}

function readRedirectUri(client: PoolClient, parameters: Parameters): string {
  const redirectUri = parameters.get("redirect_uri");
  if (
    redirectUri === undefined ||
    parameters.isRepeated("redirect_uri") ||
    !client.callbackUrls.includes(redirectUri)
  ) {
    throw new UntrustedRequest("redirectMismatch");
  }
  return redirectUri;
}

/** Parameters that would change what happens on AWS, and that have no meaning here. */
function checkServed(parameters: Parameters, refuse: Refuse): void {
  for (const name of ["resource", "request", "request_uri", "idp_identifier"]) {
    if (parameters.get(name) !== undefined) {
      throw refuse("invalid_request", `${name} is not served by the local runtime`);
    }
  }
  if ((parameters.get("identity_provider") ?? "COGNITO") !== "COGNITO") {
    throw refuse("invalid_request", "only the identity provider COGNITO is served by the local runtime");
  }
}

function checkResponseType(parameters: Parameters, refuse: Refuse): void {
  const responseType = parameters.get("response_type");
  if (responseType === "token") throw refuse("unauthorized_client");
  if (responseType !== "code") throw refuse("invalid_request");
}

/** Without a scope, all that the client may ask for. */
function readScope(client: PoolClient, parameters: Parameters, refuse: Refuse): string {
  const scopes = [...new Set(parameters.get("scope")?.split(" ").filter(Boolean) ?? client.scopes)];
  if (scopes.length === 0 || scopes.some((scope) => !client.scopes.includes(scope)))
    throw refuse("invalid_scope");
  const needsOpenId = scopes.some((scope) => ["email", "phone", "profile"].includes(scope));
  if (needsOpenId && !scopes.includes("openid")) throw refuse("invalid_scope");
  return scopes.join(" ");
}

function readCodeChallenge(parameters: Parameters, refuse: Refuse): string | undefined {
  const challenge = parameters.get("code_challenge");
  const method = parameters.get("code_challenge_method");
  if (challenge === undefined && method === undefined) return undefined;
  if (method !== "S256" || challenge === undefined || !/^[\w-]{43}$/.test(challenge)) {
    throw refuse("invalid_request");
  }
  return challenge;
}

/** OpenID Connect Core section 3.1.2.1; `consent` and `select_account` ask for nothing that a pool has. */
function readPrompts(parameters: Parameters, refuse: Refuse): ReadonlySet<string> {
  const prompts = new Set(parameters.get("prompt")?.split(" ").filter(Boolean) ?? []);
  const known = ["none", "login", "consent", "select_account"];
  if ([...prompts].some((prompt) => !known.includes(prompt))) throw refuse("invalid_request");
  if (prompts.has("none") && prompts.size > 1) throw refuse("invalid_request");
  return prompts;
}

function carriedQuery(parameters: Parameters, scope: string): string {
  const carried = new URLSearchParams();
  for (const name of CARRIED) {
    const value = name === "scope" ? scope : parameters.get(name);
    if (value !== undefined) carried.set(name, value);
  }
  return carried.toString();
}
