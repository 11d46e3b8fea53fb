// All log groups of a state folder, each in a file of its own.

import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../clock.ts";
import { makeFolder } from "../state/make-folder.ts";
import type { Tell } from "../state/write-guard.ts";
import { openLogGroup, type LogGroup } from "./log-group.ts";

const EXTENSION = ".jsonl";

export interface LogStore {
  get(name: string): LogGroup | undefined;
  /** By name. */
  list(): readonly LogGroup[];
  create(name: string): LogGroup;
  close(): void;
}

export interface LogStoreOptions {
  /** Takes a line about storage that fails or has lost something. Default is standard error. */
  readonly tell?: Tell | undefined;
  readonly dir: string;
  readonly clock: Clock;
  /** Names and retention of the groups in the template. */
  readonly declared: readonly { readonly name: string; readonly retentionInDays: number | undefined }[];
}

/** Opens every group whose journal lies in the folder, and makes those that are declared and not there yet. */
export function openLogStore({ dir, clock, declared, tell }: LogStoreOptions): LogStore {
  makeFolder(dir);
  const groups = new Map<string, LogGroup>();
  for (const { name, retentionInDays } of declared) {
    groups.set(name, openLogGroup({ path: pathOf(dir, name), clock, name, retentionInDays, tell }));
  }
  const opened = new Set([...groups.keys()].map((name) => pathOf(dir, name)));
  for (const file of readdirSync(dir)) {
    const path = join(dir, file);
    if (!file.endsWith(EXTENSION) || opened.has(path)) continue;
    const group = openLogGroup({ path, clock, tell });
    groups.set(group.name, group);
  }
  return {
    get: (name) => groups.get(name),
    list: () => [...groups.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    create: (name) => {
      const group = openLogGroup({ path: pathOf(dir, name), clock, name, tell });
      groups.set(name, group);
      return group;
    },
    close: () => {
      for (const group of groups.values()) group.close();
    },
  };
}

/** A group's name has slashes in it and would be a path: the file is called by its hash. */
function pathOf(dir: string, name: string): string {
  return join(dir, `${createHash("sha256").update(name).digest("hex").slice(0, 32)}${EXTENSION}`);
}
