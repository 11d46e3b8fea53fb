// Where a sign-in may end: a path of our own origin, never anything that a browser could read as another one.

import type { HttpRequest } from "../shared/http-request.ts";

/** Longest path kept, in characters: it travels in a cookie, of which four must fit into a request. */
const MAX_LENGTH = 512;

/** Where to land when no path is given, or none that is good. */
const HOME = "/";

/** A path, query and fragment in the characters of RFC 3986: no white space, no backslash, nothing beyond ASCII. */
const PATH = /^\/[\w\-.~!$&'()*+,;=:@/?#%]*$/;

/** Our own routes are no pages: landing on `/auth/logout` or on `/auth/login` again helps nobody. */
const OWN_ROUTE = /^\/(?:auth|logins)(?:\/|$)/i;

/** The path asked for in the parameter `returnTo`, or `/` when it is missing, repeated or not a page of this origin. */
export function returnToOf(request: HttpRequest, origin: string): string {
  const [path, ...others] = request.query.get("returnTo") ?? [];
  return path === undefined || others.length > 0 ? HOME : ownPath(path, origin);
}

function ownPath(text: string, origin: string): string {
  if (!PATH.test(text) || !URL.canParse(text, origin)) return HOME;
  const url = new URL(text, origin);
  const path = `${url.pathname}${url.search}${url.hash}`; // may be longer than the text: ' becomes %27
  const decoded = decode(url.pathname);
  const isOwn =
    path.length <= MAX_LENGTH &&
    url.origin === origin &&
    decoded !== undefined &&
    !decoded.startsWith("//") &&
    !/[\\\p{Cc}]/u.test(decoded) &&
    !OWN_ROUTE.test(decoded);
  return isOwn ? path : HOME;
}

/** The path with its percent-encoding undone, as a careless server on the way might read it. */
function decode(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
