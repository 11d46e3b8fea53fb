// The mail that AWS would send: kept here to be read, since nothing leaves this machine.

import { randomUUID } from "node:crypto";
import type { Clock } from "../../clock.ts";
import type { MessageTemplate } from "../model/pool.ts";
import type { MessageRecord } from "../store/records.ts";
import type { Change, Store } from "../store/store.ts";

const MOST_MESSAGES = 200;

/** Told of each mail. `code` is a confirmation code or a temporary password. */
export type Mail = (message: {
  readonly to: string;
  readonly subject: string;
  readonly code: string;
}) => void;

export interface Letter {
  readonly to: string;
  readonly userName: string;
  readonly template: MessageTemplate;
  readonly code: string;
  /** A password is never written to disk: after a restart it can no longer be read in the outbox. */
  readonly isPassword: boolean;
}

export interface Outbox {
  /** The changes that put a letter into the outbox; committed together with what the letter tells of. */
  changes(letter: Letter): readonly Change[];
  /** Tells of a letter; called once its changes are committed. */
  deliver(letter: Letter): void;
  /** The newest first. `code` is `undefined` where it was a password that is no longer known. */
  messages(): readonly MessageRecord[];
}

export function createOutbox(store: Store, mail: Mail, clock: Clock): Outbox {
  const table = store.table("messages");
  const passwords = new Map<string, string>();
  return {
    changes({ to, userName, template, code, isPassword }) {
      const id = randomUUID();
      if (isPassword) passwords.set(id, code);
      const message: MessageRecord = {
        id,
        sentAtMs: clock(),
        to,
        subject: template.subject,
        text: template.text,
        userName,
        ...(!isPassword && { code }),
      };
      const surplus = [...table.rows()].slice(0, -(MOST_MESSAGES - 1));
      for (const old of surplus) passwords.delete(old.id);
      return [
        ...surplus.map((old): Change => ({ table: "messages", key: old.id, value: null })),
        { table: "messages", key: id, value: message },
      ];
    },
    deliver({ to, template, code }) {
      mail({ to, subject: template.subject, code });
    },
    messages() {
      return [...table.rows()].reverse().map((message) => {
        const code = message.code ?? passwords.get(message.id);
        return { ...message, ...(code !== undefined && { code }) };
      });
    },
  };
}
