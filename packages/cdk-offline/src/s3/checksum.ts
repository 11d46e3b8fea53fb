// The checksums that a client can send with a body, and that S3 keeps with the object.

import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { crc32c, crc64nvme } from "../crc.ts";

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html */
export const checksumAlgorithms = ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"] as const;

export type ChecksumAlgorithm = (typeof checksumAlgorithms)[number];

export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  /** In base64. */
  readonly value: string;
}

export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

export function computeChecksum(algorithm: ChecksumAlgorithm, body: Uint8Array): Checksum {
  return { algorithm, value: digest(algorithm, body).toString("base64") };
}

function digest(algorithm: ChecksumAlgorithm, body: Uint8Array): Buffer {
  switch (algorithm) {
    case "CRC32":
      return bigEndian(BigInt(crc32(body)), 4);
    case "CRC32C":
      return bigEndian(BigInt(crc32c(body)), 4);
    case "CRC64NVME":
      return bigEndian(crc64nvme(body), 8);
    case "SHA1":
      return createHash("sha1").update(body).digest();
    case "SHA256":
      return createHash("sha256").update(body).digest();
  }
}

function bigEndian(value: bigint, bytes: number): Buffer {
  return Buffer.from(value.toString(16).padStart(bytes * 2, "0"), "hex");
}
