// POST /logins: has the sign-in of an access token recorded, and greets. The REST door to what GraphQL offers.

import type { JwksCache } from "aws-jwt-verify/jwk";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { accessTokenVerifier, type AccessToken } from "../shared/access-token.ts";
import type { Config } from "../shared/config.ts";
import { answerJson, RETRY_AFTER } from "../shared/http-answer.ts";
import { readRequest, type HttpRequest } from "../shared/http-request.ts";
import type { Ledger } from "../shared/ledger.ts";
import { describeError, type Log } from "../shared/log.ts";
import { originCheck } from "../shared/origin.ts";
import type { SecretSource } from "../shared/secret.ts";
import { viewerOf } from "../shared/viewer.ts";
import { requireBearer } from "./bearer.ts";
import { parseBody } from "./body.ts";
import { codeOf, STATUS, type ErrorCode } from "./errors.ts";

/** What the function is given from outside. */
export interface LoginsDependencies {
  /** Rejects with `ConfigError`. */
  readonly config: () => Promise<Config>;
  readonly ledger: (config: Config) => Ledger;
  /** The user pool's public keys. */
  readonly keys: JwksCache;
  /** What the distribution sends in `x-ll-origin`. */
  readonly originSecret: SecretSource;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly log: Log;
}

/** Makes the function. It never rejects for anything that a request can say. */
export function createLogins(
  dependencies: LoginsDependencies,
): (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult> {
  const verifierFor = verifiers(dependencies);
  return async (event) => {
    const request = readRequest(event);
    try {
      return await recordAndGreet(request, dependencies, verifierFor);
    } catch (error) {
      return answerError(error, request, dependencies.log);
    }
  };
}

async function recordAndGreet(
  request: HttpRequest,
  dependencies: LoginsDependencies,
  verifierFor: (config: Config) => (token: string) => Promise<AccessToken>,
): Promise<APIGatewayProxyResult> {
  const { config: readConfig, originSecret } = dependencies;
  const reads = [readConfig(), originSecret.get()] as const;
  // To the end, so that a reading that fails for this request is not the one that the next request waits for.
  await Promise.allSettled(reads);
  const [config] = await Promise.all(reads);
  const token = await requireBearer(request, verifierFor(config));
  const { device, locale } = parseBody(request.body);
  const ledger = dependencies.ledger(config);
  // Whoever holds a token can say the same to GraphQL directly, and only the first record of a sign-in counts: for
  // tokens of our own client that is the one the sign-in itself made.
  const login = await ledger.recordLogin(
    token,
    device ?? (await viewerOf(request, originCheck(originSecret))),
  );
  const greeting = await ledger.greet(token, locale ?? null);
  return answerJson(200, { login, greeting });
}

/** One verifier for each config, since it remembers keys that it has made ready. */
function verifiers({ keys, clock }: LoginsDependencies) {
  const kept = new WeakMap<Config, (token: string) => Promise<AccessToken>>();
  return (config: Config) => {
    const { userPoolId, clientId } = config;
    const verify = kept.get(config) ?? accessTokenVerifier({ userPoolId, clientId, keys, clock });
    kept.set(config, verify);
    return verify;
  };
}

const HEADERS: Readonly<Record<ErrorCode, Readonly<Record<string, string>>>> = {
  invalid_request: {},
  invalid_token: { "WWW-Authenticate": 'Bearer error="invalid_token"' },
  ledger_unavailable: RETRY_AFTER,
};

function answerError(error: unknown, { requestId }: HttpRequest, log: Log): APIGatewayProxyResult {
  const code = codeOf(error);
  const status = STATUS[code];
  log[status < 500 ? "warn" : "error"]("request_refused", {
    requestId,
    status,
    error: code,
    cause: describeError(error),
  });
  return answerJson(status, { error: code, requestId }, { headers: HEADERS[code] });
}
