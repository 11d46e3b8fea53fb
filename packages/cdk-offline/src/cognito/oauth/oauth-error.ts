// The errors of the token and revocation endpoints (RFC 6749 section 5.2, RFC 7009 section 2.2.1).

import { json, type HttpResponse } from "../../http/exchange.ts";

export type OAuthErrorCode =
  | "invalid_request"
  | "invalid_client"
  | "invalid_grant"
  | "unauthorized_client"
  | "unsupported_grant_type"
  | "invalid_scope"
  | "unsupported_token_type";

export class OAuthError extends Error {
  readonly code: OAuthErrorCode;

  constructor(code: OAuthErrorCode) {
    super(code);
    this.name = "OAuthError";
    this.code = code;
  }
}

/** Tokens and errors about them are never to be stored. */
export function oauthJson(
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): HttpResponse {
  return json(status, value, {
    "content-type": "application/json;charset=UTF-8",
    "cache-control": "no-store",
    pragma: "no-cache",
    ...headers,
  });
}

/** Serves an endpoint whose errors are JSON. `clientStatus` is the status of `invalid_client`. */
export async function withOAuthErrors(
  clientStatus: number,
  answer: () => HttpResponse | Promise<HttpResponse>,
): Promise<HttpResponse> {
  try {
    return await answer();
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    return oauthJson(error.code === "invalid_client" ? clientStatus : 400, { error: error.code });
  }
}
