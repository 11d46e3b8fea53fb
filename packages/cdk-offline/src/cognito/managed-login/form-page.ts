// A page with one form: it is shown, taken when it is sent, and shown again with what is wrong.

import { AwsError } from "../../aws/errors.ts";
import type { HttpRequest, HttpResponse } from "../../http/exchange.ts";
import { readForm, type Parameters } from "../oauth/parameters.ts";
import { PROOF_FIELD, type FormError } from "./form.ts";
import { html, type Html } from "./html.ts";
import type { ManagedLogin } from "./managed-login.ts";
import { page } from "./page.ts";
import { errorText } from "./texts/error-text.ts";
import { otherLanguages } from "./texts/language.ts";
import { pageAddress, withVisit, type PagePath, type Visit } from "./visit.ts";

export interface FormPage {
  /** Answers GET, and with `again` a form that was not taken. */
  show(visit: Visit, again?: Again): HttpResponse;
  /** Answers POST. An `AwsError` that it throws is said on the page. */
  take(visit: Visit, fields: Parameters): HttpResponse | Promise<HttpResponse>;
  /** Which field an error of the service belongs to, by its code; the others stand above the form. */
  readonly fieldOfError?: Readonly<Record<string, string>>;
}

/** A form that was not taken. */
export interface Again {
  readonly status: number;
  readonly fields: Parameters | undefined;
  readonly error: FormError;
}

interface FormPageMethods {
  readonly GET: (request: HttpRequest) => Promise<HttpResponse>;
  readonly POST: (request: HttpRequest) => Promise<HttpResponse>;
}

export function formPageMethods(login: ManagedLogin, formPage: FormPage): FormPageMethods {
  return {
    GET: (request) => withVisit(login, request, (visit) => formPage.show(visit)),
    POST: (request) => withVisit(login, request, (visit) => takeForm(visit, formPage)),
  };
}

async function takeForm(visit: Visit, formPage: FormPage): Promise<HttpResponse> {
  const { login, request, texts } = visit;
  const fields = readForm(request);
  if (fields === undefined || !login.guard.accepts(request, fields.get(PROOF_FIELD))) {
    return formPage.show(visit, { status: 403, fields, error: { message: texts.forms.expired } });
  }
  try {
    return await formPage.take(visit, fields);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const field = formPage.fieldOfError?.[error.code];
    return formPage.show(visit, {
      status: 400,
      fields,
      error: { message: errorText(texts, error), field },
    });
  }
}

interface FramedPage {
  /** The page itself: what a link to it in another language leads to. */
  readonly path: PagePath;
  readonly more?: Readonly<Record<string, string>> | undefined;
  readonly title: string;
  /** Under the heading: what the page is about. */
  readonly lead: Html;
  readonly body?: Html | undefined;
  readonly status?: number | undefined;
  readonly error?: FormError | undefined;
  /** Said in the place of an error, such as that a code has been sent. */
  readonly notice?: string | undefined;
}

/** A page of a sign-in, with its heading and the way to the other languages. */
export function framed(visit: Visit, framedPage: FramedPage): HttpResponse {
  const { texts, authorization, cookies } = visit;
  const { path, more = {}, title, lead, body, status = 200, error, notice } = framedPage;
  const links = otherLanguages(texts).map(({ language, ownName }) => {
    const address = pageAddress(path, authorization, { ...more, lang: language });
    return html`<a href="${address}" lang="${language}" hreflang="${language}">${ownName}</a>`;
  });
  return page({
    status,
    language: texts.language,
    title: error === undefined ? title : `${texts.error}: ${title}`,
    cookies,
    body: html`<h1>${title}</h1>
      ${lead} ${notice === undefined ? undefined : html`<p class="banner" role="status">${notice}</p>`}
      ${body}`,
    foot: html`<nav aria-label="${texts.languages}">${links}</nav>`,
  });
}
