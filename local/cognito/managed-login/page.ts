// The frame of every page of the pool, and the headers that keep others out of it.

import { createHash } from "node:crypto";
import type { HttpResponse } from "../../http/exchange.ts";
import { html, Html } from "./html.ts";
import { STYLE } from "./style.ts";

const STYLE_ELEMENT = new Html(`<style>${STYLE}</style>`);

// No form-action: Chrome applies it to the redirect that follows the form, too, and would block the way back to the
// application.
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`,
  "img-src data:",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

export interface PageOptions {
  readonly status: number;
  readonly title: string;
  readonly body: Html;
  readonly isWide?: boolean;
  readonly cookies?: readonly string[];
}

export function page({ status, title, body, isWide, cookies = [] }: PageOptions): HttpResponse {
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        ${STYLE_ELEMENT}
      </head>
      <body>
        <main class="${isWide === true ? "wide" : ""}">${body}</main>
      </body>
    </html>`;
  return {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": CONTENT_SECURITY_POLICY,
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      ...(cookies.length > 0 && { "set-cookie": cookies }),
    },
    body: document.text,
  };
}

/** A redirect that nobody remembers; the browser follows it with GET. */
export function redirect(location: string, cookies: readonly string[] = []): HttpResponse {
  return {
    status: 302,
    headers: {
      location,
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      ...(cookies.length > 0 && { "set-cookie": cookies }),
    },
  };
}

/** What cannot go on: one sentence, and nothing of the request in it. */
export function errorPage(status: number, sentence: string): HttpResponse {
  return page({
    status,
    title: "Something is not right",
    body: html`<h1>Something is not right</h1>
      <p>${sentence}</p>
      <p class="quiet">Go back to the application and start again.</p>`,
  });
}
