// recordLogin: writes the sign-in once, reads the first one on a repeat, hands it to the file. The steps are in steps/.

import type { Context } from "@aws-appsync/utils";
import { callerOf } from "./caller.ts";
import type { Login, MutationRecordLoginArgs } from "./generated/schema.ts";
import { toLogin } from "./login.ts";
import type { RecordLoginStash } from "./steps/record-login-stash.ts";

export function request(ctx: Context<MutationRecordLoginArgs, RecordLoginStash>) {
  ctx.stash.caller = callerOf(ctx);
  ctx.stash.alreadyRecorded = false;
  return {};
}

export function response(ctx: Context<MutationRecordLoginArgs, RecordLoginStash>): Login {
  return toLogin(ctx.stash.item, ctx.stash.alreadyRecorded);
}
