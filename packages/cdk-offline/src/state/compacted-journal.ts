// A journal that does not grow for ever: when most of it is history, it is written anew at opening.

import { closeSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import { openJournal, type Journal, type JournalOptions } from "./journal.ts";
import { createWriteGuard } from "./write-guard.ts";

/** Below this many entries a journal is left alone. */
const WORTH_COMPACTING = 1000;

export interface CompactedJournalOptions<Entry> extends JournalOptions {
  readonly path: string;
  readonly replay: (entry: Entry) => void;
  /** Called once all is replayed: the entries from which the same state could be replayed. */
  readonly snapshot: () => readonly Entry[];
}

/** Opens a journal as `openJournal` does, but first replaces it by its snapshot when that is at most half as long. */
export function openCompactedJournal<Entry>(options: CompactedJournalOptions<Entry>): Journal<Entry> {
  const { path, replay, snapshot } = options;
  let count = 0;
  const counted = (entry: Entry): void => {
    replay(entry);
    count += 1;
  };
  const journal = openJournal<Entry>(path, counted, options);
  if (count < WORTH_COMPACTING) return journal;
  const entries = snapshot();
  if (entries.length * 2 > count) return journal;
  journal.close();
  replaceJournal(path, entries);
  return openJournal<Entry>(path, () => undefined, options);
}

/** A start that fails for it says so itself. */
function untold() {
  return createWriteGuard(() => undefined);
}

/** The old journal stays whole until the new one is on the disk and renamed over it. */
function replaceJournal(path: string, entries: readonly unknown[]): void {
  const nextPath = `${path}.next`;
  rmSync(nextPath, { force: true });
  const next = openJournal(nextPath, () => undefined, { guard: untold() });
  try {
    for (const entry of entries) next.append(entry);
  } finally {
    next.close();
  }
  const file = openSync(nextPath, "r+");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(nextPath, path);
}
