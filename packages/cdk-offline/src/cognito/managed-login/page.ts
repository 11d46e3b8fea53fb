// The frame of every page of the pool, and the headers that keep others out of it.

import { createHash } from "node:crypto";
import type { HttpRequest, HttpResponse } from "../../http/exchange.ts";
import { html, Html } from "./html.ts";
import { STYLE } from "./style.ts";
import { chooseLanguage } from "./texts/language.ts";
import type { Problem } from "./texts/texts.ts";

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

// "same-origin" rather than "no-referrer", with which browsers would send our own forms with the origin "null".
const NOT_KEPT = { "cache-control": "no-store", "referrer-policy": "same-origin" };

export interface PageOptions {
  readonly status: number;
  readonly language: string;
  readonly title: string;
  readonly body: Html;
  /** Below the page's own frame. */
  readonly foot?: Html | undefined;
  readonly isWide?: boolean;
  readonly cookies?: readonly string[];
}

export function page({
  status,
  language,
  title,
  body,
  foot,
  isWide,
  cookies = [],
}: PageOptions): HttpResponse {
  const document = html`<!doctype html>
    <html lang="${language}">
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
        ${foot}
      </body>
    </html>`;
  return {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": CONTENT_SECURITY_POLICY,
      ...NOT_KEPT,
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
    headers: { location, ...NOT_KEPT, ...(cookies.length > 0 && { "set-cookie": cookies }) },
  };
}

/** What cannot go on: one sentence, and nothing of the request in it. */
export function problemPage(request: HttpRequest, status: number, problem: Problem): HttpResponse {
  const { texts } = chooseLanguage(request);
  const { title, sentences, goBack } = texts.problem;
  return page({
    status,
    language: texts.language,
    title,
    body: html`<h1>${title}</h1>
      <p>${sentences[problem]}</p>
      <p class="quiet">${goBack}</p>`,
  });
}
