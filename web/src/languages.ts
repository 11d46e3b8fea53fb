// The languages of the person in front of the page, in a form that can be worked with.

/**
 * Those that are language tags, in their order, without what an operating system hangs on to them: on a system without
 * a language Chromium calls its own "en-US@posix", in which nothing can be formatted.
 */
export function usableLanguages(languages: readonly string[]): readonly string[] {
  return languages.map((language) => language.replace(/[.@].*$/, "")).filter(isLanguageTag);
}

function isLanguageTag(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text).length === 1;
  } catch {
    return false;
  }
}
