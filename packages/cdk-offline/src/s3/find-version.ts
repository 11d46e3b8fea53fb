// The version that a request means: the newest, or the one it names.

import type { BucketCall, ObjectCall } from "./call.ts";
import { S3Error, invalidArgument, noSuchKey, noSuchVersion } from "./errors.ts";
import { isMarker, isVersionId, type ObjectVersion, type StoredObject } from "./object-version.ts";

/** The `versionId` of the query, checked for its form. */
export function askedVersionId(query: URLSearchParams): string | undefined {
  const versionId = query.get("versionId") ?? undefined;
  if (versionId === "") {
    throw invalidArgument("Version id cannot be the empty string", "versionId", "");
  }
  if (versionId !== undefined && !isVersionId(versionId)) {
    throw invalidArgument("Invalid version id specified", "versionId", versionId);
  }
  return versionId;
}

/** The object that is to be read. Throws for a key or a version that is not there, and for a delete marker. */
export function findObject({ request, query, bucket, key }: ObjectCall): StoredObject {
  const versionId = askedVersionId(query);
  const version = findVersion(bucket, key, versionId);
  if (version === undefined) throw versionId === undefined ? noSuchKey(key) : noSuchVersion(key, versionId);
  if (!isMarker(version)) return version;
  const headers = { "x-amz-delete-marker": "true", "x-amz-version-id": version.id };
  if (versionId === undefined) throw noSuchKey(key, headers);
  throw new S3Error(
    "MethodNotAllowed",
    405,
    "The specified method is not allowed against this resource.",
    { Method: request.method, ResourceType: "DeleteMarker" },
    { ...headers, allow: "DELETE", "last-modified": new Date(version.modifiedAt).toUTCString() },
  );
}

export function findVersion(
  bucket: BucketCall["bucket"],
  key: string,
  versionId: string | undefined,
): ObjectVersion | undefined {
  const versions = bucket.versions(key);
  return versionId === undefined ? versions[0] : versions.find(({ id }) => id === versionId);
}
