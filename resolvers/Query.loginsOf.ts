// loginsOf: one page of any user's sign-ins, for auditors.

import { util, type Context } from "@aws-appsync/utils";
import { callerOf } from "./caller.ts";
import { pageResult, queryByUsername } from "./login-page.ts";
import type { QueryLoginsOfArgs } from "./generated/schema.ts";

export function request(ctx: Context<QueryLoginsOfArgs>) {
  // The schema's directive says so too; it is ignored in silence once the API has another authorization mode.
  if (!callerOf(ctx).isAuditor) util.unauthorized();
  if (!ctx.args.username) util.error("username is empty; give the name of a user", "InvalidPage");
  return queryByUsername(ctx.args.username, ctx.args);
}

export function response(ctx: Context) {
  return pageResult(ctx);
}
