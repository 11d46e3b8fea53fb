// The Cognito authorizer: lets a request pass with the right kind of token and hands on what the token claims.

import { gatewayErrors, type GatewayError } from "./gateway-response.ts";
import type { Authorizer } from "./rest-api.ts";

/** The port to Cognito: the claims of a token of a pool; rejects with an error whose code says what is wrong with it. */
export type VerifyToken = (userPoolId: string, token: string) => Promise<Readonly<Record<string, unknown>>>;

export type Verdict =
  { readonly claims: Readonly<Record<string, string>> } | { readonly refusal: GatewayError };

/**
 * Judges the token in a header, with or without "Bearer" before it.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-integrate-with-cognito.html
 */
export async function authorize(
  authorizer: Authorizer,
  header: string | undefined,
  verifyToken: VerifyToken,
): Promise<Verdict> {
  const token = header?.replace(/^Bearer(?:\s+|$)/i, "").trim() ?? "";
  if (token === "") return { refusal: gatewayErrors.unauthorized };
  let isExpired = false;
  for (const userPoolId of authorizer.userPoolIds) {
    try {
      const claims = await verifyToken(userPoolId, token);
      return isWanted(claims, authorizer.scopes)
        ? { claims: asStrings(claims) }
        : { refusal: gatewayErrors.unauthorized };
    } catch (error) {
      if (!isTokenError(error)) throw error;
      isExpired ||= error.code === "expired";
    }
  }
  return { refusal: isExpired ? gatewayErrors.tokenExpired : gatewayErrors.unauthorized };
}

function isWanted(claims: Readonly<Record<string, unknown>>, scopes: readonly string[]): boolean {
  if (scopes.length === 0) return claims["token_use"] === "id";
  const { scope } = claims;
  const granted = typeof scope === "string" ? scope.split(" ") : [];
  return claims["token_use"] === "access" && scopes.some((wanted) => granted.includes(wanted));
}

interface TokenError extends Error {
  readonly code: "malformed" | "expired" | "invalid";
}

function isTokenError(error: unknown): error is TokenError {
  return (
    error instanceof Error &&
    "code" in error &&
    (error.code === "malformed" || error.code === "expired" || error.code === "invalid")
  );
}

/** Every claim as a text: `exp` and `iat` as dates in words, lists with commas, the rest as it is. */
function asStrings(claims: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, asString(name, value)]));
}

function asString(name: string, value: unknown): string {
  if ((name === "exp" || name === "iat") && typeof value === "number") return dateInWords(value);
  if (Array.isArray(value)) return value.join(",");
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** As Java prints a date, such as `Fri Jul 29 17:52:53 UTC 2016`. */
function dateInWords(epochSeconds: number): string {
  const [weekday, day, month, year, time] = new Date(epochSeconds * 1000)
    .toUTCString()
    .replace(",", "")
    .split(" ");
  return [weekday, month, day, time, "UTC", year].join(" ");
}
