// Listing the objects of a bucket.

import type { XmlElement } from "../aws/xml-writer.ts";
import type { HttpResponse } from "../http/exchange.ts";
import { pageToken, readPageToken } from "../aws/page-token.ts";
import { isoSeconds, optional, xmlResponse, type BucketCall } from "./call.ts";
import { invalidArgument } from "./errors.ts";
import { afterKey, afterPrefix, parseListing, walk, type Listed, type WalkStart } from "./listing.ts";
import type { StoredObject } from "./object-version.ts";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export function listObjects({ query, bucket }: BucketCall): HttpResponse {
  if (query.get("list-type") !== "2") {
    throw invalidArgument(
      "Invalid List Type specified in Request",
      "list-type",
      query.get("list-type") ?? "",
    );
  }
  const listing = parseListing(query);
  const { prefix, delimiter, maxKeys, encodingType, encode } = listing;
  const startAfter = query.get("start-after") ?? undefined;
  const token = query.get("continuation-token") ?? undefined;
  const scope = [bucket.name, prefix, delimiter ?? ""];
  const start = token === undefined ? afterKey(startAfter ?? "") : resume(scope, token);

  const contents: XmlElement[] = [];
  const commonPrefixes: XmlElement[] = [];
  let last: Listed | undefined;
  let isTruncated = false;
  for (const listed of walk(bucket.keys(), start, listing, (key) => bucket.current(key) !== undefined)) {
    if (contents.length + commonPrefixes.length === maxKeys) {
      isTruncated = maxKeys > 0;
      break;
    }
    last = listed;
    if ("commonPrefix" in listed) {
      commonPrefixes.push(["CommonPrefixes", [["Prefix", encode(listed.commonPrefix)]]]);
      continue;
    }
    const object = bucket.current(listed.key);
    if (object !== undefined) contents.push(["Contents", [["Key", encode(listed.key)], ...describe(object)]]);
  }

  return xmlResponse("ListBucketResult", [
    ["Name", bucket.name],
    ["Prefix", encode(prefix)],
    ...optional("Delimiter", delimiter && encode(delimiter)),
    ["MaxKeys", maxKeys],
    ...optional("EncodingType", encodingType),
    ["KeyCount", contents.length + commonPrefixes.length],
    ["IsTruncated", isTruncated],
    ...optional("ContinuationToken", token),
    ...optional("NextContinuationToken", isTruncated && last ? tokenAfter(scope, last) : undefined),
    ...optional("StartAfter", startAfter && encode(startAfter)),
    ...contents,
    ...commonPrefixes,
  ]);
}

/** The elements that describe an object in listings. */
export function describe(object: StoredObject): readonly XmlElement[] {
  return [
    ["LastModified", isoSeconds(object.modifiedAt)],
    ["ETag", object.etag],
    ["ChecksumAlgorithm", object.checksum.algorithm],
    ["ChecksumType", "FULL_OBJECT"],
    ["Size", object.size],
    ["StorageClass", "STANDARD"],
  ];
}

function tokenAfter(scope: readonly string[], last: Listed): string {
  return pageToken(scope, "key" in last ? `k${last.key}` : `p${last.commonPrefix}`);
}

function resume(scope: readonly string[], token: string): WalkStart {
  const position = readPageToken(scope, token);
  if (position === undefined) {
    throw invalidArgument("The continuation token provided is incorrect", "continuation-token");
  }
  const text = position.slice(1);
  return position.startsWith("k") ? afterKey(text) : afterPrefix(text);
}
