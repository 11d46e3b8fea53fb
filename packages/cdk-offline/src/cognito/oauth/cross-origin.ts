// Lets pages of any origin call an endpoint that browsers send no cookies to, as the service does.
// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-managed-login.html#managed-login-things-to-know

import type { HttpRequest, HttpResponse } from "../../http/exchange.ts";

type Endpoint = (request: HttpRequest) => HttpResponse | Promise<HttpResponse>;

const ANY_ORIGIN = { "access-control-allow-origin": "*" };

/** The endpoint, with an answer that scripts of other origins can read. */
export function crossOrigin(endpoint: Endpoint): Endpoint {
  return async (request) => {
    const response = await endpoint(request);
    return { ...response, headers: { ...response.headers, ...ANY_ORIGIN } };
  };
}

/** Answers what a browser asks before it sends an Authorization header (Fetch standard, CORS-preflight). */
export function preflight(methods: readonly string[]): HttpResponse {
  return {
    status: 204,
    headers: {
      ...ANY_ORIGIN,
      "access-control-allow-methods": methods.join(", "),
      // Amplify sends its own name to the token endpoint.
      "access-control-allow-headers": "authorization, content-type, x-amz-user-agent",
      "access-control-max-age": "7200",
    },
  };
}
