// What pages have that ask for a mailed code: the way to another one, and where mail is found on one machine.

import { html, type Html } from "./html.ts";
import { OUTBOX_PATH } from "./outbox-page.ts";
import type { Texts } from "./texts/texts.ts";

/** The value of the field `action` with which a form asks for a new code. */
export const RESEND = "resend";

export function resendButton({ confirm }: Texts): Html {
  return html`<button class="second" name="action" value="${RESEND}" formnovalidate>
    ${confirm.resend}
  </button>`;
}

export function outboxHint({ outbox }: Texts): Html {
  return html`<p class="foot quiet">
    ${outbox.before}
    <a href="${OUTBOX_PATH}" target="_blank" rel="noopener">${outbox.link}</a>${outbox.after}
  </p>`;
}
