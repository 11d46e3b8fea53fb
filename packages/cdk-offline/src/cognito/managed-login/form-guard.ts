// Protects the forms against being sent by another site's page: a form must carry a proof that only a page of ours, in
// the same browser, was given, and must not come from elsewhere as far as the browser says.

import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { HttpRequest } from "../../http/exchange.ts";
import { readCookie, setCookie } from "./cookies.ts";

const COOKIE = "XSRF-TOKEN";

/** A browser, told apart from others by a random cookie. */
export interface Browser {
  readonly id: string;
  /** What its forms carry. */
  readonly proof: string;
  /** The cookie to set, unless the browser has one already. */
  readonly cookies: readonly string[];
}

export interface FormGuard {
  browser(request: HttpRequest): Browser;
  /** Whether a posted proof was given to this browser by this process, and posted by one of our pages. */
  accepts(request: HttpRequest, proof: string | undefined): boolean;
}

/** `origin` is that of our pages. */
export function createFormGuard(origin: string): FormGuard {
  const key = randomBytes(32);
  const proofFor = (browserId: string): string =>
    createHmac("sha256", key).update(browserId).digest("base64url");
  return {
    browser(request) {
      const known = knownBrowser(request);
      const id = known ?? randomBytes(24).toString("base64url");
      return { id, proof: proofFor(id), cookies: known === undefined ? [setCookie(COOKIE, id)] : [] };
    },
    accepts(request, proof) {
      const id = knownBrowser(request);
      if (id === undefined || proof === undefined || isForeign(request, origin)) return false;
      const [given, expected] = [Buffer.from(proof), Buffer.from(proofFor(id))];
      return given.length === expected.length && timingSafeEqual(given, expected);
    },
  };
}

/**
 * Whether the browser says that another site's page sent the form. The proof alone would not do against somebody who can
 * set cookies for this host, such as a page on another of its ports: both halves of it could be somebody else's.
 */
function isForeign({ headers }: HttpRequest, origin: string): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== undefined) return site !== "same-origin";
  const from = headers["origin"];
  return from !== undefined && from !== origin;
}

function knownBrowser(request: HttpRequest): string | undefined {
  const id = readCookie(request, COOKIE);
  return id !== undefined && /^[\w-]{32}$/.test(id) ? id : undefined;
}
