// Has the greeting function fill the text of the caller's language with the caller's name.

import { util, type Context, type LambdaRequest } from "@aws-appsync/utils";
import type { GreetingEvent, GreetingResult } from "../../functions/greeting/event.ts";
import type { GreetingStash } from "./greeting-stash.ts";

export function request(ctx: Context<unknown, GreetingStash>): LambdaRequest {
  const payload: GreetingEvent = { username: ctx.stash.caller.username, locale: ctx.stash.locale };
  return { operation: "Invoke", payload };
}

export function response(ctx: Context<unknown, GreetingStash>) {
  if (ctx.error) {
    console.error({ event: "greeting_error", type: ctx.error.type, message: ctx.error.message });
    util.error("the greeting is not available; try again later", "Unavailable");
  }
  ctx.stash.greeting = ctx.result as GreetingResult;
  return null;
}
