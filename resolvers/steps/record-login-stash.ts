// What the steps of recordLogin hand to one another. The item travels here, not in a step's result: an asynchronous
// invocation has none.

import type { LedgerItem } from "../../functions/login-file/event.ts";
import type { Caller } from "../caller.ts";

export type RecordLoginStash = {
  caller: Caller;
  item: LedgerItem;
  alreadyRecorded: boolean;
};
