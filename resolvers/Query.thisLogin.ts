// thisLogin: the sign-in that the caller's token stems from.

import type { Context } from "@aws-appsync/utils";
import { get } from "@aws-appsync/utils/dynamodb";
import type { LedgerItem } from "../functions/login-file/event.ts";
import { callerOf } from "./caller.ts";
import type { Login } from "./generated/schema.ts";
import { endWithLedgerError } from "./ledger-errors.ts";
import { toLogin } from "./login.ts";

export function request(ctx: Context) {
  return get({ key: { id: callerOf(ctx).originJti }, consistentRead: true });
}

export function response(ctx: Context): Login | null {
  if (ctx.error) endWithLedgerError(ctx.error);
  const item = ctx.result as LedgerItem | null;
  return item ? toLogin(item, true) : null;
}
