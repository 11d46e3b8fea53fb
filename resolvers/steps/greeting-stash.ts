// What the steps of greeting hand to one another.

import type { GreetingResult } from "../../functions/greeting/event.ts";
import type { Caller } from "../caller.ts";
import type { Login } from "../generated/schema.ts";

export type GreetingStash = {
  caller: Caller;
  locale: string | null;
  /** Where the caller's own sign-in stands among theirs. */
  ownPosition: string;
  lastLogin: Login | null;
  greeting: GreetingResult;
};
