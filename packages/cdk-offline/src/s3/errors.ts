// The errors of S3 and the XML in which it reports them.

import { randomBytes } from "node:crypto";
import { AwsError } from "../aws/errors.ts";
import { writeXml } from "../aws/xml-writer.ts";
import type { HttpResponse } from "../http/exchange.ts";

/** Elements of the error document beside code and message. */
export type ErrorDetails = Readonly<Record<string, string>>;

/** An error of S3; some carry headers. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
export class S3Error extends AwsError {
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: string,
    status: number,
    message: string,
    details: ErrorDetails = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(code, message, status, details);
    this.headers = headers;
  }
}

/** Refuses by name what S3 has and this runtime does not serve. */
export function notServed(what: string): S3Error {
  return new S3Error("NotImplemented", 501, `${what} is not served by the local runtime`);
}

export function noSuchBucket(bucket: string): S3Error {
  return new S3Error("NoSuchBucket", 404, "The specified bucket does not exist", { BucketName: bucket });
}

export function noSuchKey(key: string, headers: Readonly<Record<string, string>> = {}): S3Error {
  return new S3Error("NoSuchKey", 404, "The specified key does not exist.", { Key: key }, headers);
}

export function noSuchVersion(key: string, versionId: string): S3Error {
  return new S3Error("NoSuchVersion", 404, "The specified version does not exist.", {
    Key: key,
    VersionId: versionId,
  });
}

export function preconditionFailed(condition: string): S3Error {
  return new S3Error(
    "PreconditionFailed",
    412,
    "At least one of the pre-conditions you specified did not hold",
    { Condition: condition },
  );
}

export function invalidArgument(message: string, name?: string, value?: string): S3Error {
  return new S3Error("InvalidArgument", 400, message, {
    ...(name !== undefined && { ArgumentName: name }),
    ...(value !== undefined && { ArgumentValue: value }),
  });
}

export function invalidRequest(message: string): S3Error {
  return new S3Error("InvalidRequest", 400, message);
}

export function lockedByObjectLock(): S3Error {
  return new S3Error("AccessDenied", 403, "Access Denied because object protected by object lock.");
}

/** For what is no fault of the request. Clients try again. */
export function internalError(): S3Error {
  return new S3Error("InternalError", 500, "We encountered an internal error. Please try again.");
}

/** The identifiers that every answer of S3 carries. */
export function requestIds(): { readonly "x-amz-request-id": string; readonly "x-amz-id-2": string } {
  return {
    "x-amz-request-id": randomBytes(8).toString("hex").toUpperCase(),
    "x-amz-id-2": randomBytes(56).toString("base64"),
  };
}

/** The error document. An answer to HEAD has it, too: the server leaves the body away. */
export function errorResponse(error: AwsError): HttpResponse {
  const ids = requestIds();
  const headers = error instanceof S3Error ? error.headers : {};
  return {
    status: error.status,
    headers: { ...ids, ...headers, "content-type": "application/xml" },
    body: writeXml("Error", [
      ["Code", error.code],
      ["Message", error.message],
      ...Object.entries(error.details).map(([name, value]) => [name, String(value)] as const),
      ["RequestId", ids["x-amz-request-id"]],
      ["HostId", ids["x-amz-id-2"]],
    ]),
  };
}
