// loginsOf: one page of any user's sign-ins, for auditors.

import { util, type Context } from "@aws-appsync/utils";
import { callerOf } from "./caller.ts";
import { pageResult, queryByName } from "./login-page.ts";
import type { QueryLoginsOfArgs } from "./generated/schema.ts";
import { usernameKey } from "./user-name.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminCreateUser.html */
const MAX_USERNAME_LENGTH = 128;

export function request(ctx: Context<QueryLoginsOfArgs>) {
  // The schema's directive says so too; it is ignored in silence once the API has another authorization mode.
  if (!callerOf(ctx).isAuditor) util.unauthorized();
  const username = ctx.args.username.trim();
  if (!username || username.length > MAX_USERNAME_LENGTH) {
    util.error(`username must have 1 to ${MAX_USERNAME_LENGTH} characters`, "InvalidPage");
  }
  return queryByName(usernameKey(username), ctx.args);
}

export function response(ctx: Context<QueryLoginsOfArgs>) {
  return pageResult(ctx);
}
