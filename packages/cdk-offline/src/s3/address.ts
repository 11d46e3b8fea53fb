// What a request to S3 is about: path-style address and query, taken from the target exactly as it was sent.

import { S3Error } from "./errors.ts";

export interface S3Address {
  /** `undefined` for the service itself. */
  readonly bucket: string | undefined;
  /** `undefined` for the bucket itself. */
  readonly key: string | undefined;
  readonly query: URLSearchParams;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const MAX_KEY_BYTES = 1024;

/**
 * Parses `/bucket/key?query`. Dots and slashes in a key mean nothing: `a/../b` is a key like any other. Throws for a
 * path that is not UTF-8 in percent-encoding, and for a key of more than 1,024 bytes.
 */
export function parseAddress(target: string): S3Address {
  const queryStart = target.indexOf("?");
  const path = queryStart < 0 ? target : target.slice(0, queryStart);
  const query = new URLSearchParams(queryStart < 0 ? "" : target.slice(queryStart + 1));
  const keyStart = path.indexOf("/", 1);
  const bucket = decode(path.slice(1, keyStart < 0 ? undefined : keyStart));
  const key = keyStart < 0 ? "" : decode(path.slice(keyStart + 1));
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) {
    throw new S3Error("KeyTooLongError", 400, "Your key is too long", {
      Size: String(Buffer.byteLength(key)),
      MaxSizeAllowed: String(MAX_KEY_BYTES),
    });
  }
  return {
    bucket: bucket === "" ? undefined : bucket,
    key: key === "" ? undefined : key,
    query,
  };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new S3Error("InvalidURI", 400, "Couldn't parse the specified URI.");
  }
}
