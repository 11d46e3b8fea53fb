// Deleting objects, one or up to a thousand.

import { allowChildren, childText, malformedXml, readXml, type XmlNode } from "../aws/xml-reader.ts";
import type { XmlElement } from "../aws/xml-writer.ts";
import type { HttpResponse } from "../http/exchange.ts";
import type { Bucket } from "./bucket.ts";
import { emptyResponse, optional, xmlResponse, type BucketCall, type ObjectCall } from "./call.ts";
import { S3Error, invalidRequest, noSuchVersion, notServed } from "./errors.ts";
import { askedVersionId, findVersion } from "./find-version.ts";
import { bypassesGovernance, checkDeletable } from "./object-lock.ts";
import { NULL_VERSION, isMarker, isVersionId, newVersionId } from "./object-version.ts";
import { readBody } from "./request-body.ts";

const MAX_OBJECTS = 1000;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html */
export function deleteObject({ request, query, bucket, key, clock }: ObjectCall): HttpResponse {
  const bypass = bypassesGovernance(request, bucket);
  const versionId = askedVersionId(query);
  if (versionId === undefined) {
    const marker = hideObject(bucket, key, clock());
    if (marker === undefined) return emptyResponse(204);
    return emptyResponse(204, { "x-amz-delete-marker": "true", "x-amz-version-id": marker });
  }
  const wasMarker = removeVersion(bucket, key, versionId, clock(), bypass);
  return emptyResponse(204, {
    "x-amz-version-id": versionId,
    ...(wasMarker === true && { "x-amz-delete-marker": "true" }),
  });
}

/**
 * Deletes without a version id: puts a delete marker in front, whose id it answers, or where no versions are kept
 * removes the object.
 */
function hideObject(bucket: Bucket, key: string, now: number): string | undefined {
  const versioning = bucket.versioning();
  if (versioning === undefined) {
    removeVersion(bucket, key, NULL_VERSION, now, false);
    return undefined;
  }
  if (versioning === "Suspended") {
    const replaced = findVersion(bucket, key, NULL_VERSION);
    if (replaced !== undefined) checkDeletable(replaced, now, false);
  }
  const id = versioning === "Enabled" ? newVersionId() : NULL_VERSION;
  bucket.put(key, { id, modifiedAt: now, marker: true });
  return id;
}

/** Removes one version for good; whether it was a delete marker, or `undefined` when it was not there. */
function removeVersion(
  bucket: Bucket,
  key: string,
  versionId: string,
  now: number,
  bypass: boolean,
): boolean | undefined {
  const version = findVersion(bucket, key, versionId);
  if (version === undefined) return undefined;
  checkDeletable(version, now, bypass);
  bucket.remove(key, versionId);
  return isMarker(version);
}

interface DeleteRequest {
  readonly quiet: boolean;
  readonly objects: readonly { readonly key: string; readonly versionId: string | undefined }[];
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
export function deleteObjects({ request, bucket, clock }: BucketCall): HttpResponse {
  const bypass = bypassesGovernance(request, bucket);
  const { bytes, hasDigest } = readBody(request);
  if (!hasDigest) throw invalidRequest("Missing required header for this request: Content-MD5");
  const { quiet, objects } = parseDelete(readXml(bytes));
  const results: XmlElement[] = [];
  for (const { key, versionId } of objects) {
    try {
      const deleted = deleteOne(bucket, key, versionId, clock(), bypass);
      if (!quiet) results.push(["Deleted", deleted]);
    } catch (error) {
      if (!(error instanceof S3Error)) throw error;
      results.push([
        "Error",
        [["Key", key], ...optional("VersionId", versionId), ["Code", error.code], ["Message", error.message]],
      ]);
    }
  }
  return xmlResponse("DeleteResult", results);
}

function deleteOne(
  bucket: Bucket,
  key: string,
  versionId: string | undefined,
  now: number,
  bypass: boolean,
): readonly XmlElement[] {
  if (versionId === undefined) {
    const marker = hideObject(bucket, key, now);
    return [["Key", key], ...deleteMarker(marker)];
  }
  if (!isVersionId(versionId)) throw noSuchVersion(key, versionId);
  const wasMarker = removeVersion(bucket, key, versionId, now, bypass);
  return [
    ["Key", key],
    ["VersionId", versionId],
    ...deleteMarker(wasMarker === true ? versionId : undefined),
  ];
}

function deleteMarker(id: string | undefined): readonly XmlElement[] {
  if (id === undefined) return [];
  return [
    ["DeleteMarker", true],
    ["DeleteMarkerVersionId", id],
  ];
}

function parseDelete(root: XmlNode): DeleteRequest {
  if (root.name !== "Delete") throw malformedXml();
  allowChildren(root, ["Quiet", "Object"]);
  const objects = root.children.filter(({ name }) => name === "Object");
  if (objects.length === 0 || objects.length > MAX_OBJECTS) throw malformedXml();
  return {
    quiet: childText(root, "Quiet")?.trim() === "true",
    objects: objects.map((object) => {
      const key = childText(object, "Key");
      const versionId = childText(object, "VersionId");
      const condition = object.children.find(({ name }) => name !== "Key" && name !== "VersionId");
      if (condition !== undefined) throw notServed(`S3 DeleteObjects with ${condition.name}`);
      if (key === undefined || key === "") throw malformedXml();
      return { key, versionId: versionId === "" ? undefined : versionId };
    }),
  };
}
