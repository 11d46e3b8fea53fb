// Writing an object.

import { createHash } from "node:crypto";
import type { HttpResponse } from "../http/exchange.ts";
import { emptyResponse, type ObjectCall } from "./call.ts";
import { checksumHeader, computeChecksum } from "./checksum.ts";
import { S3Error, invalidRequest, notServed } from "./errors.ts";
import { checkDeletable, retentionOfNewObject } from "./object-lock.ts";
import { NULL_VERSION, newVersionId, type StoredObject } from "./object-version.ts";
import { checkWriteConditions } from "./preconditions.ts";
import { contentEncodings, readBody } from "./request-body.ts";

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html */
const MAX_METADATA_BYTES = 2048;
const METADATA_PREFIX = "x-amz-meta-";

/** The headers that are kept and given back as they came. */
const KEPT_HEADERS = ["cache-control", "content-disposition", "content-language", "expires"] as const;

/**
 * No part of it waits for anything: of several conditional writes at once one wins and the others see it.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 */
export function putObject({ request, bucket, key, clock }: ObjectCall): HttpResponse {
  const { headers } = request;
  checkEncryptionAndClass(headers);
  const { bytes, checksum, hasDigest } = readBody(request);
  const retention = retentionOfNewObject(request, bucket, clock);
  if (retention !== undefined && !hasDigest) {
    throw invalidRequest(
      "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters",
    );
  }
  checkWriteConditions(headers, key, bucket.current(key));
  const keepsVersions = bucket.versioning() === "Enabled";
  if (!keepsVersions) {
    const replaced = bucket.versions(key).find(({ id }) => id === NULL_VERSION);
    if (replaced !== undefined) checkDeletable(replaced, clock(), false);
  }
  const object: StoredObject = {
    id: keepsVersions ? newVersionId() : NULL_VERSION,
    modifiedAt: clock(),
    blob: bucket.writeContent(bytes),
    size: bytes.length,
    etag: `"${createHash("md5").update(bytes).digest("hex")}"`,
    headers: keptHeaders(headers),
    metadata: userMetadata(headers),
    checksum: checksum ?? computeChecksum("CRC64NVME", bytes),
    retention,
  };
  bucket.put(key, object);
  return emptyResponse(200, {
    etag: object.etag,
    "x-amz-server-side-encryption": "AES256",
    [checksumHeader(object.checksum.algorithm)]: object.checksum.value,
    "x-amz-checksum-type": "FULL_OBJECT",
    ...(keepsVersions && { "x-amz-version-id": object.id }),
  });
}

type Headers = ObjectCall["request"]["headers"];

function checkEncryptionAndClass(headers: Headers): void {
  const encryption = headers["x-amz-server-side-encryption"] ?? "AES256";
  if (encryption !== "AES256") throw notServed(`S3 PutObject with encryption ${encryption}`);
  const storageClass = headers["x-amz-storage-class"] ?? "STANDARD";
  if (storageClass !== "STANDARD") throw notServed(`S3 PutObject with storage class ${storageClass}`);
}

function keptHeaders(headers: Headers): Readonly<Record<string, string>> {
  const encodings = contentEncodings(headers["content-encoding"] ?? "").filter(
    (coding) => coding !== "" && coding !== "aws-chunked",
  );
  const kept: Record<string, string> = {
    "content-type": headers["content-type"] ?? "binary/octet-stream",
  };
  if (encodings.length > 0) kept["content-encoding"] = encodings.join(",");
  for (const name of KEPT_HEADERS) {
    const value = headers[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}

function userMetadata(headers: Headers): Readonly<Record<string, string>> {
  const metadata: Record<string, string> = {};
  let bytes = 0;
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith(METADATA_PREFIX) || value === undefined) continue;
    const key = name.slice(METADATA_PREFIX.length);
    metadata[key] = value;
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  if (bytes > MAX_METADATA_BYTES) {
    throw new S3Error(
      "MetadataTooLarge",
      400,
      "Your metadata headers exceed the maximum allowed metadata size",
      { Size: String(bytes), MaxSizeAllowed: String(MAX_METADATA_BYTES) },
    );
  }
  return metadata;
}
