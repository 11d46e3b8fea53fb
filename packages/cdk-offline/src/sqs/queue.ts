// One queue with its messages, kept in a journal.

import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import { openCompactedJournal } from "../state/compacted-journal.ts";
import type { Tell } from "../state/write-guard.ts";
import type { Message, MessageAttributes } from "./message.ts";

/** What a queue does where a request says nothing else. Times in seconds, sizes in bytes. */
export interface QueueSettings {
  readonly visibilityTimeout: number;
  readonly retentionPeriod: number;
  readonly delay: number;
  readonly waitTime: number;
  readonly maximumMessageSize: number;
  readonly managedEncryption: boolean;
}

interface QueueCounts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

export interface Queue {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  readonly settings: QueueSettings;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Stores the messages in one line of the journal; throws when they could not all be written. */
  send(messages: readonly NewMessage[]): readonly Message[];
  /** Takes the oldest visible messages and hides them from others; each has a new receipt. */
  receive(count: number, visibilityTimeoutSeconds: number): readonly Message[];
  /** The message whose last receipt this is; `undefined` when it has gone or was received again since. */
  received(receipt: string): Message | undefined;
  /** Whether the message is hidden from others because it was received. */
  isInFlight(message: Message): boolean;
  delete(message: Message): void;
  hide(message: Message, visibilityTimeoutSeconds: number): void;
  purge(): void;
  counts(): QueueCounts;
  /** Milliseconds until a message becomes visible by itself; infinite when none will. */
  untilNextVisible(): number;
  close(): void;
}

export interface NewMessage {
  readonly body: string;
  readonly attributes: MessageAttributes;
  /** The queue's own delay when left out. */
  readonly delaySeconds?: number | undefined;
}

type Entry =
  | { readonly created: number }
  | { readonly sent: readonly Message[] }
  | { readonly changed: readonly MessageState[] }
  | { readonly removed: readonly string[] };

/** What receiving and hiding a message changes. */
type MessageState = Pick<Message, "id" | "visibleAt" | "receiveCount" | "firstReceivedAt" | "receipt">;

export interface QueueOptions {
  /** Takes a line about storage that fails or has lost something. Default is standard error. */
  readonly tell?: Tell | undefined;
  readonly path: string;
  readonly clock: Clock;
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  readonly settings: QueueSettings;
}

/** Opens the journal of a queue, making it when there is none. */
export function openQueue({ path, clock, tell, ...identity }: QueueOptions): Queue {
  const { settings } = identity;
  const messages = new Map<string, Message>();
  let createdAt: number | undefined;

  const change = (state: MessageState): void => {
    const message = messages.get(state.id);
    if (message !== undefined) messages.set(state.id, { ...message, ...state });
  };
  const apply = (entry: Entry): void => {
    if ("created" in entry) createdAt = entry.created;
    else if ("sent" in entry) for (const message of entry.sent) messages.set(message.id, message);
    else if ("changed" in entry) for (const state of entry.changed) change(state);
    else for (const id of entry.removed) messages.delete(id);
  };
  const journal = openCompactedJournal<Entry>({
    path,
    tell,
    replay: apply,
    snapshot: () => [
      ...(createdAt === undefined ? [] : [{ created: createdAt }]),
      ...[...messages.values()].map((message) => ({ sent: [message] })),
    ],
  });
  const commit = (entry: Entry): void => {
    journal.append(entry);
    apply(entry);
  };
  const madeAt = createdAt ?? clock();
  if (createdAt === undefined) commit({ created: madeAt });

  const dropExpired = (): void => {
    const oldest = clock() - settings.retentionPeriod * 1000;
    const removed = [...messages.values()].filter(({ sentAt }) => sentAt < oldest).map(({ id }) => id);
    if (removed.length > 0) commit({ removed });
  };

  return {
    ...identity,
    createdAt: madeAt,
    send: (drafts) => {
      const now = clock();
      const sent = drafts.map(({ body, attributes, delaySeconds }): Message => ({
        id: randomUUID(),
        body,
        attributes,
        sentAt: now,
        visibleAt: now + (delaySeconds ?? settings.delay) * 1000,
        receiveCount: 0,
      }));
      commit({ sent });
      return sent;
    },
    receive: (count, visibilityTimeoutSeconds) => {
      dropExpired();
      const now = clock();
      const taken = [...messages.values()]
        .filter(({ visibleAt }) => visibleAt <= now)
        .slice(0, count)
        .map(({ id, receiveCount, firstReceivedAt }) => ({
          id,
          visibleAt: now + visibilityTimeoutSeconds * 1000,
          receiveCount: receiveCount + 1,
          firstReceivedAt: firstReceivedAt ?? now,
          receipt: receiptFor(identity.name, id),
        }));
      if (taken.length > 0) commit({ changed: taken });
      return taken.flatMap(({ id }) => messages.get(id) ?? []);
    },
    received: (receipt) => {
      const message = messages.get(parseReceipt(receipt)?.messageId ?? "");
      return message?.receipt === receipt ? message : undefined;
    },
    isInFlight: ({ receiveCount, visibleAt }) => receiveCount > 0 && visibleAt > clock(),
    delete: ({ id }) => {
      commit({ removed: [id] });
    },
    hide: ({ id, receiveCount }, visibilityTimeoutSeconds) => {
      const visibleAt = clock() + visibilityTimeoutSeconds * 1000;
      commit({ changed: [{ id, receiveCount, visibleAt }] });
    },
    purge: () => {
      commit({ removed: [...messages.keys()] });
    },
    counts: () => {
      const now = clock();
      const oldest = now - settings.retentionPeriod * 1000;
      const kept = [...messages.values()].filter(({ sentAt }) => sentAt >= oldest);
      const hidden = kept.filter(({ visibleAt }) => visibleAt > now);
      const inFlight = hidden.filter(({ receiveCount }) => receiveCount > 0).length;
      return { visible: kept.length - hidden.length, inFlight, delayed: hidden.length - inFlight };
    },
    untilNextVisible: () => {
      const times = [...messages.values()].map(({ visibleAt }) => visibleAt);
      return times.length === 0 ? Infinity : Math.max(1, Math.min(...times) - clock());
    },
    close: () => {
      journal.close();
    },
  };
}

/** A receipt names queue and message, so that one of another queue is known as such. */
function receiptFor(queueName: string, messageId: string): string {
  return Buffer.from(JSON.stringify([queueName, messageId, randomUUID()])).toString("base64");
}

/** What a receipt names; `undefined` for anything that is none. */
export function parseReceipt(receipt: string): { queueName: string; messageId: string } | undefined {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(receipt, "base64").toString("utf8"));
  } catch {
    return undefined;
  }
  if (!Array.isArray(parts) || parts.length !== 3) return undefined;
  const [queueName, messageId] = parts as unknown[];
  if (typeof queueName !== "string" || typeof messageId !== "string") return undefined;
  return { queueName, messageId };
}
