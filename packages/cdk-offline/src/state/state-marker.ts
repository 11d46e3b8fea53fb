// The file that makes a folder a state folder, and says which files were in it when it was last written: one that is gone
// or shorter since then has lost something.

import { existsSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import * as v from "valibot";
import { DamagedState, StartError } from "../errors.ts";
import { readCheckedFile, readJsonFile, writeCheckedFile } from "./atomic-file.ts";

/** Raised when state written before can no longer be read. */
const VERSION = 2;

/** What tells a state folder from any other: `--fresh` deletes nothing that has not got it. */
export const MARKER = "state.json";

const markerSchema = v.strictObject({
  version: v.literal(VERSION),
  isBeingEmptied: v.optional(v.boolean(), false),
  /** The least number of bytes of each file, by its path in the folder. */
  files: v.record(v.string(), v.number()),
});

/** Files that are there from their first start on, whatever happens. */
const LASTING = /(?:^deployment\.json|\.jsonl|\/last-change\.json|\/CURRENT)$/;

/** Those that only grow while they are in use. Any other may become shorter. */
const GROWING = /\.jsonl$/;

export function writeMarker(folder: string, content: { readonly isBeingEmptied?: true } = {}): void {
  writeCheckedFile(join(folder, MARKER), { version: VERSION, ...content, files: {} });
}

/** Writes down what is in the folder. */
export function noteFiles(folder: string): void {
  const files = lastingFiles(folder).map((path) => [path, leastBytes(folder, path)] as const);
  writeCheckedFile(join(folder, MARKER), { version: VERSION, files: Object.fromEntries(files) });
}

/**
 * Whether there is state to go on with; not when the process that was to throw it away was killed at it. Throws
 * `StartError` for state of another version, `DamagedState` for a damaged marker and for files that have lost something.
 */
export function readMarker(folder: string): boolean {
  const path = join(folder, MARKER);
  const { isBeingEmptied, files } = parse(folder, path);
  for (const [file, bytes] of Object.entries(files)) {
    const full = join(folder, file);
    if (!existsSync(full)) throw new DamagedState(full, "is missing");
    const { size } = statSync(full);
    if (size < bytes) throw new DamagedState(full, `is cut off (${size} bytes, it had ${bytes})`);
  }
  // From here on a start makes journals shorter that are mostly history.
  if (!isBeingEmptied) {
    const names = Object.keys(files).map((file) => [file, 0] as const);
    writeCheckedFile(path, { version: VERSION, files: Object.fromEntries(names) });
  }
  return !isBeingEmptied;
}

function parse(folder: string, path: string) {
  const stored = readJsonFile(path);
  const version =
    typeof stored === "object" && stored !== null && "version" in stored ? stored.version : undefined;
  if (version !== undefined && version !== VERSION) {
    throw new StartError(
      `${folder} was written by version ${JSON.stringify(version)} of the local runtime, this is version ${VERSION}; start with --fresh to begin anew`,
    );
  }
  const marker = v.safeParse(markerSchema, readCheckedFile(path));
  if (marker.success) return marker.output;
  throw new DamagedState(path, "is no record of a state folder");
}

function leastBytes(folder: string, path: string): number {
  return GROWING.test(path) ? statSync(join(folder, path)).size : 0;
}

function lastingFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => LASTING.test(path));
}
