// Sends a code that has to come back: the user is stored with it, and the letter with the user.

import type { Clock } from "../../clock.ts";
import type { Pool } from "../model/pool.ts";
import { randomText } from "../random-text.ts";
import type { SentCode, UserRecord } from "../store/records.ts";
import type { Change, Store } from "../store/store.ts";
import { deliveryTo, type Delivery } from "./codes.ts";
import type { Letter, Outbox } from "./outbox.ts";
import type { Users } from "./users.ts";

const CODE_DIGITS = 6;

interface CodeToSend {
  readonly to: string;
  readonly validMs: number;
  /** The user to store, who is to come back with the code. */
  readonly userWith: (code: SentCode) => UserRecord;
  /** Committed before the user. Default is none. */
  readonly others?: readonly Change[];
}

/** Mails a fresh code in the pool's verification message. */
export type SendCode = (pool: Pool, sending: CodeToSend) => Delivery;

export function createSendCode(store: Store, users: Users, outbox: Outbox, clock: Clock): SendCode {
  return (pool, { to, validMs, userWith, others = [] }) => {
    const sent: SentCode = { code: randomText(CODE_DIGITS, "digits"), expiresAtMs: clock() + validMs };
    const user = userWith(sent);
    const letter: Letter = {
      to,
      userName: user.userName,
      template: pool.verificationMessage,
      code: sent.code,
      isPassword: false,
    };
    store.commit(...others, users.change(user), ...outbox.changes(letter));
    outbox.deliver(letter);
    return deliveryTo(to);
  };
}
