// The table of what S3 serves here, and the choice of the operation that a request means.

import type { HttpRequest, HttpResponse } from "../http/exchange.ts";
import {
  getBucketLocation,
  getBucketVersioning,
  getObjectLockConfiguration,
  headBucket,
  listBuckets,
} from "./bucket-operations.ts";
import type { BucketCall, ObjectCall, ServiceCall } from "./call.ts";
import { checksumAlgorithms, checksumHeader } from "./checksum.ts";
import { deleteObject, deleteObjects } from "./delete-object.ts";
import { notServed } from "./errors.ts";
import { getObject } from "./get-object.ts";
import { listObjects } from "./list-objects.ts";
import { listObjectVersions } from "./list-versions.ts";
import { putObject } from "./put-object.ts";
import { getObjectRetention, putObjectRetention } from "./retention.ts";

export interface Operation<Call> {
  readonly name: string;
  readonly method: string;
  /** The query parameter that tells it from others of the same method. */
  readonly subresource?: string;
  /** Further query parameters that it understands. */
  readonly parameters?: readonly string[];
  /** The headers that it understands, of those that could change what it does. */
  readonly headers?: readonly string[];
  readonly run: (call: Call) => HttpResponse;
}

export interface OperationTable<Call> {
  /** What these operations work on, as refusals name it. */
  readonly on: string;
  readonly operations: readonly Operation<Call>[];
}

const bodyHeaders = [
  "x-amz-sdk-checksum-algorithm",
  "x-amz-trailer",
  "x-amz-decoded-content-length",
  ...checksumAlgorithms.map(checksumHeader),
];
const readConditions = ["if-match", "if-none-match", "if-modified-since", "if-unmodified-since"];
const readHeaders = [...readConditions, "range", "x-amz-checksum-mode"];
const bypass = "x-amz-bypass-governance-retention";
const listing = ["prefix", "delimiter", "max-keys", "encoding-type"];

export const serviceOperations: OperationTable<ServiceCall> = {
  on: "the service",
  operations: [{ name: "ListBuckets", method: "GET", run: listBuckets }],
};

export const bucketOperations: OperationTable<BucketCall> = {
  on: "a bucket",
  operations: [
    { name: "HeadBucket", method: "HEAD", run: headBucket },
    {
      name: "ListObjectsV2",
      method: "GET",
      subresource: "list-type",
      parameters: [...listing, "continuation-token", "start-after"],
      run: listObjects,
    },
    {
      name: "ListObjectVersions",
      method: "GET",
      subresource: "versions",
      parameters: [...listing, "key-marker", "version-id-marker"],
      run: listObjectVersions,
    },
    { name: "GetBucketLocation", method: "GET", subresource: "location", run: getBucketLocation },
    { name: "GetBucketVersioning", method: "GET", subresource: "versioning", run: getBucketVersioning },
    {
      name: "GetObjectLockConfiguration",
      method: "GET",
      subresource: "object-lock",
      run: getObjectLockConfiguration,
    },
    {
      name: "DeleteObjects",
      method: "POST",
      subresource: "delete",
      headers: [...bodyHeaders, bypass],
      run: deleteObjects,
    },
  ],
};

export const objectOperations: OperationTable<ObjectCall> = {
  on: "an object",
  operations: [
    {
      name: "PutObject",
      method: "PUT",
      headers: [
        ...bodyHeaders,
        "if-match",
        "if-none-match",
        "x-amz-object-lock-mode",
        "x-amz-object-lock-retain-until-date",
        "x-amz-server-side-encryption",
        "x-amz-storage-class",
        "x-amz-meta-*",
      ],
      run: putObject,
    },
    { name: "GetObject", method: "GET", parameters: ["versionId"], headers: readHeaders, run: getObject },
    { name: "HeadObject", method: "HEAD", parameters: ["versionId"], headers: readHeaders, run: getObject },
    {
      name: "DeleteObject",
      method: "DELETE",
      parameters: ["versionId"],
      headers: [bypass],
      run: deleteObject,
    },
    {
      name: "GetObjectRetention",
      method: "GET",
      subresource: "retention",
      parameters: ["versionId"],
      run: getObjectRetention,
    },
    {
      name: "PutObjectRetention",
      method: "PUT",
      subresource: "retention",
      parameters: ["versionId"],
      headers: [...bodyHeaders, bypass],
      run: putObjectRetention,
    },
  ],
};

/** The operation that a request means. Throws for one that is not served, and for options that it does not know. */
export function chooseOperation<Call>(
  table: OperationTable<Call>,
  request: HttpRequest,
  query: URLSearchParams,
): Operation<Call> {
  const parameters = [...query.keys()].filter((name) => !isSignatureParameter(name));
  const sameMethod = table.operations.filter(({ method }) => method === request.method);
  const operation =
    sameMethod.find(({ subresource }) => subresource !== undefined && parameters.includes(subresource)) ??
    sameMethod.find(({ subresource }) => subresource === undefined);
  const unknown = parameters.filter(
    (name) => name !== operation?.subresource && !(operation?.parameters ?? []).includes(name),
  );
  if (operation === undefined || unknown.length > 0)
    throw notServed(`S3 ${asked(table, request.method, query, unknown)}`);
  refuseUnknownHeaders(operation, request);
  return operation;
}

/** What a request asks for, as far as it can be named. */
function asked<Call>(
  { on, operations }: OperationTable<Call>,
  method: string,
  query: URLSearchParams,
  unknown: readonly string[],
): string {
  if (unknown.some((name) => multipartParameters.includes(name))) return "multipart upload";
  const named = query.get("x-id");
  // An operation that is served as such is not what is missing.
  if (named !== null && operations.every(({ name }) => name !== named)) return named;
  return `${named ?? `${method} on ${on}`}${unknown.length === 0 ? "" : ` with ?${unknown.join("&")}`}`;
}

const multipartParameters = ["uploads", "uploadId", "partNumber"];

/** Parameters that say who sends the request, not what it is; `x-id` is how SDKs mark theirs. */
function isSignatureParameter(name: string): boolean {
  return name === "x-id" || name.startsWith("X-Amz-");
}

/** Headers of every request, none of which changes what an operation does. */
const commonHeaders = ["x-amz-date", "x-amz-content-sha256", "x-amz-security-token", "x-amz-user-agent"];

function refuseUnknownHeaders<Call>(operation: Operation<Call>, { headers }: HttpRequest): void {
  const known = [...commonHeaders, ...(operation.headers ?? [])];
  for (const name of Object.keys(headers)) {
    const matters = name.startsWith("x-amz-") || readHeaders.includes(name);
    const pattern = name.startsWith("x-amz-meta-") ? "x-amz-meta-*" : name;
    if (matters && !known.includes(pattern)) throw notServed(`S3 ${operation.name} with the header ${name}`);
  }
}
