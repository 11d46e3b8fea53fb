// What an operation of S3 is given.

import { writeXml, type XmlElement } from "../aws/xml-writer.ts";
import type { Clock } from "../clock.ts";
import type { HttpRequest, HttpResponse } from "../http/exchange.ts";
import type { Bucket } from "./bucket.ts";
import { requestIds } from "./errors.ts";

/** An operation on the service itself. */
export interface ServiceCall {
  readonly request: HttpRequest;
  readonly query: URLSearchParams;
  readonly buckets: ReadonlyMap<string, Bucket>;
  readonly region: string;
  readonly clock: Clock;
}

export interface BucketCall extends ServiceCall {
  readonly bucket: Bucket;
}

export interface ObjectCall extends BucketCall {
  readonly key: string;
}

/** The canonical id of the one owner of everything. */
export const OWNER_ID = "0".repeat(64);

/** An element, or none when there is no value. */
export function optional(name: string, value: string | number | undefined): readonly XmlElement[] {
  return value === undefined ? [] : [[name, value]];
}

const NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

export function xmlResponse(root: string, content: string | readonly XmlElement[]): HttpResponse {
  return {
    status: 200,
    headers: { ...requestIds(), "content-type": "application/xml" },
    body: writeXml(root, content, NAMESPACE),
  };
}

export function emptyResponse(status: number, headers: Readonly<Record<string, string>> = {}): HttpResponse {
  return { status, headers: { ...requestIds(), ...headers } };
}

/** A time as XML documents have it, in whole seconds. */
export function isoSeconds(milliseconds: number): string {
  return new Date(Math.floor(milliseconds / 1000) * 1000).toISOString();
}
