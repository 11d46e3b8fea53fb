// Writes the ledger item of this authentication event, if there is none yet.

import { util, type Context } from "@aws-appsync/utils";
import { put } from "@aws-appsync/utils/dynamodb";
import type { LedgerItem } from "../../functions/login-file/event.ts";
import { canonicalAddress } from "../address.ts";
import { fileKey } from "../file-key.ts";
import type { MutationRecordLoginArgs } from "../generated/schema.ts";
import { endWithLedgerError } from "../ledger-errors.ts";
import type { ItemMap } from "../login-page.ts";
import { ledgerTime, now, positionOf } from "../times.ts";
import { usernameKey } from "../user-name.ts";
import type { RecordLoginStash } from "./record-login-stash.ts";

const MAX_USER_AGENT_LENGTH = 512;
const SECONDS_A_DAY = 86400;

/** Half of a character beyond the first 65,536, anywhere, as a Java pattern that may be found or match the whole. */
const HALF_A_CHARACTER = "[\\s\\S]*[\\ud800-\\udfff][\\s\\S]*";

export function request(ctx: Context<MutationRecordLoginArgs, RecordLoginStash>) {
  const item = newItem(ctx);
  ctx.stash.item = item;
  const { id, ...attributes } = item;
  return put<ItemMap>({
    key: { id },
    item: attributes,
    condition: { id: { attributeExists: false } },
  });
}

export function response(ctx: Context<MutationRecordLoginArgs, RecordLoginStash>) {
  if (!ctx.error) return null;
  if (ctx.error.type !== "DynamoDB:ConditionalCheckFailedException") endWithLedgerError(ctx.error);
  ctx.stash.alreadyRecorded = true;
  return null;
}

function newItem(ctx: Context<MutationRecordLoginArgs, RecordLoginStash>): LedgerItem {
  const caller = ctx.stash.caller;
  const device = ctx.args.device;
  const userAgent = userAgentOf(device?.userAgent);
  const retentionDays = ctx.env["RETENTION_DAYS"];
  const loggedInAt = ledgerTime(caller.authTimeEpochSeconds);
  const recordedAt = now();
  const address = device?.address ? canonicalAddress(device.address) : null;
  return {
    kind: "login",
    id: caller.originJti,
    userId: caller.sub,
    username: caller.username,
    usernameKey: usernameKey(caller.username),
    loggedInAt,
    recordedAt,
    day: loggedInAt.slice(0, 10),
    position: positionOf(loggedInAt, recordedAt, caller.originJti),
    clientId: caller.clientId,
    file: fileKey(caller.sub, loggedInAt, caller.originJti, caller.username),
    // AppSync answers success for an item that failed its condition but equals the stored one. With this no two
    // attempts are equal, so that a repeat always shows as a failed condition.
    writeId: util.autoId(),
    // What is not known is no attribute at all.
    ...(address ? { address } : {}),
    ...(userAgent ? { userAgent } : {}),
    ...(caller.methods ? { methods: caller.methods } : {}),
    ...(retentionDays ? { expiresAt: expiryAfter(retentionDays) } : {}),
  };
}

/** When an item written now expires, in seconds since the epoch. */
function expiryAfter(days: string): number {
  return util.time.nowEpochSeconds() + JSON.parse(days) * SECONDS_A_DAY;
}

/** What a client calls itself, cut to length; null for text that UTF-8 cannot say, of which no file could be written. */
function userAgentOf(text: string | null | undefined): string | null {
  if (!text) return null;
  const cut = text.slice(0, MAX_USER_AGENT_LENGTH);
  if (!util.matches(HALF_A_CHARACTER, cut)) return cut;
  const shorter = cut.slice(0, MAX_USER_AGENT_LENGTH - 1);
  return util.matches(HALF_A_CHARACTER, shorter) ? null : shorter;
}
