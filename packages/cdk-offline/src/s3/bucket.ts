// One bucket: the versions of its objects in a journal, their contents in files beside it.

import { join } from "node:path";
import type { Clock } from "../clock.ts";
import { openCompactedJournal } from "../state/compacted-journal.ts";
import type { JournalOptions } from "../state/journal.ts";
import { createWriteGuard, type Tell } from "../state/write-guard.ts";
import { openBlobStore } from "./blob-store.ts";
import { compareKeys, firstIndex } from "./key-order.ts";
import {
  NULL_VERSION,
  isMarker,
  type ObjectVersion,
  type Retention,
  type StoredObject,
} from "./object-version.ts";
import type { BucketProperties } from "./resources.ts";

interface DefaultRetention {
  readonly mode: Retention["mode"];
  readonly days?: number | undefined;
  readonly years?: number | undefined;
}

export interface Bucket {
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Whether object lock is on, and what it does for objects that come without a retention of their own. */
  readonly objectLock: { readonly defaultRetention: DefaultRetention | undefined } | undefined;
  /** `undefined` for a bucket that has never kept versions. */
  versioning(): "Enabled" | "Suspended" | undefined;
  /** Newest first; empty for a key that is not there. */
  versions(key: string): readonly ObjectVersion[];
  /** The object that a request without a version id gets. */
  current(key: string): StoredObject | undefined;
  /** All keys that have a version, in the order of listings. */
  keys(): readonly string[];
  /** Stores content and gives the name under which a version refers to it. */
  writeContent(content: Buffer): string;
  readContent(object: StoredObject): Buffer;
  /** Makes this the newest version; one with the id `null` takes the place of the one before it. */
  put(key: string, version: ObjectVersion): void;
  remove(key: string, versionId: string): void;
  retain(key: string, versionId: string, retention: Retention | undefined): void;
  close(): void;
}

type Entry =
  | { readonly created: number }
  | { readonly put: string; readonly version: ObjectVersion }
  | { readonly removed: string; readonly id: string }
  | { readonly retained: string; readonly id: string; readonly retention: Retention | null };

export interface BucketOptions {
  /** Takes a line about storage that fails or has lost something. Default is standard error. */
  readonly tell?: Tell | undefined;
  readonly dir: string;
  readonly clock: Clock;
  readonly name: string;
  readonly properties: BucketProperties;
}

/** Opens a bucket, making it when there is none. Contents to which no version refers any more are removed. */
export function openBucket({ dir, clock, name, properties, tell }: BucketOptions): Bucket {
  const guard = createWriteGuard(tell);
  const index = openIndex(join(dir, "index.jsonl"), clock, { guard, tell });
  const blobs = openBlobStore(join(dir, "blobs"), guard);
  const referenced = index.blobs();
  blobs.check(referenced);
  blobs.removeAll((blob) => !referenced.has(blob));
  const objectLock = objectLockOf(properties);
  return {
    name,
    createdAt: index.createdAt,
    objectLock,
    versioning: () => {
      if (objectLock !== undefined) return "Enabled";
      const status = properties.VersioningConfiguration?.Status;
      return status ?? (index.hasVersionIds() ? "Suspended" : undefined);
    },
    versions: index.versions,
    current: (key) => {
      const [newest] = index.versions(key);
      return newest === undefined || isMarker(newest) ? undefined : newest;
    },
    keys: index.keys,
    writeContent: (content) => blobs.write(content),
    readContent: ({ blob }) => blobs.read(blob),
    put: (key, version) => {
      index.commit({ put: key, version });
    },
    remove: (key, id) => {
      index.commit({ removed: key, id });
    },
    retain: (key, id, retention) => {
      index.commit({ retained: key, id, retention: retention ?? null });
    },
    close: index.close,
  };
}

function objectLockOf(properties: BucketProperties): Bucket["objectLock"] {
  const { ObjectLockEnabled, ObjectLockConfiguration } = properties;
  if (ObjectLockEnabled !== true && ObjectLockConfiguration === undefined) return undefined;
  const rule = ObjectLockConfiguration?.Rule?.DefaultRetention;
  return { defaultRetention: rule && { mode: rule.Mode, days: rule.Days, years: rule.Years } };
}

interface Index {
  readonly createdAt: number;
  readonly hasVersionIds: () => boolean;
  readonly versions: (key: string) => readonly ObjectVersion[];
  readonly keys: () => readonly string[];
  readonly blobs: () => ReadonlySet<string>;
  readonly commit: (entry: Entry) => void;
  readonly close: () => void;
}

function openIndex(path: string, clock: Clock, journalOptions: JournalOptions): Index {
  const objects = new Map<string, readonly ObjectVersion[]>();
  /** Made with the first listing: sorting once is cheaper than keeping order while a journal is replayed. */
  let sortedKeys: string[] | undefined;
  let createdAt: number | undefined;
  let hasVersionIds = false;

  const versions = (key: string): readonly ObjectVersion[] => objects.get(key) ?? [];

  const replace = (key: string, next: readonly ObjectVersion[]): void => {
    const wasThere = objects.has(key);
    if (next.length > 0) objects.set(key, next);
    else objects.delete(key);
    if (sortedKeys === undefined || wasThere === next.length > 0) return;
    sortedKeys.splice(firstIndex(sortedKeys, key), wasThere ? 1 : 0, ...(wasThere ? [] : [key]));
  };

  const apply = (entry: Entry): void => {
    if ("created" in entry) {
      createdAt = entry.created;
    } else if ("put" in entry) {
      const { put: key, version } = entry;
      replace(key, [version, ...versions(key).filter(({ id }) => id !== version.id)]);
      hasVersionIds ||= version.id !== NULL_VERSION;
    } else if ("removed" in entry) {
      replace(
        entry.removed,
        versions(entry.removed).filter(({ id }) => id !== entry.id),
      );
    } else {
      const { retained: key, id, retention } = entry;
      replace(
        key,
        versions(key).map((version) =>
          version.id === id && !isMarker(version)
            ? { ...version, retention: retention ?? undefined }
            : version,
        ),
      );
    }
  };

  const journal = openCompactedJournal<Entry>({
    ...journalOptions,
    path,
    replay: apply,
    snapshot: () => [
      ...(createdAt === undefined ? [] : [{ created: createdAt }]),
      ...[...objects].flatMap(([key, list]) => list.toReversed().map((version) => ({ put: key, version }))),
    ],
  });
  const commit = (entry: Entry): void => {
    journal.append(entry);
    apply(entry);
  };
  const madeAt = createdAt ?? clock();
  if (createdAt === undefined) commit({ created: madeAt });

  return {
    createdAt: madeAt,
    hasVersionIds: () => hasVersionIds,
    versions,
    keys: () => (sortedKeys ??= [...objects.keys()].sort(compareKeys)),
    blobs: () => {
      const all = [...objects.values()].flat();
      return new Set(all.flatMap((version) => (isMarker(version) ? [] : version.blob)));
    },
    commit,
    close: () => {
      journal.close();
    },
  };
}
