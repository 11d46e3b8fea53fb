// Reads the caller's own sign-in, whose position says which one is the last before it.

import type { Context } from "@aws-appsync/utils";
import { get } from "@aws-appsync/utils/dynamodb";
import type { LedgerItem } from "../../functions/login-file/event.ts";
import { endWithLedgerError } from "../ledger-errors.ts";
import { ledgerTime, now, positionOf } from "../times.ts";
import type { GreetingStash } from "./greeting-stash.ts";

export function request(ctx: Context<unknown, GreetingStash>) {
  return get({ key: { id: ctx.stash.caller.originJti }, consistentRead: true });
}

export function response(ctx: Context<unknown, GreetingStash>) {
  if (ctx.error) endWithLedgerError(ctx.error);
  const own = ctx.result as LedgerItem | null;
  const { authTimeEpochSeconds, originJti } = ctx.stash.caller;
  // Where people are let in without a record there may be none: it would stand where one written now would.
  ctx.stash.ownPosition = own ? own.position : positionOf(ledgerTime(authTimeEpochSeconds), now(), originJti);
  return null;
}
