// Finds the text for a language, or the nearest there is.

import type { GreetingText, Texts } from "./texts.ts";

/** Spoken when nothing else is. */
const DEFAULT_LANGUAGE = "en";

/** Served when Parameter Store has no text, or cannot be read. */
export const BUILT_IN: GreetingText = { locale: DEFAULT_LANGUAGE, text: "Hello {name}!" };

/**
 * Looks a language tag up by leaving out its last part until there is a text (`de-CH`, `de`), then English; undefined
 * when there is not even that. https://www.rfc-editor.org/rfc/rfc4647#section-3.4
 */
export function negotiate(locale: string | null, texts: Texts): GreetingText | undefined {
  let range = locale?.toLowerCase() ?? "";
  while (range !== "") {
    const text = texts.get(range);
    if (text !== undefined) return text;
    range = range.replace(/(?:^|-)[^-]*$/, "");
  }
  return texts.get(DEFAULT_LANGUAGE);
}
