// What is checked of the body of an object before it is stored: checksums, digests and the framing of chunks.

import { Readable } from "node:stream";
import { PutObjectCommand, type ChecksumAlgorithm } from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { stateFolder } from "../serving.ts";
import { BUCKET, getObject, putObject, startS3 } from "./client.ts";

describe("checksums", () => {
  const algorithms: ChecksumAlgorithm[] = ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"];

  test.each(algorithms)("%s is checked, kept and given back", async (ChecksumAlgorithm) => {
    const { client } = await startS3(stateFolder());
    const written = await putObject(client, "k", "123456789", { ChecksumAlgorithm });
    const field = `Checksum${ChecksumAlgorithm}` as "ChecksumCRC32";
    expect(written[field]).toBeDefined();
    const read = await getObject(client, "k", { ChecksumMode: "ENABLED" });
    expect(read[field]).toBe(written[field]);
    expect(read.ChecksumType).toBe("FULL_OBJECT");
  });

  // the check values of the catalogue of CRCs, for "123456789"
  test.each([
    ["x-amz-checksum-crc32", "cbf43926"],
    ["x-amz-checksum-crc32c", "e3069283"],
    ["x-amz-checksum-crc64nvme", "ae8b14860a799888"],
  ])("%s agrees with the catalogue", async (header, hex) => {
    const { endpoint } = await startS3(stateFolder());
    const upload = (value: string) =>
      fetch(`${endpoint}/${BUCKET}/k`, { method: "PUT", body: "123456789", headers: { [header]: value } });
    const right = await upload(Buffer.from(hex, "hex").toString("base64"));
    expect(right.status).toBe(200);
    const wrong = await upload(Buffer.from(hex, "hex").reverse().toString("base64"));
    expect(await wrong.text()).toMatch(
      /<Code>BadDigest<\/Code><Message>The CRC\w+ you specified did not match/,
    );
    const malformed = await upload("AA==");
    expect(await malformed.text()).toContain(`<Message>Value for ${header} header is invalid.</Message>`);
  });

  test("an object that came without one has CRC64NVME", async () => {
    const { client, endpoint } = await startS3(stateFolder());
    const response = await fetch(`${endpoint}/${BUCKET}/k`, { method: "PUT", body: "123456789" });
    expect(response.headers.get("x-amz-checksum-crc64nvme")).toBe("rosUhgp5mIg=");
    expect((await getObject(client, "k", { ChecksumMode: "ENABLED" })).ChecksumCRC64NVME).toBe(
      "rosUhgp5mIg=",
    );
  });

  test.each([
    ["Content-MD5 of another body", { "content-md5": "AAAAAAAAAAAAAAAAAAAAAA==" }, "BadDigest", 400],
    ["a Content-MD5 that is none", { "content-md5": "AA==" }, "InvalidDigest", 400],
    [
      "another SHA-256 in the signature",
      { "x-amz-content-sha256": "0".repeat(64) },
      "XAmzContentSHA256Mismatch",
      400,
    ],
    [
      "two checksums",
      { "x-amz-checksum-crc32": "y/Q5Jg==", "x-amz-checksum-crc32c": "4waSgw==" },
      "InvalidRequest",
      400,
    ],
    [
      "an announced checksum that is missing",
      { "x-amz-sdk-checksum-algorithm": "CRC32" },
      "InvalidRequest",
      400,
    ],
    ["a checksum that is not served", { "x-amz-checksum-xxhash64": "AAAAAAAAAAA=" }, "NotImplemented", 501],
    [
      "a signing that is not served",
      { "x-amz-content-sha256": "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD" },
      "NotImplemented",
      501,
    ],
  ])("%s stores nothing", async (_, headers, code, status) => {
    const { s3, endpoint } = await startS3(stateFolder());
    const response = await fetch(`${endpoint}/${BUCKET}/k`, { method: "PUT", body: "123456789", headers });
    expect(response.status).toBe(status);
    expect(await response.text()).toContain(`<Code>${code}</Code>`);
    expect(await s3.read(BUCKET, "k")).toBeUndefined();
  });
});

describe("bodies in chunks", () => {
  test("a stream of the SDK is stored without its framing", async () => {
    const { client, s3 } = await startS3(stateFolder());
    const content = Buffer.alloc(200_000, "abc");
    await client.send(
      new PutObjectCommand({
        Bucket: BUCKET,
        Key: "k",
        Body: Readable.from([content.subarray(0, 70_000), content.subarray(70_000)]),
        ContentLength: content.length,
        ContentEncoding: "gzip",
      }),
    );
    const found = await s3.read(BUCKET, "k");
    expect(found?.body.equals(content)).toBe(true);
    expect(found?.headers["content-encoding"]).toBe("gzip");
  });

  const chunked = {
    "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    "content-encoding": "aws-chunked",
    "x-amz-decoded-content-length": "9",
    "x-amz-trailer": "x-amz-checksum-crc32",
  };
  const upload = async (body: string, headers: Record<string, string> = chunked) => {
    const { endpoint, s3 } = await startS3(stateFolder());
    const response = await fetch(`${endpoint}/${BUCKET}/k`, { method: "PUT", body, headers });
    const text = await response.text();
    return {
      status: response.status,
      code: /<Code>(.*?)<\/Code>/.exec(text)?.[1],
      stored: (await s3.read(BUCKET, "k"))?.body.toString(),
    };
  };

  test("several chunks with signatures and a trailer become one body", async () => {
    const body = "4;chunk-signature=ab\r\n1234\r\n5\r\n56789\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n";
    expect(await upload(body)).toEqual({ status: 200, stored: "123456789" });
  });

  test.each([
    [
      "a wrong checksum in the trailer",
      "9\r\n123456789\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n",
      "BadDigest",
    ],
    ["no trailer", "9\r\n123456789\r\n0\r\n\r\n", "MalformedTrailerError"],
    ["a trailer that is none", "9\r\n123456789\r\n0\r\nnonsense\r\n\r\n", "MalformedTrailerError"],
    ["less than was announced", "4\r\n1234\r\n0\r\nx-amz-checksum-crc32:m+PjtQ==\r\n\r\n", "IncompleteBody"],
    ["a chunk that ends early", "9\r\n1234", "IncompleteBody"],
    ["no last chunk", "9\r\n123456789\r\n", "IncompleteBody"],
    ["a size that is none", "x\r\n123456789\r\n0\r\n\r\n", "IncompleteBody"],
    ["an enormous size", "ffffffff\r\n123456789\r\n0\r\n\r\n", "IncompleteBody"],
  ])("%s stores nothing", async (_, body, code) => {
    expect(await upload(body)).toEqual({ status: 400, code, stored: undefined });
  });

  test("a trailer that is not served is refused by name", async () => {
    const headers = { ...chunked, "x-amz-trailer": "x-amz-meta-late" };
    expect(await upload("9\r\n123456789\r\n0\r\nx-amz-meta-late:1\r\n\r\n", headers)).toEqual({
      status: 501,
      code: "NotImplemented",
      stored: undefined,
    });
  });
});
