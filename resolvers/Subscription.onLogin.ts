// onLogin: who may see which sign-ins, decided on the server. Arguments that are left out match everything in AppSync,
// so the filter is set here, from the claims, and the field has no arguments.

import { extensions, util, type Context } from "@aws-appsync/utils";
import { callerOf } from "./caller.ts";

export function request(ctx: Context) {
  callerOf(ctx);
  return { payload: null };
}

export function response(ctx: Context) {
  const caller = callerOf(ctx);
  const recordedNow = { alreadyRecorded: { eq: false } };
  const filter = caller.isAuditor ? recordedNow : { ...recordedNow, userId: { eq: caller.sub } };
  extensions.setSubscriptionFilter(util.transform.toSubscriptionFilter(filter));
  return null;
}
