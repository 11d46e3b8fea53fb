// A version of an object as a bucket keeps it.

import { randomBytes } from "node:crypto";
import type { Checksum } from "./checksum.ts";

export type RetentionMode = "COMPLIANCE" | "GOVERNANCE";

export interface Retention {
  readonly mode: RetentionMode;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

export interface StoredObject {
  /** `null` in a bucket that keeps no versions. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
  /** SHA-256 of the content in hexadecimal: the name of its file. */
  readonly blob: string;
  readonly size: number;
  /** In quotes, as the header has it. */
  readonly etag: string;
  /** `content-type` and its like, given back as they came. */
  readonly headers: Readonly<Record<string, string>>;
  /** User metadata without the prefix `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly checksum: Checksum;
  readonly retention?: Retention | undefined;
}

/** Says that the object was deleted, while its versions are still there. */
export interface DeleteMarker {
  readonly id: string;
  readonly modifiedAt: number;
  readonly marker: true;
}

export type ObjectVersion = StoredObject | DeleteMarker;

/** The id of the one version that a bucket without versioning has of an object. */
export const NULL_VERSION = "null";

export function isMarker(version: ObjectVersion): version is DeleteMarker {
  return "marker" in version;
}

/** 32 characters, as AWS has it. */
export function newVersionId(): string {
  return randomBytes(24).toString("base64url").replaceAll("-", ".");
}

export function isVersionId(text: string): boolean {
  return text === NULL_VERSION || /^[A-Za-z0-9_.]{32}$/.test(text);
}
