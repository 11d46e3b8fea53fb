// GET /_local/outbox: shows the mail that AWS would have sent.

import type { HttpResponse } from "../../http/exchange.ts";
import type { MessageRecord } from "../store/records.ts";
import type { Outbox } from "../users/outbox.ts";
import { html, type Html } from "./html.ts";
import { page } from "./page.ts";

export const OUTBOX_PATH = "/_local/outbox";

export function outboxPage(outbox: Outbox): HttpResponse {
  const messages = outbox.messages();
  return page({
    status: 200,
    language: "en",
    title: "Outbox",
    isWide: true,
    body: html`<h1>Outbox</h1>
      <p class="quiet">Mail that Amazon Cognito would have sent. Nothing leaves this machine.</p>
      ${messages.length === 0 ? html`<p>No mail yet.</p>` : messages.map(article)}`,
  });
}

function article({ to, subject, text, userName, code, sentAtMs }: MessageRecord): Html {
  const sentAt = new Date(sentAtMs).toISOString();
  const shown =
    code === undefined ? html`(a password, no longer known after the restart)` : html`<code>${code}</code>`;
  const pieces = text.split(/(\{####\}|\{username\})/).map((piece) => {
    if (piece === "{####}") return shown;
    return html`${piece === "{username}" ? userName : piece}`;
  });
  return html`<article>
    <h2>${subject}</h2>
    <p class="quiet">
      To ${to}, <time datetime="${sentAt}">${sentAt.replace("T", " ").slice(0, 19)} UTC</time>
    </p>
    <p>${pieces}</p>
  </article>`;
}
