// Which path of the local AWS endpoint belongs to which page or endpoint of the pools.

import type { HttpHandler, HttpRequest, HttpResponse } from "../http/exchange.ts";
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
  readonly handler: HttpHandler;
}

/** `origin` is that of the local AWS endpoint, as clients and browsers reach it. */
export function createRoutes(login: ManagedLogin, origin: string): Routes {
  const { core, codes } = login;
  const paths = new Map<string, Methods>([
    ["/oauth2/authorize", { GET: (request) => authorizeEndpoint(login, request) }],
    ["/oauth2/token", forScripts("POST", (request) => tokenEndpoint(core, codes, request))],
    ["/oauth2/revoke", forScripts("POST", (request) => revokeEndpoint(core, request))],
    ["/oauth2/userInfo", forScripts("GET", (request) => userInfoEndpoint(core, request))],
    ["/logout", { GET: (request) => logoutEndpoint(login, request) }],
    ...Object.entries(FORM_PAGES).map(
      ([path, formPage]) => [path, formPageMethods(login, formPage)] as const,
    ),
    [OUTBOX_PATH, { GET: () => outboxPage(core.outbox) }],
  ]);

  const methodsOf = (path: string): Methods | undefined => {
    const [, poolId, document] = WELL_KNOWN.exec(path) ?? [];
    if (poolId === undefined) return paths.get(path);
    return forScripts("GET", () =>
      document === "jwks.json" ? publicKeys(core, poolId) : openIdConfiguration(core, poolId, origin),
    );
  };

  return {
    serves: (path) => methodsOf(path) !== undefined,
    async handler(request) {
      const methods = methodsOf(request.url.pathname);
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

/** An endpoint that scripts of any origin may call. */
function forScripts(method: "GET" | "POST", endpoint: Endpoint): Methods {
  return { [method]: crossOrigin(endpoint), OPTIONS: () => preflight([method]) };
}
