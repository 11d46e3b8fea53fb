// On a repeat, reads the item that the first call wrote.

import { runtime, util, type Context } from "@aws-appsync/utils";
import { get } from "@aws-appsync/utils/dynamodb";
import type { LedgerItem } from "../../functions/login-file/event.ts";
import { endWithLedgerError } from "../ledger-errors.ts";
import type { RecordLoginStash } from "./record-login-stash.ts";

export function request(ctx: Context<unknown, RecordLoginStash>) {
  if (!ctx.stash.alreadyRecorded) runtime.earlyReturn({});
  return get({ key: { id: ctx.stash.caller.originJti }, consistentRead: true });
}

export function response(ctx: Context<unknown, RecordLoginStash>) {
  if (ctx.error) endWithLedgerError(ctx.error);
  const item = ctx.result as LedgerItem | null;
  // Between the failed condition and this read the item can only have reached the end of its retention.
  if (!item) util.error("the record of this sign-in has expired; sign in again", "BadToken");
  ctx.stash.item = item;
  return null;
}
