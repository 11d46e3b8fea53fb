// The routes of /auth: finds the endpoint, and sees to it that every request gets an answer.

import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { readRequest, type HttpRequest } from "../shared/http-request.ts";
import { callback } from "./callback.ts";
import { AnswerCookies } from "./cookies/cookie-header.ts";
import { answerError } from "./error-answer.ts";
import { SignInError } from "./errors.ts";
import { login } from "./login.ts";
import { logout } from "./logout.ts";
import { serviceSource, type AuthDependencies, type Services } from "./services.ts";
import { session } from "./session.ts";

interface Endpoint {
  readonly method: "GET" | "POST";
  readonly serve: (
    request: HttpRequest,
    services: Services,
    cookies: AnswerCookies,
  ) => Promise<APIGatewayProxyResult>;
}

const ENDPOINTS: ReadonlyMap<string, Endpoint> = new Map([
  ["/auth/login", { method: "GET", serve: login }],
  ["/auth/callback", { method: "GET", serve: callback }],
  ["/auth/session", { method: "POST", serve: session }],
  ["/auth/logout", { method: "POST", serve: logout }],
]);

/** Makes the function that serves `/auth`. It never rejects for anything that a request can say. */
export function createAuth(
  dependencies: AuthDependencies,
): (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult> {
  const { log } = dependencies;
  const services = serviceSource(dependencies);
  return async (event) => {
    const request = readRequest(event);
    const endpoint = ENDPOINTS.get(request.path);
    if (endpoint === undefined) {
      return answerError(new SignInError("not_found", "no such path"), request, log);
    }
    if (request.method !== endpoint.method) {
      const error = new SignInError("method_not_allowed", "the path takes another method");
      return answerError(error, request, log, { Allow: endpoint.method });
    }
    const cookies = new AnswerCookies();
    const answer = await serve(endpoint, request, cookies).catch((error: unknown) =>
      answerError(error, request, log),
    );
    const { lines } = cookies;
    return lines.length === 0 ? answer : { ...answer, multiValueHeaders: { "Set-Cookie": lines } };
  };

  async function serve({ serve }: Endpoint, request: HttpRequest, cookies: AnswerCookies) {
    return serve(request, await services(), cookies);
  }
}
