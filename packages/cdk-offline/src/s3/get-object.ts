// Reading an object, whole or a part, or only what is known of it.

import type { HttpResponse } from "../http/exchange.ts";
import type { Bucket } from "./bucket.ts";
import { emptyResponse, type ObjectCall } from "./call.ts";
import { checksumHeader } from "./checksum.ts";
import { requestIds, S3Error } from "./errors.ts";
import { findObject } from "./find-version.ts";
import type { StoredObject } from "./object-version.ts";
import { isNotModified } from "./preconditions.ts";

/**
 * Answers GET and HEAD; the server leaves the body of the latter away.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export function getObject(call: ObjectCall): HttpResponse {
  const { request, bucket } = call;
  const object = findObject(call);
  const known = { ...objectHeaders(object), ...versionHeaders(bucket, object) };
  if (isNotModified(request.headers, object)) return emptyResponse(304, known);
  const range = parseRange(request.headers["range"], object.size);
  const { first, last } = range ?? { first: 0, last: object.size - 1 };
  const isWhole = last - first + 1 === object.size;
  const wantsChecksum = request.headers["x-amz-checksum-mode"]?.toUpperCase() === "ENABLED";
  return {
    status: range === undefined ? 200 : 206,
    headers: {
      ...requestIds(),
      ...known,
      "content-length": String(last - first + 1),
      ...(range && { "content-range": `bytes ${first}-${last}/${object.size}` }),
      ...(wantsChecksum && isWhole && checksumHeaders(object)),
    },
    ...(request.method !== "HEAD" && { body: bucket.readContent(object).subarray(first, last + 1) }),
  };
}

/** What every reader of an object is told of it. */
export function objectHeaders(object: StoredObject): Record<string, string> {
  const metadata = Object.entries(object.metadata).map(([name, value]) => [`x-amz-meta-${name}`, value]);
  return {
    ...object.headers,
    ...(Object.fromEntries(metadata) as Record<string, string>),
    etag: object.etag,
    "last-modified": new Date(object.modifiedAt).toUTCString(),
    "accept-ranges": "bytes",
    "x-amz-server-side-encryption": "AES256",
    ...(object.retention && {
      "x-amz-object-lock-mode": object.retention.mode,
      "x-amz-object-lock-retain-until-date": new Date(object.retention.until).toISOString(),
    }),
  };
}

function versionHeaders(bucket: Bucket, { id }: StoredObject): Record<string, string> {
  return bucket.versioning() === undefined ? {} : { "x-amz-version-id": id };
}

function checksumHeaders({ checksum }: StoredObject): Record<string, string> {
  return { [checksumHeader(checksum.algorithm)]: checksum.value, "x-amz-checksum-type": "FULL_OBJECT" };
}

/** Both ends included. */
interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/** The part asked for; `undefined` for the whole, which is also what S3 gives for several ranges or for nonsense. */
function parseRange(header: string | undefined, size: number): ByteRange | undefined {
  const [, from = "", to = ""] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (from === "" && to === "") return undefined;
  if (from === "") {
    if (Number(to) === 0 || size === 0) throw invalidRange(header ?? "", size);
    return { first: Math.max(0, size - Number(to)), last: size - 1 };
  }
  if (to !== "" && Number(to) < Number(from)) return undefined;
  if (Number(from) >= size) throw invalidRange(header ?? "", size);
  return { first: Number(from), last: to === "" ? size - 1 : Math.min(Number(to), size - 1) };
}

function invalidRange(requested: string, size: number): S3Error {
  return new S3Error("InvalidRange", 416, "The requested range is not satisfiable", {
    RangeRequested: requested,
    ActualObjectSize: String(size),
  });
}
