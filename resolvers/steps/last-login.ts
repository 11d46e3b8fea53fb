// Finds the sign-in before the current one.

import type { Context } from "@aws-appsync/utils";
import type { LedgerItem } from "../../functions/login-file/event.ts";
import { endWithLedgerError } from "../ledger-errors.ts";
import { toLogin } from "../login.ts";
import { queryByUser } from "../login-page.ts";
import type { GreetingStash } from "./greeting-stash.ts";

/** The index may lag, so the current sign-in may or may not be among the newest: a few are read, not two. */
const NEWEST = 5;

export function request(ctx: Context<unknown, GreetingStash>) {
  return queryByUser(ctx.stash.caller.sub, { limit: NEWEST });
}

export function response(ctx: Context<unknown, GreetingStash>) {
  if (ctx.error) endWithLedgerError(ctx.error);
  const { items } = ctx.result as { items: LedgerItem[] };
  const current = ctx.stash.caller.originJti;
  const previous = items.find((item) => item.id !== current);
  ctx.stash.lastLogin = previous ? toLogin(previous, true) : null;
  return null;
}
