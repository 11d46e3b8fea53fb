// Which path of the local AWS endpoint belongs to which page or endpoint of the pools.

import type { HttpHandler, HttpRequest, HttpResponse } from "../http/exchange.ts";
import { authorizeEndpoint } from "./managed-login/authorize.ts";
import { showConfirmUser, takeConfirmUser } from "./managed-login/confirm-user.ts";
import { logoutEndpoint } from "./managed-login/logout.ts";
import type { ManagedLogin } from "./managed-login/managed-login.ts";
import { OUTBOX_PATH, outboxPage } from "./managed-login/outbox-page.ts";
import { errorPage } from "./managed-login/page.ts";
import { showSignIn, takeSignIn } from "./managed-login/sign-in.ts";
import { showSignUp, takeSignUp } from "./managed-login/sign-up.ts";
import { openIdConfiguration, publicKeys } from "./oauth/discovery.ts";
import { revokeEndpoint } from "./oauth/revoke.ts";
import { tokenEndpoint } from "./oauth/token.ts";
import { userInfoEndpoint } from "./oauth/user-info.ts";

type Endpoint = (request: HttpRequest) => HttpResponse | Promise<HttpResponse>;
type Methods = Readonly<Partial<Record<"GET" | "POST", Endpoint>>>;

const WELL_KNOWN = /^\/([\w-]+_[0-9A-Za-z]+)\/\.well-known\/(jwks\.json|openid-configuration)$/;

export interface Routes {
  /** Whether a path is one of the pools' own, of whatever method. */
  readonly serves: (path: string) => boolean;
  readonly handler: HttpHandler;
}

/** `origin` is that of the local AWS endpoint, as clients and browsers reach it. */
export function createRoutes(login: ManagedLogin, origin: string): Routes {
  const { core, codes } = login;
  const paths = new Map<string, Methods>([
    ["/oauth2/authorize", { GET: (request) => authorizeEndpoint(login, request) }],
    ["/oauth2/token", { POST: (request) => tokenEndpoint(core, codes, request) }],
    ["/oauth2/revoke", { POST: (request) => revokeEndpoint(core, request) }],
    ["/oauth2/userInfo", { GET: (request) => userInfoEndpoint(core, request) }],
    ["/logout", { GET: (request) => logoutEndpoint(login, request) }],
    [
      "/login",
      { GET: (request) => showSignIn(login, request), POST: (request) => takeSignIn(login, request) },
    ],
    [
      "/signup",
      { GET: (request) => showSignUp(login, request), POST: (request) => takeSignUp(login, request) },
    ],
    [
      "/confirmUser",
      {
        GET: (request) => showConfirmUser(login, request),
        POST: (request) => takeConfirmUser(login, request),
      },
    ],
    [OUTBOX_PATH, { GET: () => outboxPage(core.outbox) }],
  ]);

  const methodsOf = (path: string): Methods | undefined => {
    const [, poolId, document] = WELL_KNOWN.exec(path) ?? [];
    if (poolId === undefined) return paths.get(path);
    return {
      GET: () =>
        document === "jwks.json" ? publicKeys(core, poolId) : openIdConfiguration(core, poolId, origin),
    };
  };

  return {
    serves: (path) => methodsOf(path) !== undefined,
    async handler(request) {
      const methods = methodsOf(request.url.pathname);
      if (methods === undefined) return errorPage(404, "There is no such page.");
      const method = request.method === "HEAD" ? "GET" : request.method;
      const endpoint = method === "GET" || method === "POST" ? methods[method] : undefined;
      if (endpoint === undefined) {
        return { status: 405, headers: { allow: Object.keys(methods).join(", ") } };
      }
      return endpoint(request);
    },
  };
}
