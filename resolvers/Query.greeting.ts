// greeting: finds the sign-in before this one, then has the text filled. The steps are in steps/.

import { util, type Context } from "@aws-appsync/utils";
import { callerOf } from "./caller.ts";
import type { Greeting, QueryGreetingArgs } from "./generated/schema.ts";
import type { GreetingStash } from "./steps/greeting-stash.ts";

/** A BCP 47 language tag, as far as its form goes. */
const LANGUAGE_TAG = "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}$";

export function request(ctx: Context<QueryGreetingArgs, GreetingStash>) {
  const locale = ctx.args.locale;
  if (locale && !util.matches(LANGUAGE_TAG, locale)) {
    util.error('locale is not a language tag; send one such as "de" or "de-CH"', "InvalidLocale");
  }
  ctx.stash.caller = callerOf(ctx);
  ctx.stash.locale = locale ? locale : null;
  return {};
}

export function response(ctx: Context<QueryGreetingArgs, GreetingStash>): Greeting {
  return {
    message: ctx.stash.greeting.message,
    locale: ctx.stash.greeting.locale,
    lastLogin: ctx.stash.lastLogin,
  };
}
