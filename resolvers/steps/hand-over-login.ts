// Hands the item to the function that writes its file and log line, without waiting for it.

import { runtime, util, type Context, type LambdaRequest } from "@aws-appsync/utils";
import type { LoginFileEvent } from "../../functions/login-file/event.ts";
import type { RecordLoginStash } from "./record-login-stash.ts";

/** A repeat within this time is handed over again, which makes up for a hand-over that was lost. */
const HAND_OVER_WINDOW_SECONDS = 3600;

export function request(ctx: Context<unknown, RecordLoginStash>): LambdaRequest {
  const { item, alreadyRecorded } = ctx.stash;
  const recordedAtEpochSeconds = util.time.parseISO8601ToEpochMilliSeconds(item.recordedAt) / 1000;
  const ageSeconds = util.time.nowEpochSeconds() - recordedAtEpochSeconds;
  if (alreadyRecorded && ageSeconds > HAND_OVER_WINDOW_SECONDS) runtime.earlyReturn({});
  const payload: LoginFileEvent = { record: item, repeat: alreadyRecorded };
  return { operation: "Invoke", invocationType: "Event", payload };
}

export function response(ctx: Context<unknown, RecordLoginStash>) {
  if (ctx.error) {
    console.error({ event: "hand_over_error", type: ctx.error.type, message: ctx.error.message });
    util.error("the sign-in is recorded, its file is not on its way yet; call again", "RecordPending");
  }
  return null;
}
