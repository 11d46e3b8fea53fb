// Who sends a request: a user-pool token, checked as AppSync checks it.
// https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html#amazon-cognito-user-pools-authorization

import type { Clock } from "../../clock.ts";
import type { HttpRequest } from "../../http/exchange.ts";

/**
 * The claims of an access or ID token of a pool whose signature, issuer and times hold. Rejects with an Error whose
 * `code` is "malformed", "expired" or "invalid".
 */
export type VerifyToken = (userPoolId: string, token: string) => Promise<Readonly<Record<string, unknown>>>;

/** A request without a token that this API takes. The message is AppSync's. */
export class UnauthenticatedError extends Error {}

export interface Caller {
  readonly claims: Readonly<Record<string, unknown>>;
  /** The user's subject identifier; null in a token that has none. */
  readonly sub: string | null;
  /** Null when the token names none. */
  readonly groups: readonly string[] | null;
}

export interface AuthenticationOptions {
  readonly clock: Clock;
  readonly verifyToken: VerifyToken;
  readonly userPoolId: string;
  /** Found somewhere in the client id of every token let in; every client of the pool is when it is not given. */
  readonly clientIds: RegExp | undefined;
}

/** How many verified tokens are remembered. */
const KEPT_TOKENS = 1000;

const NO_TOKEN = "Valid authorization header not provided.";
const MESSAGES: Readonly<Record<string, string>> = {
  malformed: "Unable to parse JWT token.",
  expired: "Token has expired.",
  invalid: NO_TOKEN,
};

/** A check of `authorization` headers. A token once verified is not verified again until it expires. */
export function openAuthentication(
  options: AuthenticationOptions,
): (authorization: string | undefined) => Promise<Caller> {
  const kept = new Map<string, { readonly caller: Caller; readonly expiresAtMs: number }>();
  return async (authorization) => {
    const token = tokenOf(authorization);
    const known = kept.get(token);
    if (known !== undefined && options.clock() < known.expiresAtMs) return known.caller;
    kept.delete(token);
    const caller = await authenticate(token, options);
    const expiresAt = caller.claims["exp"];
    if (typeof expiresAt === "number") kept.set(token, { caller, expiresAtMs: expiresAt * 1000 });
    const [oldest] = kept.keys();
    if (kept.size > KEPT_TOKENS && oldest !== undefined) kept.delete(oldest);
    return caller;
  };
}

function tokenOf(authorization: string | undefined): string {
  if (authorization === undefined || authorization.trim() === "") throw new UnauthenticatedError(NO_TOKEN);
  // Another mode of authorization than this API's, such as a signature, counts as none.
  if (/^AWS4-/.test(authorization.trim())) throw new UnauthenticatedError(NO_TOKEN);
  const token = authorization.trim().replace(/^Bearer\s+/i, "");
  if (token.split(".").length !== 3) throw new UnauthenticatedError(MESSAGES["malformed"]);
  return token;
}

async function authenticate(token: string, options: AuthenticationOptions): Promise<Caller> {
  let claims: Readonly<Record<string, unknown>>;
  try {
    claims = await options.verifyToken(options.userPoolId, token);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    const message = MESSAGES[code];
    if (message === undefined) throw cause;
    throw new UnauthenticatedError(message, { cause });
  }
  // Access tokens name their client in client_id, ID tokens in aud.
  const clientId = claims["client_id"] ?? claims["aud"];
  if (
    options.clientIds !== undefined &&
    !(typeof clientId === "string" && options.clientIds.test(clientId))
  ) {
    throw new UnauthenticatedError(NO_TOKEN);
  }
  const { sub } = claims;
  const groups = claims["cognito:groups"];
  return {
    claims,
    sub: typeof sub === "string" ? sub : null,
    groups: Array.isArray(groups) ? groups.filter((group) => typeof group === "string") : null,
  };
}

/**
 * `ctx.identity`.
 * https://docs.aws.amazon.com/appsync/latest/devguide/resolver-context-reference-js.html#aws-appsync-resolver-context-reference-identity-js
 */
export function identityOf(caller: Caller, request: HttpRequest, defaultAction: "ALLOW" | "DENY"): unknown {
  const { claims, sub, groups } = caller;
  const forwardedFor = request.headers["x-forwarded-for"]?.split(",").map((address) => address.trim()) ?? [];
  return {
    sub,
    issuer: claims["iss"] ?? null,
    username: claims["cognito:username"] ?? claims["username"] ?? null,
    claims,
    sourceIp: [...forwardedFor, request.peer.address],
    defaultAuthStrategy: defaultAction,
    groups,
  };
}
