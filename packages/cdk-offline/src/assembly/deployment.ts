// What a state folder remembers of the stack: the physical ids its resources were given, and the properties with which
// each was deployed the last time.

import { randomUUID } from "node:crypto";
import { join } from "node:path";
import * as v from "valibot";
import { DamagedState } from "../errors.ts";
import { readCheckedFile, writeCheckedFile } from "../state/atomic-file.ts";

const recordSchema = v.object({
  stackGuid: v.string(),
  resources: v.record(
    v.string(),
    v.object({
      type: v.string(),
      kept: v.record(v.string(), v.string()),
      properties: v.optional(v.record(v.string(), v.unknown())),
    }),
  ),
});

type DeploymentRecord = v.InferOutput<typeof recordSchema>;

export interface Deployment {
  /** The last part of the stack's ARN. */
  readonly stackGuid: string;
  /** A value kept for this resource; made when it is asked for the first time. */
  keep(logicalId: string, type: string, label: string, make: () => string): string;
  /** The resolved properties of the last deployment; `undefined` for a new resource. */
  deployedProperties(logicalId: string, type: string): Readonly<Record<string, unknown>> | undefined;
  /** Writes down the values kept so far: before anything is stored under a physical id. */
  save(): void;
  /** Takes these properties as deployed and writes them down. Resources that left the template stay remembered. */
  commit(resources: readonly DeployedResource[]): void;
}

export interface DeployedResource {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/**
 * Opens the record in a state folder, or begins one: always for a state that is new, whatever lies there. Nothing is
 * written before `save` or `commit`. Throws `DamagedState` for a file that is no such record.
 */
export function openDeployment(
  directory: string,
  { isNew = false }: { readonly isNew?: boolean } = {},
): Deployment {
  const path = join(directory, "deployment.json");
  const stored = isNew ? undefined : readRecord(path);
  const record = stored ?? { stackGuid: randomUUID(), resources: {} };

  const entryOf = (logicalId: string, type: string): DeploymentRecord["resources"][string] => {
    const entry = record.resources[logicalId];
    if (entry?.type === type) return entry;
    const fresh = { type, kept: {} };
    record.resources[logicalId] = fresh;
    return fresh;
  };

  return {
    stackGuid: record.stackGuid,
    keep(logicalId, type, label, make) {
      return (entryOf(logicalId, type).kept[label] ??= make());
    },
    deployedProperties(logicalId, type) {
      const entry = record.resources[logicalId];
      return entry?.type === type ? entry.properties : undefined;
    },
    save() {
      writeCheckedFile(path, record);
    },
    commit(resources) {
      for (const { logicalId, type, properties } of resources)
        entryOf(logicalId, type).properties = properties;
      writeCheckedFile(path, record);
    },
  };
}

function readRecord(path: string): DeploymentRecord | undefined {
  const stored = readCheckedFile(path);
  if (stored === undefined) return undefined;
  const parsed = v.safeParse(recordSchema, stored);
  if (parsed.success) return parsed.output;
  throw new DamagedState(path, "is no record of a deployment");
}
