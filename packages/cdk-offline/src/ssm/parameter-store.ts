// The parameters and their histories, kept in a journal.

import { join } from "node:path";
import { openCompactedJournal } from "../state/compacted-journal.ts";
import type { Tell } from "../state/write-guard.ts";

export type ParameterType = "String" | "StringList";
export type ParameterTier = "Standard" | "Advanced";

/** One version of a parameter, as it was written. */
export interface ParameterVersion {
  readonly version: number;
  readonly type: ParameterType;
  readonly value: string;
  readonly description?: string;
  readonly allowedPattern?: string;
  readonly tier: ParameterTier;
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
}

export interface Parameter {
  readonly name: string;
  /** The logical id of the resource that made it; `undefined` for one made by a request. */
  readonly resource: string | undefined;
  /** Oldest first, at most 100; the last is the one in force. */
  readonly versions: readonly [ParameterVersion, ...ParameterVersion[]];
}

export interface ParameterStore {
  get(name: string): Parameter | undefined;
  /** All of them, by name. */
  list(): readonly Parameter[];
  /** Whether a parameter of this name exists or has ever existed. */
  isKnown(name: string): boolean;
  /** Makes the parameter or gives it another version. `resource` is kept from before when left out. */
  put(name: string, version: ParameterVersion, resource?: string): void;
  remove(name: string): void;
  close(): void;
}

/** What a parameter's newest version holds. */
export function current(parameter: Parameter): ParameterVersion {
  return parameter.versions.at(-1) ?? parameter.versions[0];
}

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-versions.html */
const MAX_VERSIONS = 100;

type Entry =
  | { readonly put: string; readonly version: ParameterVersion; readonly resource?: string | undefined }
  | { readonly removed: string };

/** Opens the store in a folder, making it when there is none. */
export function openParameterStore(dir: string, tell?: Tell): ParameterStore {
  const parameters = new Map<string, Parameter>();
  const known = new Set<string>();

  const apply = (entry: Entry): void => {
    if ("removed" in entry) {
      parameters.delete(entry.removed);
      known.add(entry.removed);
      return;
    }
    const before = parameters.get(entry.put);
    const resource = entry.resource ?? before?.resource;
    const [first, ...rest] = [...(before?.versions ?? []), entry.version].slice(-MAX_VERSIONS);
    if (first === undefined) return;
    parameters.set(entry.put, { name: entry.put, resource, versions: [first, ...rest] });
    known.add(entry.put);
  };

  const journal = openCompactedJournal<Entry>({
    path: join(dir, "parameters.jsonl"),
    tell,
    replay: apply,
    snapshot: () => [
      ...[...known].filter((name) => !parameters.has(name)).map((removed) => ({ removed })),
      ...[...parameters.values()].flatMap(({ name, resource, versions }) =>
        versions.map((version) => ({ put: name, version, resource })),
      ),
    ],
  });
  const commit = (entry: Entry): void => {
    journal.append(entry);
    apply(entry);
  };

  return {
    get: (name) => parameters.get(name),
    list: () => [...parameters.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    isKnown: (name) => known.has(name),
    put: (name, version, resource) => {
      commit({ put: name, version, resource });
    },
    remove: (name) => {
      commit({ removed: name });
    },
    close: () => {
      journal.close();
    },
  };
}
