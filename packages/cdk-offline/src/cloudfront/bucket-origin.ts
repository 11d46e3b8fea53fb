// Objects of a private bucket, as S3 answers them to a distribution that may read but not list them.

import { randomUUID } from "node:crypto";
import type { HttpRequest, HttpResponse } from "../http/exchange.ts";
import type { BucketOrigin } from "./distribution.ts";

/** The port to S3. Header names are in lower case. */
export interface S3Read {
  read(
    bucketName: string,
    key: string,
  ): Promise<{ readonly body: Buffer; readonly headers: Readonly<Record<string, string>> } | undefined>;
}

/** Answers GET and HEAD. `path` is as it was sent, with the slash in front; a range is not looked at: all is sent. */
export async function fetchFromBucket(
  origin: BucketOrigin,
  path: string,
  request: HttpRequest,
  s3Read: S3Read,
): Promise<HttpResponse> {
  const key = decodeKey(`${origin.path}${path}`);
  if (key === undefined) return errorDocument(400, "InvalidURI", "Couldn't parse the specified URI.");
  const object = await s3Read.read(origin.bucketName, key);
  // Who may not list a bucket is not told that a key is missing.
  if (object === undefined) return errorDocument(403, "AccessDenied", "Access Denied");
  const headers = { ...object.headers, server: "AmazonS3" };
  if (isUnchanged(object.headers, request.headers)) return { status: 304, headers };
  return { status: 200, headers, body: object.body };
}

function decodeKey(path: string): string | undefined {
  try {
    return decodeURIComponent(path.slice(1));
  } catch {
    return undefined;
  }
}

/** RFC 9110 section 13.2.2: the entity tag decides, and only without one the date. */
function isUnchanged(object: Readonly<Record<string, string>>, request: HttpRequest["headers"]): boolean {
  const ifNoneMatch = request["if-none-match"];
  if (ifNoneMatch !== undefined) {
    const tags = ifNoneMatch.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
    return tags.includes("*") || tags.includes(object["etag"] ?? "");
  }
  const since = Date.parse(request["if-modified-since"] ?? "");
  return Date.parse(object["last-modified"] ?? "") <= since;
}

function errorDocument(status: number, code: string, message: string): HttpResponse {
  const ids = `<RequestId>${randomUUID()}</RequestId><HostId>${randomUUID()}</HostId>`;
  return {
    status,
    headers: { "content-type": "application/xml", server: "AmazonS3" },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message>${ids}</Error>`,
  };
}
