// What pages have that ask for a mailed code: whom they ask, the way to another one, and where mail is found on one
// machine.

import { html, type Html } from "./html.ts";
import { OUTBOX_PATH } from "./outbox-page.ts";
import type { Texts } from "./texts/texts.ts";
import { pageAddress, type Visit } from "./visit.ts";

/** The value of the field `action` with which a form asks for a new code. */
export const RESEND = "resend";

/** Who was sent the code, as the page's address says; empty where it does not. */
export function userNameIn({ request }: Visit): string {
  return request.url.searchParams.get("username") ?? "";
}

export function resendButton({ confirm }: Texts): Html {
  return html`<button class="second" name="action" value="${RESEND}" formnovalidate>
    ${confirm.resend}
  </button>`;
}

/** What stands below the form: the way back to the sign-in, and the outbox. */
export function belowCodeForm({ authorization, texts }: Visit): Html {
  const { forgot, outbox } = texts;
  return html`<p class="aside"><a href="${pageAddress("/login", authorization)}">${forgot.back}</a></p>
    <p class="foot quiet">
      ${outbox.before}
      <a href="${OUTBOX_PATH}" target="_blank" rel="noopener">${outbox.link}</a>${outbox.after}
    </p>`;
}
