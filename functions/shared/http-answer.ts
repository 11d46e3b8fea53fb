// Answers to API Gateway: every one carries the headers that keep it out of caches, frames and referrers.

import type { APIGatewayProxyResult } from "aws-lambda";

/** On every answer. HSTS: https://www.rfc-editor.org/rfc/rfc6797; browsers ignore it over plain HTTP. */
const ALWAYS: Readonly<Record<string, string>> = {
  "Cache-Control": "no-store",
  "Content-Security-Policy":
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "Referrer-Policy": "no-referrer",
  "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
  Vary: "Accept, Origin, Sec-Fetch-Site",
  "X-Content-Type-Options": "nosniff",
};

/** With a 503: after how many seconds it is worth trying again. */
export const RETRY_AFTER = { "Retry-After": "5" } as const;

export interface AnswerOptions {
  readonly headers?: Readonly<Record<string, string>>;
}

export function answerJson(
  status: number,
  body: unknown,
  options: AnswerOptions = {},
): APIGatewayProxyResult {
  return answer(status, "application/json", JSON.stringify(body), options);
}

export function answerHtml(status: number, body: string, options: AnswerOptions = {}): APIGatewayProxyResult {
  return answer(status, "text/html; charset=utf-8", body, options);
}

/**
 * Sends the browser on. 302 or 303, never 307 or 308, which would have it send a form again:
 * https://www.rfc-editor.org/rfc/rfc9700#section-4.12
 */
export function redirect(status: 302 | 303, location: string): APIGatewayProxyResult {
  return { statusCode: status, headers: { ...ALWAYS, Location: location }, body: "" };
}

function answer(
  statusCode: number,
  contentType: string,
  body: string,
  { headers }: AnswerOptions,
): APIGatewayProxyResult {
  return { statusCode, headers: { ...ALWAYS, "Content-Type": contentType, ...headers }, body };
}
