// /mfa/setup: somebody connects an authenticator app with the account, where the pool requires a second factor.
// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa-totp.html

import { generate } from "lean-qr";
import { toSvgSource } from "lean-qr/extras/svg";
import { Secret, TOTP } from "otpauth";
import { codeField, readCode } from "./fields.ts";
import { form } from "./form.ts";
import { framed, type FormPage } from "./form-page.ts";
import { html, Html } from "./html.ts";
import { atStep, signedIn } from "./sign-in-steps.ts";
import { pageAddress, type Visit } from "./visit.ts";

export const enrollSoftwareToken: FormPage = {
  fieldOfError: { EnableSoftwareTokenMFAException: "code", NotAuthorizedException: "code" },

  show: (visit, again) =>
    atStep(visit, "enroll-software-token", again?.error, ({ id, user, softwareTokenSecret }) => {
      const { authorization, browser, texts } = visit;
      const secret = softwareTokenSecret();
      const more = { session: id };
      return framed(visit, {
        path: "/mfa/setup",
        more,
        title: texts.enroll.title,
        status: again?.status,
        error: again?.error,
        lead: html`<p>${texts.enroll.explanation}</p>`,
        body: html`<ol>
            <li>
              ${texts.enroll.scan}
              <div class="qr" role="img" aria-label="${texts.enroll.picture}">
                ${qrCode(appAddress(visit, user.userName, secret))}
              </div>
              ${texts.enroll.orType}
              <code class="key">${inGroups(secret)}</code>
            </li>
            <li>${texts.enroll.thenEnter}</li>
          </ol>
          ${form({
            action: pageAddress("/mfa/setup", authorization, more),
            proof: browser.proof,
            error: again?.error,
            button: texts.enroll.button,
            isBelow: true,
            fields: [codeField(texts.fields.appCode)],
          })}`,
      });
    }),

  take: (visit, fields) =>
    atStep(visit, "enroll-software-token", undefined, async ({ id, user, softwareTokenSecret }) => {
      const { login } = visit;
      const code = readCode(fields);
      const enrolled = login.core.softwareTokens.enroll(user, { secret: softwareTokenSecret(), code });
      const response = await signedIn(visit, enrolled);
      login.unfinished.end(id);
      return response;
    }),
};

/**
 * What the picture says: https://github.com/google/google-authenticator/wiki/Key-Uri-Format. The account is shown in the
 * app under the host name of the application; the service's own choice of a name is not known.
 */
function appAddress({ authorization }: Visit, userName: string, secret: string): string {
  const { hostname, protocol } = new URL(authorization.redirectUri);
  const issuer = hostname === "" ? protocol.slice(0, -1) : hostname;
  return new TOTP({ issuer, label: userName, secret: Secret.fromBase32(secret) }).toString();
}

/** Black on white also where the page is dark: not every app reads the reverse. */
function qrCode(text: string): Html {
  return new Html(toSvgSource(generate(text), { on: "#000", off: "#fff", width: 240, height: 240 }));
}

/** Easier to type. */
function inGroups(secret: string): string {
  return secret.replaceAll(/(.{4})(?=.)/g, "$1 ");
}
