// Amazon S3 on one machine: path-style REST with the XML of the service.

import { join } from "node:path";
import type { Resource } from "../assembly/resource.ts";
import { AwsError } from "../aws/errors.ts";
import type { Clock } from "../clock.ts";
import type { HttpHandler, HttpRequest, HttpResponse } from "../http/exchange.ts";
import { WriteRefused } from "../errors.ts";
import { parseAddress } from "./address.ts";
import { openBucket, type Bucket } from "./bucket.ts";
import { errorResponse, internalError, noSuchBucket } from "./errors.ts";
import { objectHeaders } from "./get-object.ts";
import { bucketOperations, chooseOperation, objectOperations, serviceOperations } from "./operations.ts";
import type { BucketProperties } from "./resources.ts";
import type { Tell } from "../state/write-guard.ts";

export interface S3Options {
  /** The service's own folder; made when it does not exist. */
  readonly dir: string;
  readonly clock: Clock;
  readonly region: string;
  readonly buckets: readonly Resource<BucketProperties>[];
  /** Told of what is no fault of a request, such as a full disk; the client gets `InternalError`. Default writes it to stderr. */
  readonly onFault?: (error: unknown) => void;
  /** Takes a line about storage that fails or has lost something. Default is standard error. */
  readonly tell?: Tell | undefined;
}

export interface S3 {
  /** Serves path-style requests. Never rejects. */
  readonly handler: HttpHandler;
  /** The newest version of an object, for those who read without a request; `undefined` when there is none. */
  read(
    bucketName: string,
    key: string,
  ): Promise<{ readonly body: Buffer; readonly headers: Record<string, string> } | undefined>;
  close(): void;
}

export function openS3({
  dir,
  clock,
  region,
  buckets: resources,
  onFault = console.error,
  tell,
}: S3Options): S3 {
  const buckets = new Map<string, Bucket>();
  for (const { ref: name, properties } of resources) {
    // A bucket's name has no slash in it and does not begin with a dot.
    buckets.set(name, openBucket({ dir: join(dir, name), clock, name, properties, tell }));
  }
  const serve = (request: HttpRequest): HttpResponse => {
    const { bucket: bucketName, key, query } = parseAddress(request.target);
    const call = { request, query, buckets, region, clock };
    if (bucketName === undefined) return chooseOperation(serviceOperations, request, query).run(call);
    if (key === undefined) {
      const operation = chooseOperation(bucketOperations, request, query);
      return operation.run({ ...call, bucket: find(buckets, bucketName) });
    }
    const operation = chooseOperation(objectOperations, request, query);
    return operation.run({ ...call, bucket: find(buckets, bucketName), key });
  };
  return {
    handler: (request) =>
      new Promise((resolve) => {
        resolve(orError(() => serve(request), onFault));
      }),
    read: (bucketName, key) =>
      new Promise((resolve) => {
        const bucket = buckets.get(bucketName);
        const object = bucket?.current(key);
        resolve(bucket && object && { body: bucket.readContent(object), headers: objectHeaders(object) });
      }),
    close: () => {
      for (const bucket of buckets.values()) bucket.close();
    },
  };
}

function find(buckets: ReadonlyMap<string, Bucket>, name: string): Bucket {
  const bucket = buckets.get(name);
  if (bucket === undefined) throw noSuchBucket(name);
  return bucket;
}

function orError(serve: () => HttpResponse, onFault: (error: unknown) => void): HttpResponse {
  try {
    return serve();
  } catch (error) {
    if (error instanceof AwsError) return errorResponse(error);
    // Of a write that the bucket refuses the terminal has been told.
    if (!(error instanceof WriteRefused)) onFault(error);
    return errorResponse(internalError());
  }
}
