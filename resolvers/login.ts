// A ledger item as the API shows it.

import type { LedgerItem } from "../functions/login-file/event.ts";
import type { Login } from "./generated/schema.ts";

/** `alreadyRecorded` is false only in the answer to the call that wrote the item. */
export function toLogin(item: LedgerItem, alreadyRecorded: boolean): Login {
  return {
    id: item.id,
    userId: item.userId,
    username: item.username,
    loggedInAt: item.loggedInAt,
    recordedAt: item.recordedAt,
    clientId: item.clientId,
    address: item.address ? item.address : null,
    userAgent: item.userAgent ? item.userAgent : null,
    methods: item.methods ? item.methods : null,
    file: item.file,
    alreadyRecorded,
  };
}
