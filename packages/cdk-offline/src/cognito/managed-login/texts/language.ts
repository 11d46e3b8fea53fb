// Which language a page is in: that of its address, else the one chosen last, else English.
// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-managed-login.html#managed-login-localization

import type { HttpRequest } from "../../../http/exchange.ts";
import { readCookie, setCookie } from "../cookies.ts";
import { ENGLISH } from "./english.ts";
import { GERMAN } from "./german.ts";
import type { Language, Texts } from "./texts.ts";

const LANGUAGES: Readonly<Record<Language, Texts>> = { en: ENGLISH, de: GERMAN };

const COOKIE = "lang";
const YEAR_SECONDS = 365 * 24 * 60 * 60;

export interface LanguageChoice {
  readonly texts: Texts;
  /** The cookie that remembers a new choice. */
  readonly cookies: readonly string[];
}

/** A language that the pages do not have is passed over. */
export function chooseLanguage(request: HttpRequest): LanguageChoice {
  const asked = findTexts(request.url.searchParams.get("lang"));
  const remembered = findTexts(readCookie(request, COOKIE));
  const isNew = asked !== undefined && asked !== remembered;
  return {
    texts: asked ?? remembered ?? ENGLISH,
    cookies: isNew ? [setCookie(COOKIE, asked.language, YEAR_SECONDS)] : [],
  };
}

/** The languages that a page could be in besides its own. */
export function otherLanguages({ language }: Texts): readonly Texts[] {
  return Object.values(LANGUAGES).filter((texts) => texts.language !== language);
}

function findTexts(code: string | null | undefined): Texts | undefined {
  return Object.values(LANGUAGES).find(({ language }) => language === code?.toLowerCase());
}
