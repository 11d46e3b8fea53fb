// Conditional requests: reads that want only what has changed, writes that want nothing lost.

import type { HttpRequest } from "../http/exchange.ts";
import { S3Error, noSuchKey, preconditionFailed } from "./errors.ts";
import type { StoredObject } from "./object-version.ts";

type Headers = HttpRequest["headers"];

/**
 * Throws when a write must not take place.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export function checkWriteConditions(headers: Headers, key: string, current: StoredObject | undefined): void {
  const match = headers["if-match"];
  const noneMatch = headers["if-none-match"];
  if (match !== undefined && noneMatch !== undefined) {
    throw notImplementedHeader(
      "If-Match,If-None-Match",
      "Multiple conditional request headers present in the request",
    );
  }
  if (noneMatch !== undefined) {
    if (noneMatch !== "*") throw notImplementedValue("If-None-Match");
    if (current !== undefined) throw preconditionFailed("If-None-Match");
  }
  if (match !== undefined) {
    if (match === "*") throw notImplementedValue("If-Match");
    if (current === undefined) throw noSuchKey(key);
    if (!namesEtag(match, current)) throw preconditionFailed("If-Match");
  }
}

function notImplementedValue(header: string): S3Error {
  return notImplementedHeader(header, `We don't accept the provided value of ${header} header for this API`);
}

function notImplementedHeader(header: string, additionalMessage: string): S3Error {
  return new S3Error(
    "NotImplemented",
    501,
    "A header you provided implies functionality that is not implemented",
    { Header: header, additionalMessage },
  );
}

/**
 * Whether a reader has what it asks for already (304). Throws when it does not want what is there.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export function isNotModified(headers: Headers, object: StoredObject): boolean {
  const match = headers["if-match"];
  if (match !== undefined) {
    if (!namesEtag(match, object)) throw preconditionFailed("If-Match");
  } else if (isAfter(object, headers["if-unmodified-since"])) {
    throw preconditionFailed("If-Unmodified-Since");
  }
  const noneMatch = headers["if-none-match"];
  if (noneMatch !== undefined) return namesEtag(noneMatch, object);
  return isAfter(object, headers["if-modified-since"]) === false;
}

/** Whether one of the tags in a header is the object's; they may come without quotes. */
function namesEtag(header: string, { etag }: StoredObject): boolean {
  return header.split(",").some((tag) => {
    const bare = tag.trim().replace(/^W\//, "").replaceAll('"', "");
    return bare === "*" || `"${bare}"` === etag;
  });
}

/** Whether the object was modified after a date; `undefined` when there is no date, or one that cannot be read. */
function isAfter({ modifiedAt }: StoredObject, httpDate: string | undefined): boolean | undefined {
  const date = Date.parse(httpDate ?? "");
  return Number.isNaN(date) ? undefined : Math.floor(modifiedAt / 1000) * 1000 > date;
}
