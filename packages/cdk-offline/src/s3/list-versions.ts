// Listing the versions of all objects of a bucket, delete markers included.

import type { XmlElement } from "../aws/xml-writer.ts";
import type { HttpResponse } from "../http/exchange.ts";
import { OWNER_ID, isoSeconds, optional, xmlResponse, type BucketCall } from "./call.ts";
import { invalidArgument } from "./errors.ts";
import { describe } from "./list-objects.ts";
import { afterKey, afterPrefix, parseListing, walk, type ListingQuery, type WalkStart } from "./listing.ts";
import { isMarker, type ObjectVersion } from "./object-version.ts";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html */
export function listObjectVersions({ query, bucket }: BucketCall): HttpResponse {
  const listing = parseListing(query);
  const { prefix, delimiter, maxKeys, encodingType, encode } = listing;
  const markers = parseMarkers(query);
  const listed: XmlElement[] = [];
  let last: { key: string; versionId?: string } | undefined;
  let isTruncated = false;
  for (const item of walkVersions({ bucket, listing, markers })) {
    if (listed.length === maxKeys) {
      isTruncated = maxKeys > 0;
      break;
    }
    if ("commonPrefix" in item) {
      listed.push(["CommonPrefixes", [["Prefix", encode(item.commonPrefix)]]]);
      last = { key: item.commonPrefix };
    } else {
      listed.push(versionElement(encode(item.key), item.version, item.isLatest));
      last = { key: item.key, versionId: item.version.id };
    }
  }
  return xmlResponse("ListVersionsResult", [
    ["Name", bucket.name],
    ["Prefix", encode(prefix)],
    ["KeyMarker", encode(markers.key ?? "")],
    ["VersionIdMarker", markers.versionId ?? ""],
    ["MaxKeys", maxKeys],
    ...optional("Delimiter", delimiter && encode(delimiter)),
    ...optional("EncodingType", encodingType),
    ["IsTruncated", isTruncated],
    ...(isTruncated && last ? nextMarkers(encode(last.key), last.versionId) : []),
    ...listed,
  ]);
}

interface Markers {
  readonly key: string | undefined;
  readonly versionId: string | undefined;
}

function parseMarkers(query: URLSearchParams): Markers {
  const key = query.get("key-marker") || undefined;
  const versionId = query.get("version-id-marker") || undefined;
  if (versionId !== undefined && key === undefined) {
    throw invalidArgument(
      "A version-id marker cannot be specified without a key marker.",
      "version-id-marker",
    );
  }
  return { key, versionId };
}

type ListedVersion =
  | { readonly key: string; readonly version: ObjectVersion; readonly isLatest: boolean }
  | { readonly commonPrefix: string };

interface VersionWalk {
  readonly bucket: BucketCall["bucket"];
  readonly listing: ListingQuery;
  readonly markers: Markers;
}

function* walkVersions({ bucket, listing, markers }: VersionWalk): Generator<ListedVersion> {
  for (const item of walk(bucket.keys(), startOf(markers, listing), listing, () => true)) {
    if ("commonPrefix" in item) {
      yield item;
      continue;
    }
    const { key } = item;
    const versions = bucket.versions(key);
    const markerIndex = key === markers.key ? versions.findIndex(({ id }) => id === markers.versionId) : -1;
    for (const version of versions.slice(markerIndex + 1)) {
      yield { key, version, isLatest: version === versions[0] };
    }
  }
}

function startOf({ key, versionId }: Markers, { delimiter, prefix }: ListingQuery): WalkStart {
  if (key === undefined) return { from: "" };
  if (versionId !== undefined) return { from: key };
  const isCommonPrefix =
    delimiter !== undefined && key.startsWith(prefix) && key.slice(prefix.length).endsWith(delimiter);
  return isCommonPrefix ? afterPrefix(key) : afterKey(key);
}

function versionElement(key: string, version: ObjectVersion, isLatest: boolean): XmlElement {
  const identity: XmlElement[] = [
    ["Key", key],
    ["VersionId", version.id],
    ["IsLatest", isLatest],
    ["Owner", [["ID", OWNER_ID]]],
  ];
  return isMarker(version)
    ? ["DeleteMarker", [...identity, ["LastModified", isoSeconds(version.modifiedAt)]]]
    : ["Version", [...identity, ...describe(version)]];
}

function nextMarkers(key: string, versionId: string | undefined): readonly XmlElement[] {
  return [["NextKeyMarker", key], ...optional("NextVersionIdMarker", versionId)];
}
