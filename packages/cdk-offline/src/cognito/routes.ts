// Which path of the local AWS endpoint belongs to which page or endpoint of the pools.

import type { HttpHandler, HttpRequest, HttpResponse } from "../http/exchange.ts";
import type { ForeignPages } from "../http/foreign-page.ts";
import { authorizeEndpoint } from "./managed-login/authorize.ts";
import { changePassword } from "./managed-login/change-password.ts";
import { confirmSignUp } from "./managed-login/confirm-sign-up.ts";
import { enrollSoftwareToken } from "./managed-login/enroll-software-token.ts";
import { forgotPassword } from "./managed-login/forgot-password.ts";
import { formPageMethods, type FormPage } from "./managed-login/form-page.ts";
import { logoutEndpoint } from "./managed-login/logout.ts";
import type { ManagedLogin } from "./managed-login/managed-login.ts";
import { OUTBOX_PATH, outboxPage } from "./managed-login/outbox-page.ts";
import { problemPage } from "./managed-login/page.ts";
import { resetPassword } from "./managed-login/reset-password.ts";
import { secondFactor } from "./managed-login/second-factor.ts";
import { signIn } from "./managed-login/sign-in.ts";
import { signUp } from "./managed-login/sign-up.ts";
import type { PagePath } from "./managed-login/visit.ts";
import { crossOrigin, preflight } from "./oauth/cross-origin.ts";
import { openIdConfiguration, publicKeys } from "./oauth/discovery.ts";
import { revokeEndpoint } from "./oauth/revoke.ts";
import { tokenEndpoint } from "./oauth/token.ts";
import { userInfoEndpoint } from "./oauth/user-info.ts";

type Endpoint = (request: HttpRequest) => HttpResponse | Promise<HttpResponse>;
type Methods = Readonly<Partial<Record<"GET" | "POST" | "OPTIONS", Endpoint>>>;

/** One path of the pools. */
interface Route {
  readonly methods: Methods;
  /** Which requests of web pages of other origins it takes. */
  readonly foreignPages: ForeignPages;
}

const WELL_KNOWN = /^\/([\w-]+_[0-9A-Za-z]+)\/\.well-known\/(jwks\.json|openid-configuration)$/;

const FORM_PAGES: Readonly<Record<PagePath, FormPage>> = {
  "/login": signIn,
  "/signup": signUp,
  "/confirm": confirmSignUp,
  "/forgotPassword": forgotPassword,
  "/confirmforgotPassword": resetPassword,
  "/changePassword": changePassword,
  "/mfa": secondFactor,
  "/mfa/setup": enrollSoftwareToken,
};

export interface Routes {
  /** Whether a path is one of the pools' own, of whatever method. */
  readonly serves: (path: string) => boolean;
  /** Which requests of web pages of other origins a path takes. */
  readonly foreignPages: (path: string) => ForeignPages;
  readonly handler: HttpHandler;
}

/** `origin` is that of the local AWS endpoint, as clients and browsers reach it. */
export function createRoutes(login: ManagedLogin, origin: string): Routes {
  const { core, codes } = login;
  const routes = new Map<string, Route>([
    ["/oauth2/authorize", page({ GET: (request) => authorizeEndpoint(login, request) })],
    ["/oauth2/token", forScripts("POST", (request) => tokenEndpoint(core, codes, request))],
    ["/oauth2/revoke", forScripts("POST", (request) => revokeEndpoint(core, request))],
    ["/oauth2/userInfo", forScripts("GET", (request) => userInfoEndpoint(core, request))],
    ["/logout", page({ GET: (request) => logoutEndpoint(login, request) })],
    ...Object.entries(FORM_PAGES).map(
      ([path, formPage]) => [path, page(formPageMethods(login, formPage))] as const,
    ),
    [OUTBOX_PATH, page({ GET: () => outboxPage(core.outbox) })],
  ]);

  const routeOf = (path: string): Route | undefined => {
    const [, poolId, document] = WELL_KNOWN.exec(path) ?? [];
    if (poolId === undefined) return routes.get(path);
    return forScripts("GET", () =>
      document === "jwks.json" ? publicKeys(core, poolId) : openIdConfiguration(core, poolId, origin),
    );
  };

  return {
    serves: (path) => routeOf(path) !== undefined,
    foreignPages: (path) => routeOf(path)?.foreignPages ?? "none",
    async handler(request) {
      const methods = routeOf(request.url.pathname)?.methods;
      if (methods === undefined) return problemPage(request, 404, "noSuchPage");
      const method = request.method === "HEAD" ? "GET" : request.method;
      const endpoint = isServed(method) ? methods[method] : undefined;
      if (endpoint === undefined) {
        return { status: 405, headers: { allow: Object.keys(methods).join(", ") } };
      }
      return endpoint(request);
    },
  };
}

function isServed(method: string): method is keyof Methods {
  return method === "GET" || method === "POST" || method === "OPTIONS";
}

/** A page, to which those of any origin may lead: that a form comes from the page itself is seen to by its guard. */
function page(methods: Methods): Route {
  return { methods, foreignPages: "navigations" };
}

/** An endpoint that scripts of any origin may call. */
function forScripts(method: "GET" | "POST", endpoint: Endpoint): Route {
  return {
    methods: { [method]: crossOrigin(endpoint), OPTIONS: () => preflight([method]) },
    foreignPages: "all",
  };
}
