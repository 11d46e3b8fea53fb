// Tells requests that a web page of another origin makes from those of programs, of people and of our own pages: whatever
// listens on this machine can be called by every page that a browser of this machine has open.

import { json, type HttpRequest, type HttpResponse } from "./exchange.ts";

/**
 * Which requests of foreign pages are taken.
 * - `all`: what scripts anywhere may call, because it does not go by what the browser adds of itself.
 * - `navigations`: pages that others lead to, by a link, a form or a redirect; no script, image or the like.
 * - `none`: what no page needs.
 */
export type ForeignPages = "all" | "navigations" | "none";

/** Whether a request is one of a foreign page that is not taken. `ownOrigins` are those whose pages are not foreign. */
export function isRefusedPage(
  request: HttpRequest,
  taken: ForeignPages,
  ownOrigins: readonly string[],
): boolean {
  if (taken === "all" || !isOfForeignPage(request, ownOrigins)) return false;
  return taken === "none" || request.headers["sec-fetch-mode"] !== "navigate";
}

/**
 * Whether the browser says that another origin's page makes the request: by `Origin`, which all of them send with what
 * could write, else by `Sec-Fetch-Site` (https://www.w3.org/TR/fetch-metadata/), where `none` stands for what a person
 * has typed. Another port of the same host is `same-site`, and foreign. Programs send neither.
 */
function isOfForeignPage({ headers }: HttpRequest, ownOrigins: readonly string[]): boolean {
  const { origin, "sec-fetch-site": site } = headers;
  if (origin !== undefined) return !ownOrigins.includes(origin);
  return site !== undefined && site !== "same-origin" && site !== "none";
}

/** The answer to a foreign page, which cannot read it; developers find it in their browser's tools. */
export function refusePage({ headers, url }: HttpRequest): HttpResponse {
  const page = headers["origin"] ?? "another origin";
  return json(
    403,
    {
      __type: "AccessDeniedException",
      message: `${url.pathname} is not for web pages of other origins, and this request is one of a page of ${page}`,
    },
    { "x-amzn-errortype": "AccessDeniedException", "x-content-type-options": "nosniff" },
  );
}
