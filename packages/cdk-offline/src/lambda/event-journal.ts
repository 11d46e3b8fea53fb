// The events of asynchronous invocations that are not done yet, kept so that a killed process loses none.

import { join } from "node:path";
import { openCompactedJournal } from "../state/compacted-journal.ts";
import type { Tell } from "../state/write-guard.ts";

/** An event that waits for its function. */
export interface QueuedEvent {
  /** The request id, the same in every attempt. */
  readonly id: string;
  readonly functionName: string;
  /** The event as JSON. */
  readonly payload: string;
  /** Milliseconds since the epoch. */
  readonly enqueuedAt: number;
  /** How many attempts have failed. */
  readonly failures: number;
}

type Entry =
  | { readonly type: "queued"; readonly event: QueuedEvent }
  | { readonly type: "failed"; readonly id: string }
  | { readonly type: "done"; readonly id: string };

export interface EventJournal {
  /** The events that were not done when the journal was closed or the process died, oldest first. */
  readonly unfinished: readonly QueuedEvent[];
  /** Returns when the event is stored. Throws when it cannot be. */
  queued(event: QueuedEvent): void;
  failed(id: string): void;
  done(id: string): void;
  close(): void;
}

/** Opens the journal in a folder; what is done leaves it when it has grown long. */
export function openEventJournal(dir: string, tell?: Tell): EventJournal {
  const events = new Map<string, QueuedEvent>();
  const journal = openCompactedJournal<Entry>({
    path: join(dir, "events.jsonl"),
    tell,
    replay: (entry) => {
      apply(events, entry);
    },
    snapshot: () => [...events.values()].map((event) => ({ type: "queued", event })),
  });
  const unfinished = [...events.values()];
  return {
    unfinished,
    queued(event) {
      journal.append({ type: "queued", event });
    },
    failed(id) {
      journal.append({ type: "failed", id });
    },
    done(id) {
      journal.append({ type: "done", id });
    },
    close() {
      journal.close();
    },
  };
}

function apply(events: Map<string, QueuedEvent>, entry: Entry): void {
  if (entry.type === "queued") {
    events.set(entry.event.id, entry.event);
  } else if (entry.type === "done") {
    events.delete(entry.id);
  } else {
    const event = events.get(entry.id);
    if (event !== undefined) events.set(event.id, { ...event, failures: event.failures + 1 });
  }
}
