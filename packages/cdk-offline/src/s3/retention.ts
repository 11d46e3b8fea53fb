// Reading and changing how long a version is kept.

import { allowChildren, childText, malformedXml, readXml } from "../aws/xml-reader.ts";
import type { HttpResponse } from "../http/exchange.ts";
import { emptyResponse, xmlResponse, type ObjectCall } from "./call.ts";
import { S3Error, invalidRequest } from "./errors.ts";
import { findObject } from "./find-version.ts";
import {
  bypassesGovernance,
  checkRetentionChange,
  isRetentionMode,
  parseRetainUntil,
} from "./object-lock.ts";
import type { Retention } from "./object-version.ts";
import { readBody } from "./request-body.ts";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectRetention.html */
export function getObjectRetention(call: ObjectCall): HttpResponse {
  requireObjectLock(call);
  const { retention } = findObject(call);
  if (retention === undefined) {
    throw new S3Error(
      "NoSuchObjectLockConfiguration",
      404,
      "The specified object does not have a ObjectLock configuration",
      { Key: call.key },
    );
  }
  return xmlResponse("Retention", [
    ["Mode", retention.mode],
    ["RetainUntilDate", new Date(retention.until).toISOString()],
  ]);
}

/**
 * A retention in COMPLIANCE mode can only be made longer, one in GOVERNANCE mode be weakened by those who bypass it.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectRetention.html
 */
export function putObjectRetention(call: ObjectCall): HttpResponse {
  const { request, bucket, key, clock } = call;
  requireObjectLock(call);
  const bypass = bypassesGovernance(request, bucket);
  const { bytes, hasDigest } = readBody(request);
  if (!hasDigest) throw invalidRequest("Missing required header for this request: Content-MD5");
  const retention = parseRetention(bytes, clock());
  const object = findObject(call);
  checkRetentionChange(object.retention, retention, clock(), bypass);
  bucket.retain(key, object.id, retention);
  return emptyResponse(200);
}

function requireObjectLock({ bucket }: ObjectCall): void {
  if (bucket.objectLock === undefined) throw invalidRequest("Bucket is missing Object Lock Configuration");
}

/** `undefined` for an empty document, which takes the retention away. */
function parseRetention(bytes: Buffer, now: number): Retention | undefined {
  const root = readXml(bytes);
  if (root.name !== "Retention") throw malformedXml();
  allowChildren(root, ["Mode", "RetainUntilDate"]);
  const mode = childText(root, "Mode")?.trim();
  const until = childText(root, "RetainUntilDate")?.trim();
  if (mode === undefined && until === undefined) return undefined;
  if (!isRetentionMode(mode) || until === undefined) throw malformedXml();
  return { mode, until: parseRetainUntil(until, now) };
}
