// myLogins: one page of the caller's own sign-ins.

import type { Context } from "@aws-appsync/utils";
import { callerOf } from "./caller.ts";
import { pageResult, queryByUser } from "./login-page.ts";
import type { QueryMyLoginsArgs } from "./generated/schema.ts";

export function request(ctx: Context<QueryMyLoginsArgs>) {
  return queryByUser(callerOf(ctx).sub, ctx.args);
}

export function response(ctx: Context<QueryMyLoginsArgs>) {
  return pageResult(ctx);
}
