// Object lock: which versions nobody may delete yet, and how long new ones are kept.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html

import type { Clock } from "../clock.ts";
import type { HttpRequest } from "../http/exchange.ts";
import type { Bucket } from "./bucket.ts";
import { invalidArgument, invalidRequest, lockedByObjectLock } from "./errors.ts";
import { isMarker, type ObjectVersion, type Retention, type RetentionMode } from "./object-version.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** Throws when the version is locked. COMPLIANCE holds against everybody, GOVERNANCE unless it is bypassed. */
export function checkDeletable(version: ObjectVersion, now: number, bypassGovernance: boolean): void {
  if (isMarker(version)) return;
  const { retention } = version;
  if (retention === undefined || retention.until <= now) return;
  if (retention.mode === "COMPLIANCE" || !bypassGovernance) throw lockedByObjectLock();
}

/** Throws when a new retention would weaken the one in force. */
export function checkRetentionChange(
  before: Retention | undefined,
  after: Retention | undefined,
  now: number,
  bypassGovernance: boolean,
): void {
  if (before === undefined || before.until <= now) return;
  const keepsMode = after?.mode === before.mode || after?.mode === "COMPLIANCE";
  if (after !== undefined && keepsMode && after.until >= before.until) return;
  if (before.mode === "COMPLIANCE" || !bypassGovernance) throw lockedByObjectLock();
}

/** What `x-amz-bypass-governance-retention` asks for. */
export function bypassesGovernance({ headers }: HttpRequest, bucket: Bucket): boolean {
  const header = headers["x-amz-bypass-governance-retention"];
  if (header === undefined) return false;
  if (bucket.objectLock === undefined) {
    throw invalidArgument(
      "x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.",
      "x-amz-bypass-governance-retention",
    );
  }
  return header.toLowerCase() === "true";
}

/** The retention of a new object: the one its headers name, else the bucket's default, else none. */
export function retentionOfNewObject(
  { headers }: HttpRequest,
  { objectLock }: Bucket,
  clock: Clock,
): Retention | undefined {
  const mode = headers["x-amz-object-lock-mode"];
  const until = headers["x-amz-object-lock-retain-until-date"];
  if (mode === undefined && until === undefined) return defaultRetention(objectLock, clock());
  if (objectLock === undefined) throw invalidRequest("Bucket is missing Object Lock Configuration");
  if (mode === undefined || until === undefined) {
    throw invalidArgument(
      "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied",
    );
  }
  if (!isRetentionMode(mode)) throw invalidArgument("Unknown wormMode directive.");
  return { mode, until: parseRetainUntil(until, clock()) };
}

function defaultRetention(objectLock: Bucket["objectLock"], now: number): Retention | undefined {
  const rule = objectLock?.defaultRetention;
  if (rule === undefined) return undefined;
  return { mode: rule.mode, until: now + ((rule.days ?? 0) + (rule.years ?? 0) * 365) * DAY_MS };
}

export function isRetentionMode(text: string | undefined): text is RetentionMode {
  return text === "COMPLIANCE" || text === "GOVERNANCE";
}

/** A date in ISO 8601 that must not have passed, in milliseconds since the epoch. */
export function parseRetainUntil(text: string, now: number): number {
  const until = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/.test(text)
    ? Date.parse(text)
    : NaN;
  if (Number.isNaN(until)) {
    throw invalidArgument("The retain until date must be provided in ISO 8601 format");
  }
  if (until <= now) throw invalidArgument("The retain until date must be in the future!");
  return until;
}
