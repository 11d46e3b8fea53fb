// Gets at the body of a request and makes sure that it is what the client sent.

import { createHash } from "node:crypto";
import type { HttpRequest } from "../http/exchange.ts";
import { incompleteBody, malformedTrailer, unchunk } from "./aws-chunked.ts";
import {
  checksumAlgorithms,
  checksumHeader,
  computeChecksum,
  type Checksum,
  type ChecksumAlgorithm,
} from "./checksum.ts";
import { S3Error, invalidRequest, notServed } from "./errors.ts";

export interface CheckedBody {
  readonly bytes: Buffer;
  /** The checksum that came with it and holds. */
  readonly checksum: Checksum | undefined;
  /** Whether the client gave a checksum or an MD5 digest. */
  readonly hasDigest: boolean;
}

/** Throws for a body that does not fit what the headers (or trailers) say of it, or says it in ways not served. */
export function readBody(request: HttpRequest): CheckedBody {
  const { bytes, declared } = decode(request);
  checkMd5(request.headers["content-md5"], bytes);
  const checksum = checkChecksum(request, declared, bytes);
  return {
    bytes,
    checksum,
    hasDigest: checksum !== undefined || request.headers["content-md5"] !== undefined,
  };
}

type Headers = Readonly<Record<string, string | undefined>>;

/** The bytes themselves, and where their checksum is declared: in the headers, or with chunks in the trailers. */
function decode({ headers, body }: HttpRequest): { bytes: Buffer; declared: Headers } {
  const content = headers["x-amz-content-sha256"] ?? "UNSIGNED-PAYLOAD";
  if (isAwsChunked(headers["content-encoding"])) return decodeChunks(headers, body);
  if (/^[0-9a-f]{64}$/.test(content)) {
    if (createHash("sha256").update(body).digest("hex") !== content) {
      throw new S3Error(
        "XAmzContentSHA256Mismatch",
        400,
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
      );
    }
    return { bytes: body, declared: headers };
  }
  switch (content) {
    case "UNSIGNED-PAYLOAD":
      return { bytes: body, declared: headers };
    case "STREAMING-UNSIGNED-PAYLOAD-TRAILER":
    case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD":
    case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER":
      return decodeChunks(headers, body);
    default:
      throw notServed(`x-amz-content-sha256: ${content}`);
  }
}

function isAwsChunked(contentEncoding = ""): boolean {
  return contentEncodings(contentEncoding).includes("aws-chunked");
}

/** The codings that `content-encoding` lists. */
export function contentEncodings(contentEncoding: string): readonly string[] {
  return contentEncoding.split(",").map((coding) => coding.trim());
}

function decodeChunks(headers: Headers, raw: Buffer): { bytes: Buffer; declared: Headers } {
  const length = headers["x-amz-decoded-content-length"];
  if (length === undefined) {
    throw new S3Error("MissingContentLength", 411, "You must provide the Content-Length HTTP header.");
  }
  const { body, trailers } = unchunk(raw);
  if (body.length !== Number(length)) throw incompleteBody();
  const announced = headers["x-amz-trailer"]?.toLowerCase();
  if (announced === undefined) return { bytes: body, declared: headers };
  if (!checksumAlgorithms.some((algorithm) => checksumHeader(algorithm) === announced)) {
    throw notServed(`x-amz-trailer: ${announced}`);
  }
  if (trailers[announced] === undefined) throw malformedTrailer();
  return { bytes: body, declared: { [announced]: trailers[announced] } };
}

function checkMd5(expected: string | undefined, bytes: Buffer): void {
  if (expected === undefined) return;
  if (Buffer.from(expected, "base64").length !== 16) {
    throw new S3Error("InvalidDigest", 400, "The Content-MD5 you specified was invalid.");
  }
  const actual = createHash("md5").update(bytes).digest("base64");
  if (actual !== expected) {
    throw new S3Error("BadDigest", 400, "The Content-MD5 you specified did not match what we received.", {
      ExpectedDigest: expected,
      CalculatedDigest: actual,
    });
  }
}

function checkChecksum({ headers }: HttpRequest, declared: Headers, bytes: Buffer): Checksum | undefined {
  const algorithms = checksumAlgorithms.filter(
    (algorithm) => declared[checksumHeader(algorithm)] !== undefined,
  );
  if (algorithms.length > 1) {
    throw invalidRequest(
      "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
    );
  }
  const [algorithm] = algorithms;
  if (algorithm === undefined) {
    if (headers["x-amz-sdk-checksum-algorithm"] === undefined) return undefined;
    throw invalidRequest(
      "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers " +
        "were found.",
    );
  }
  const value = declared[checksumHeader(algorithm)] ?? "";
  const checksum = computeChecksum(algorithm, bytes);
  if (value.length !== checksum.value.length) {
    throw invalidRequest(`Value for ${checksumHeader(algorithm)} header is invalid.`);
  }
  if (value !== checksum.value) throw badChecksum(algorithm);
  return checksum;
}

function badChecksum(algorithm: ChecksumAlgorithm): S3Error {
  return new S3Error(
    "BadDigest",
    400,
    `The ${algorithm} you specified did not match the calculated checksum.`,
  );
}
