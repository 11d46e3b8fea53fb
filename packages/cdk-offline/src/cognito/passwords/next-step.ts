// What a user who has shown the password still has to do before being signed in.

import type { Pool } from "../model/pool.ts";
import type { UserRecord } from "../store/records.ts";

export type SignInStep =
  /** Bring back the code of the sign-up. */
  | "confirm-sign-up"
  /** Set a new password with a code: an administrator has taken the old one away. */
  | "reset-password"
  /** Replace a temporary password. */
  | "new-password"
  /** Show a code of the software token. */
  | "software-token"
  /** Set up a software token, which the pool requires. */
  | "enroll-software-token"
  | "done";

/** The steps come in this order; a caller asks again with the user as the step left them. */
export function nextStep(pool: Pool, user: UserRecord): SignInStep {
  switch (user.status) {
    case "UNCONFIRMED":
      return "confirm-sign-up";
    case "RESET_REQUIRED":
      return "reset-password";
    case "FORCE_CHANGE_PASSWORD":
      return "new-password";
    case "CONFIRMED":
      return secondFactor(pool, user);
  }
}

function secondFactor({ mfa }: Pool, { softwareToken }: UserRecord): SignInStep {
  if (mfa === "OFF") return "done";
  if (softwareToken === undefined) return mfa === "ON" ? "enroll-software-token" : "done";
  return mfa === "ON" || softwareToken.isEnabled ? "software-token" : "done";
}
