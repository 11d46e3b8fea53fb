// Turns whatever went wrong into one answer and one log line.

import type { APIGatewayProxyResult } from "aws-lambda";
import { ConfigError } from "../shared/config.ts";
import { answerHtml, answerJson, RETRY_AFTER } from "../shared/http-answer.ts";
import type { HttpRequest } from "../shared/http-request.ts";
import { describeError, type Log } from "../shared/log.ts";
import { SecretError } from "../shared/secret.ts";
import { TokenError } from "../shared/token-verifier.ts";
import { ERROR_KINDS, SignInError, type ErrorCode } from "./errors.ts";
import { ProviderError } from "./provider/errors.ts";

/** Answers a request that failed: a page where a person is looking at it, JSON for a program. Reflects nothing of it. */
export function answerError(
  error: unknown,
  request: HttpRequest,
  log: Log,
  headers: Readonly<Record<string, string>> = {},
): APIGatewayProxyResult {
  const code = codeOf(error);
  const { status, level, sentence } = ERROR_KINDS[code];
  const { requestId } = request;
  log[level]("request_refused", {
    requestId,
    method: request.method,
    path: request.path,
    status,
    error: code,
    cause: describeError(error),
  });
  const options = {
    headers: status === 503 ? { ...headers, ...RETRY_AFTER } : headers,
  };
  return wantsPage(request)
    ? answerHtml(status, page(sentence, code, requestId), options)
    : answerJson(status, { error: code, requestId }, options);
}

function codeOf(error: unknown): ErrorCode {
  if (error instanceof SignInError) return error.code;
  if (error instanceof ConfigError || error instanceof SecretError) return "ledger_unavailable";
  if (error instanceof TokenError) return error.code === "invalid" ? "invalid_token" : "ledger_unavailable";
  if (error instanceof ProviderError) {
    if (error.code === "grant_refused") return "expired_transaction";
    return error.code === "invalid_tokens" ? "invalid_token" : "login_failed";
  }
  return "login_failed";
}

function wantsPage(request: HttpRequest): boolean {
  return request.header("accept").some((accept) => /(?:^|,)\s*text\/html\s*(?:;|,|$)/i.test(accept));
}

function page(sentence: string, code: ErrorCode, requestId: string): string {
  const reference = /^[\w-]{1,64}$/.test(requestId) ? requestId : "";
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Sign-in did not work</title>
<h1>Sign-in did not work</h1>
<p>${sentence}
<p><a href="/auth/login">Sign in again</a> or <a href="/">go to the start page</a>.
<p><small>${code} ${reference}</small>
</html>
`;
}
