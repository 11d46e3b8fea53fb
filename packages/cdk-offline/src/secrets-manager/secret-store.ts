// The secrets with their versions, kept in a journal that only its owner can read.

import { join } from "node:path";
import { openCompactedJournal } from "../state/compacted-journal.ts";
import type { Tell } from "../state/write-guard.ts";

/** What a version holds: text, or bytes in base64. */
export type SecretValue = { readonly text: string } | { readonly bytes: string };

export interface SecretVersion {
  readonly id: string;
  readonly value: SecretValue;
  readonly createdAtMs: number;
}

/** What there is of a secret beside its versions. */
export interface SecretHead {
  readonly arn: string;
  readonly name: string;
  readonly description?: string | undefined;
  readonly tags: readonly { readonly Key: string; readonly Value: string }[];
  /** Whether it outlives its resource: the template's deletion policy. */
  readonly isRetained: boolean;
  readonly createdAtMs: number;
}

export interface Secret extends SecretHead {
  /** Milliseconds since the epoch. */
  readonly changedAtMs: number;
  /** Oldest first. */
  readonly versions: readonly SecretVersion[];
  /** The version that each staging label is attached to; a label is on one version at most. */
  readonly stages: Readonly<Record<string, string>>;
}

export interface SecretStore {
  get(arn: string): Secret | undefined;
  list(): readonly Secret[];
  /** Makes the secret, or changes what it is called and how it is described. */
  describe(head: SecretHead, changedAtMs: number): void;
  /** Adds a version and moves the labels to where they belong then, in one step. */
  addVersion(arn: string, version: SecretVersion, stages: Secret["stages"]): void;
  remove(arn: string): void;
  close(): void;
}

/**
 * How many versions are kept. Those without a label go first; Secrets Manager keeps about a hundred, too.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
 */
const MAX_VERSIONS = 100;

type Entry =
  | { readonly head: SecretHead; readonly changedAtMs: number }
  | { readonly arn: string; readonly version: SecretVersion; readonly stages: Secret["stages"] }
  | { readonly removed: string };

/** Opens the store in a folder, making it when there is none. */
export function openSecretStore(dir: string, tell?: Tell): SecretStore {
  const secrets = new Map<string, Secret>();

  const apply = (entry: Entry): void => {
    if ("removed" in entry) {
      secrets.delete(entry.removed);
    } else if ("head" in entry) {
      const { versions = [], stages = {} } = secrets.get(entry.head.arn) ?? {};
      secrets.set(entry.head.arn, { ...entry.head, changedAtMs: entry.changedAtMs, versions, stages });
    } else {
      const secret = secrets.get(entry.arn);
      if (secret !== undefined) secrets.set(entry.arn, withVersion(secret, entry.version, entry.stages));
    }
  };

  const journal = openCompactedJournal<Entry>({
    path: join(dir, "secrets.jsonl"),
    tell,
    replay: apply,
    snapshot: () =>
      [...secrets.values()].flatMap(({ changedAtMs, versions, stages, ...head }): Entry[] => [
        { head, changedAtMs },
        ...versions.map((version) => ({ arn: head.arn, version, stages })),
        { head, changedAtMs }, // a version brings a time of change of its own
      ]),
  });
  const commit = (entry: Entry): void => {
    journal.append(entry);
    apply(entry);
  };

  return {
    get: (arn) => secrets.get(arn),
    list: () => [...secrets.values()],
    describe: (head, changedAtMs) => {
      commit({ head, changedAtMs });
    },
    addVersion: (arn, version, stages) => {
      commit({ arn, version, stages });
    },
    remove: (arn) => {
      commit({ removed: arn });
    },
    close: () => {
      journal.close();
    },
  };
}

function withVersion(secret: Secret, version: SecretVersion, stages: Secret["stages"]): Secret {
  const labelled = new Set(Object.values(stages));
  const versions = [...secret.versions, version];
  while (versions.length > MAX_VERSIONS) {
    const unlabelled = versions.findIndex(({ id }) => !labelled.has(id));
    if (unlabelled < 0) break;
    versions.splice(unlabelled, 1);
  }
  return { ...secret, changedAtMs: version.createdAtMs, versions, stages };
}
