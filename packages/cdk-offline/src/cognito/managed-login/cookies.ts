// Reads and writes the cookies of the pages.
//
// They carry no Secure attribute, and so no __Host- prefix: everything here is served over plain HTTP on the loopback
// interface, where not every browser keeps a Secure cookie, and a prefix does not part the ports of one host.

import type { HttpRequest } from "../../http/exchange.ts";

/** Sent on the way here from another site, as a sign-in begins; never to be read by scripts. */
const ATTRIBUTES = "Path=/; HttpOnly; SameSite=Lax";

export function readCookie(request: HttpRequest, name: string): string | undefined {
  for (const pair of (request.headers["cookie"] ?? "").split(";")) {
    const [key, value] = pair.trim().split("=", 2);
    if (key === name) return value;
  }
  return undefined;
}

/** Without `maxAgeSeconds` the cookie lives as long as the browser runs. */
export function setCookie(name: string, value: string, maxAgeSeconds?: number): string {
  const lifetime = maxAgeSeconds === undefined ? "" : `; Max-Age=${maxAgeSeconds}`;
  return `${name}=${value}; ${ATTRIBUTES}${lifetime}`;
}

export function expireCookie(name: string): string {
  return setCookie(name, "", 0);
}
