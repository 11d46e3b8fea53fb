// Greets a user by name in a language; there is always a greeting, whatever fails.

import * as v from "valibot";
import { describeError, type Log } from "../shared/log.ts";
import type { GreetingEvent, GreetingResult } from "./event.ts";
import { BUILT_IN, negotiate } from "./negotiate.ts";
import type { GreetingText, Texts } from "./texts.ts";

const PLACEHOLDER = "{name}";

/** Longest language tag looked at, in characters; the resolver has refused what is not one. */
const MAX_LOCALE_LENGTH = 100;

const eventSchema = v.object({ username: v.string(), locale: v.nullish(v.string(), null) });

export interface GreetingDependencies {
  readonly texts: () => Promise<Texts>;
  readonly log: Log;
}

/** Makes the function. It resolves to a greeting even when the texts cannot be had; the log then has a warning that counts. */
export function createGreeting({
  texts,
  log,
}: GreetingDependencies): (event: GreetingEvent) => Promise<GreetingResult> {
  const fallBack = (reason: string, error?: unknown) => {
    const cause = error === undefined ? undefined : describeError(error);
    log.warn("greeting_fallback", { reason, cause }, "GreetingFallback");
  };

  const find = async (locale: string | null): Promise<GreetingText> => {
    try {
      const found = negotiate(locale, await texts());
      if (found !== undefined) return found;
      fallBack("there is no text for this language and none in English");
    } catch (error) {
      fallBack("the texts cannot be read", error);
    }
    return BUILT_IN;
  };

  return async (event) => {
    const { username, locale } = v.parse(eventSchema, event);
    const { text, locale: found } = await find(
      locale === null || locale.length > MAX_LOCALE_LENGTH ? null : locale,
    );
    // Split and joined, the name is never looked at again: neither for the placeholder nor for replacement patterns.
    return { message: text.split(PLACEHOLDER).join(username), locale: found };
  };
}
