// The events of asynchronous invocations that are not done yet, kept so that a killed process loses none.

import { renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { openJournal } from "../state/journal.ts";

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

/** Opens the journal in a folder and leaves out of it what is done. */
export function openEventJournal(dir: string): EventJournal {
  const path = join(dir, "events.jsonl");
  const events = new Map<string, QueuedEvent>();
  openJournal<Entry>(path, (entry) => {
    apply(events, entry);
  }).close();
  const unfinished = [...events.values()];
  rewrite(path, unfinished);

  const journal = openJournal<Entry>(path, () => undefined);
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

function rewrite(path: string, events: readonly QueuedEvent[]): void {
  const next = `${path}.next`;
  rmSync(next, { force: true });
  const journal = openJournal<Entry>(next, () => undefined);
  for (const event of events) journal.append({ type: "queued", event });
  journal.close();
  renameSync(next, path);
}
