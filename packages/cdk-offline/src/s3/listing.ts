// What the listings have in common: their parameters, and walking the keys below a prefix.

import { invalidArgument } from "./errors.ts";
import { compareKeys, firstIndex } from "./key-order.ts";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
const MAX_KEYS = 1000;

export interface ListingQuery {
  readonly prefix: string;
  /** `undefined` for none. */
  readonly delimiter: string | undefined;
  readonly maxKeys: number;
  readonly encodingType: "url" | undefined;
  /** Brings a key into the form the caller can read. */
  readonly encode: (key: string) => string;
}

export function parseListing(query: URLSearchParams): ListingQuery {
  const encodingType = query.get("encoding-type") ?? undefined;
  if (encodingType !== undefined && encodingType !== "url") {
    throw invalidArgument("Invalid Encoding Method specified in Request", "encoding-type", encodingType);
  }
  return {
    prefix: query.get("prefix") ?? "",
    delimiter: query.get("delimiter") || undefined,
    maxKeys: parseMaxKeys(query.get("max-keys") ?? undefined),
    encodingType,
    encode: encodingType === "url" ? urlEncode : (key) => key,
  };
}

function parseMaxKeys(text: string | undefined): number {
  if (text === undefined || text === "") return MAX_KEYS;
  if (!/^\d{1,10}$/.test(text)) {
    throw invalidArgument("Provided max-keys not an integer or within integer range", "max-keys", text);
  }
  return Math.min(Number(text), MAX_KEYS);
}

/** As S3 does it: slashes stay, a space becomes a plus sign. */
function urlEncode(key: string): string {
  return encodeURIComponent(key)
    .replaceAll("%2F", "/")
    .replaceAll("%20", "+")
    .replaceAll(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** A key, or all keys that share a prefix up to the next delimiter. */
export type Listed = { readonly key: string } | { readonly commonPrefix: string };

/** Where a listing begins. */
export interface WalkStart {
  /** The first key that may be listed. */
  readonly from: string;
  /** A common prefix that has been listed already: its keys are passed over. */
  readonly listedPrefix?: string | undefined;
}

/** The start right after a key. */
export function afterKey(key: string): WalkStart {
  // No string lies between a key and the key with U+0000 at its end.
  return { from: key === "" ? "" : `${key}\u0000` };
}

/** The start after all keys with a prefix. */
export function afterPrefix(listedPrefix: string): WalkStart {
  return { from: listedPrefix, listedPrefix };
}

/** Walks the sorted keys below a prefix, each key or common prefix once. Keys that are not listed count for neither. */
export function* walk(
  keys: readonly string[],
  { from, listedPrefix }: WalkStart,
  { prefix, delimiter }: ListingQuery,
  isListed: (key: string) => boolean,
): Generator<Listed> {
  let commonPrefix = listedPrefix;
  const first = firstIndex(keys, compareKeys(from, prefix) > 0 ? from : prefix);
  for (let i = first; i < keys.length; i++) {
    const key = keys[i] ?? "";
    if (!key.startsWith(prefix)) return;
    if ((commonPrefix !== undefined && key.startsWith(commonPrefix)) || !isListed(key)) continue;
    const end = delimiter === undefined ? -1 : key.indexOf(delimiter, prefix.length);
    if (delimiter === undefined || end < 0) {
      yield { key };
    } else {
      commonPrefix = key.slice(0, end + delimiter.length);
      yield { commonPrefix };
    }
  }
}
