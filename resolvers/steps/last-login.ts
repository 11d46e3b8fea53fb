// Finds the newest sign-in before the caller's own, never a later one.

import type { Context } from "@aws-appsync/utils";
import { query } from "@aws-appsync/utils/dynamodb";
import type { LedgerItem } from "../../functions/login-file/event.ts";
import { endWithLedgerError } from "../ledger-errors.ts";
import { toLogin } from "../login.ts";
import type { ItemMap } from "../login-page.ts";
import type { GreetingStash } from "./greeting-stash.ts";

export function request(ctx: Context<unknown, GreetingStash>) {
  return query<ItemMap>({
    index: "byUser",
    query: { userId: { eq: ctx.stash.caller.sub }, position: { lt: ctx.stash.ownPosition } },
    limit: 1,
    scanIndexForward: false,
  });
}

export function response(ctx: Context<unknown, GreetingStash>) {
  if (ctx.error) endWithLedgerError(ctx.error);
  const [last] = (ctx.result as { items: LedgerItem[] }).items;
  ctx.stash.lastLogin = last ? toLogin(last, true) : null;
  return null;
}
