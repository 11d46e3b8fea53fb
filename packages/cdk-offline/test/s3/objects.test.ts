// Writing, reading and deleting objects through the AWS SDK.

import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import {
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectVersionsCommand,
  type GetObjectCommandInput,
} from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { stateFolder } from "../serving.ts";
import { BUCKET, T, getObject, putObject, startS3, versioned } from "./client.ts";

describe("an object", () => {
  test("comes back with its content, its headers and its metadata", async () => {
    const { client } = await startS3(stateFolder());
    const written = await putObject(client, "a/b.txt", "grüße\n", {
      ContentType: "text/plain; charset=utf-8",
      CacheControl: "max-age=60",
      ContentDisposition: "inline",
      ContentLanguage: "de",
      Metadata: { digest: "abc", Other: "x y" },
    });
    expect(written).toMatchObject({
      ETag: `"${createHash("md5").update("grüße\n").digest("hex")}"`,
      ServerSideEncryption: "AES256",
      ChecksumType: "FULL_OBJECT",
    });
    expect(written.VersionId).toBeUndefined();
    expect(await getObject(client, "a/b.txt")).toMatchObject({
      text: "grüße\n",
      ETag: written.ETag,
      ContentType: "text/plain; charset=utf-8",
      CacheControl: "max-age=60",
      ContentDisposition: "inline",
      ContentLanguage: "de",
      ContentLength: 8,
      LastModified: new Date(T),
      AcceptRanges: "bytes",
      Metadata: { digest: "abc", other: "x y" },
      ServerSideEncryption: "AES256",
    });
    const head = await client.send(new HeadObjectCommand({ Bucket: BUCKET, Key: "a/b.txt" }));
    expect(head).toMatchObject({ ContentLength: 8, ETag: written.ETag, Metadata: { digest: "abc" } });
  });

  test("can be empty and without a content type: it has S3's own then", async () => {
    const { client, endpoint } = await startS3(stateFolder());
    await fetch(`${endpoint}/${BUCKET}/k`, { method: "PUT", body: new Uint8Array() });
    expect(await getObject(client, "k")).toMatchObject({
      text: "",
      ContentLength: 0,
      ContentType: "binary/octet-stream",
    });
  });

  test("that is not there answers NoSuchKey, and NotFound to HEAD", async () => {
    const { client } = await startS3(stateFolder());
    await expect(getObject(client, "none")).rejects.toMatchObject({
      name: "NoSuchKey",
      message: "The specified key does not exist.",
      Key: "none",
    });
    await expect(client.send(new HeadObjectCommand({ Bucket: BUCKET, Key: "none" }))).rejects.toMatchObject({
      name: "NotFound",
      $metadata: { httpStatusCode: 404 },
    });
    await expect(
      client.send(new GetObjectCommand({ Bucket: "no-such-bucket", Key: "k" })),
    ).rejects.toMatchObject({ name: "NoSuchBucket", BucketName: "no-such-bucket" });
  });

  test("is read within the process as well", async () => {
    const { s3, client } = await startS3(stateFolder());
    await putObject(client, "page.html", "<p>", { ContentType: "text/html", CacheControl: "no-cache" });
    const found = await s3.read(BUCKET, "page.html");
    expect(found?.body.toString()).toBe("<p>");
    expect(found?.headers).toMatchObject({ "content-type": "text/html", "cache-control": "no-cache" });
    expect(found?.headers["etag"]).toMatch(/^"[0-9a-f]{32}"$/);
    expect(await s3.read(BUCKET, "none")).toBeUndefined();
    expect(await s3.read("none", "none")).toBeUndefined();
  });
});

describe("keys", () => {
  test.each([
    "../../x",
    "logins/../../../etc/x",
    "/etc/x",
    "//double//slash/",
    ".",
    "..",
    "a/./b",
    "%2e%2e%2f",
    "a%b+c d&e?f#g",
    "a\\b",
    "CON",
    "trailing.",
    "tab\tline\nreturn\rnul\u0001",
    "quotes'\"<&>",
    "grüße/日本語/\u{1f600}",
    "~!*()'",
    "__proto__",
    "x".repeat(1024),
    "é".repeat(512),
  ])("F1 %j is a key like any other", async (key) => {
    const dir = stateFolder();
    const { client } = await startS3(join(dir, "s3"), versioned);
    await putObject(client, key, "mine");
    expect((await getObject(client, key)).text).toBe("mine");
    const { Versions } = await client.send(
      new ListObjectVersionsCommand({ Bucket: BUCKET, EncodingType: "url" }),
    );
    expect(decodeURIComponent(Versions?.[0]?.Key?.replaceAll("+", " ") ?? "")).toBe(key);
    // the folder of the service is all that was written to, and no file in it is named after a key
    expect(readdirSync(dir)).toEqual(["s3"]);
    expect(readdirSync(join(dir, "s3"))).toEqual([BUCKET, "loginnotes-local-page"]);
    expect(readdirSync(join(dir, "s3", BUCKET, "blobs"))).toEqual([
      createHash("sha256").update("mine").digest("hex"),
    ]);
    await client.send(
      new DeleteObjectsCommand({
        Bucket: BUCKET,
        Delete: { Objects: [{ Key: key, VersionId: Versions?.[0]?.VersionId }] },
      }),
    );
    await expect(getObject(client, key)).rejects.toMatchObject({ name: "NoSuchKey" });
  });

  test("of 1,025 bytes are too long", async () => {
    const { client } = await startS3(stateFolder());
    await expect(putObject(client, "x".repeat(1025))).rejects.toMatchObject({
      name: "KeyTooLongError",
      message: "Your key is too long",
    });
  });

  test("that are not UTF-8 are refused", async () => {
    const { endpoint } = await startS3(stateFolder());
    for (const path of ["%ff", "%", "%zz"]) {
      const response = await fetch(`${endpoint}/${BUCKET}/${path}`);
      expect(response.status).toBe(400);
      expect(await response.text()).toContain("<Code>InvalidURI</Code>");
    }
  });
});

describe("conditional writes", () => {
  test("F5 a second put of the same key answers 412", async () => {
    const { client } = await startS3(stateFolder(), versioned);
    await putObject(client, "k", "first", { IfNoneMatch: "*" });
    await expect(putObject(client, "k", "second", { IfNoneMatch: "*" })).rejects.toMatchObject({
      name: "PreconditionFailed",
      message: "At least one of the pre-conditions you specified did not hold",
      Condition: "If-None-Match",
      $metadata: { httpStatusCode: 412 },
    });
    expect((await getObject(client, "k")).text).toBe("first");
  });

  test("of a hundred at once one wins", async () => {
    const { client } = await startS3(stateFolder(), versioned);
    const results = await Promise.allSettled(
      Array.from({ length: 100 }, (_, i) => putObject(client, "k", String(i), { IfNoneMatch: "*" })),
    );
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const { Versions } = await client.send(new ListObjectVersionsCommand({ Bucket: BUCKET }));
    expect(Versions).toHaveLength(1);
  });

  test("a deleted key is free again", async () => {
    const { client } = await startS3(stateFolder(), versioned);
    await putObject(client, "k", "first", { IfNoneMatch: "*" });
    await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: "k" }));
    await putObject(client, "k", "second", { IfNoneMatch: "*" });
    expect((await getObject(client, "k")).text).toBe("second");
  });

  test("If-Match writes over the version it names and no other", async () => {
    const { client } = await startS3(stateFolder(), versioned);
    const { ETag } = await putObject(client, "k", "first");
    await putObject(client, "k", "second", { IfMatch: ETag });
    await expect(putObject(client, "k", "third", { IfMatch: ETag })).rejects.toMatchObject({
      name: "PreconditionFailed",
      Condition: "If-Match",
    });
    await expect(putObject(client, "none", "x", { IfMatch: ETag })).rejects.toMatchObject({
      name: "NoSuchKey",
    });
  });

  test.each([
    [{ IfNoneMatch: '"etag"' }, "If-None-Match"],
    [{ IfMatch: "*" }, "If-Match"],
    [{ IfMatch: '"etag"', IfNoneMatch: "*" }, "If-Match,If-None-Match"],
  ])("%o is what S3 does not implement either", async (condition, Header) => {
    const { client } = await startS3(stateFolder());
    await expect(putObject(client, "k", "x", condition)).rejects.toMatchObject({
      name: "NotImplemented",
      Header,
    });
  });
});

describe("conditional reads", () => {
  test("answer 304 to those who have it, 412 to those who want another", async () => {
    const { client } = await startS3(stateFolder());
    const { ETag } = await putObject(client, "k");
    const statusOf = (condition: Partial<GetObjectCommandInput>) =>
      getObject(client, "k", condition).then(
        ({ $metadata }) => $metadata.httpStatusCode,
        (error: unknown) => (error as { $metadata: { httpStatusCode: number } }).$metadata.httpStatusCode,
      );
    const before = new Date(T - 1000);
    const after = new Date(T + 1000);
    expect(await statusOf({ IfNoneMatch: ETag })).toBe(304);
    expect(await statusOf({ IfNoneMatch: '"other"' })).toBe(200);
    expect(await statusOf({ IfMatch: ETag })).toBe(200);
    expect(await statusOf({ IfMatch: '"other"' })).toBe(412);
    expect(await statusOf({ IfModifiedSince: before })).toBe(200);
    expect(await statusOf({ IfModifiedSince: new Date(T) })).toBe(304);
    expect(await statusOf({ IfUnmodifiedSince: before })).toBe(412);
    expect(await statusOf({ IfUnmodifiedSince: after })).toBe(200);
    expect(await statusOf({ IfMatch: ETag, IfUnmodifiedSince: before })).toBe(200);
    expect(await statusOf({ IfNoneMatch: '"other"', IfModifiedSince: after })).toBe(200);
  });
});

describe("ranges", () => {
  test.each([
    ["bytes=0-8", "012345678", "bytes 0-8/10"],
    ["bytes=1-1", "1", "bytes 1-1/10"],
    ["bytes=1-", "123456789", "bytes 1-9/10"],
    ["bytes=-2", "89", "bytes 8-9/10"],
    ["bytes=-15", "0123456789", "bytes 0-9/10"],
    ["bytes=0-100", "0123456789", "bytes 0-9/10"],
    ["bytes=1-0", "0123456789", undefined],
    ["bytes=-", "0123456789", undefined],
    ["bytes=0-1,3-4", "0123456789", undefined],
    ["nonsense", "0123456789", undefined],
  ])("%s gives %j", async (Range, text, ContentRange) => {
    const { client } = await startS3(stateFolder());
    await putObject(client, "k", "0123456789");
    const answer = await getObject(client, "k", { Range, ChecksumMode: "ENABLED" });
    expect(answer.text).toBe(text);
    expect(answer.ContentRange).toBe(ContentRange);
    expect(answer.$metadata.httpStatusCode).toBe(ContentRange === undefined ? 200 : 206);
    expect(answer.ChecksumCRC32 !== undefined).toBe(text.length === 10);
  });

  test.each(["bytes=-0", "bytes=100-200", "bytes=10-"])("%s cannot be satisfied", async (Range) => {
    const { client } = await startS3(stateFolder());
    await putObject(client, "k", "0123456789");
    await expect(getObject(client, "k", { Range })).rejects.toMatchObject({
      name: "InvalidRange",
      RangeRequested: Range,
      ActualObjectSize: "10",
      $metadata: { httpStatusCode: 416 },
    });
  });
});

describe("what is not served", () => {
  test("multipart uploads and copies are refused by name", async () => {
    const { client } = await startS3(stateFolder());
    await expect(
      client.send(new CreateMultipartUploadCommand({ Bucket: BUCKET, Key: "k" })),
    ).rejects.toMatchObject({
      name: "NotImplemented",
      message: "S3 multipart upload is not served by the local runtime",
      $metadata: { httpStatusCode: 501 },
    });
    await expect(
      client.send(new CopyObjectCommand({ Bucket: BUCKET, Key: "k", CopySource: `${BUCKET}/a` })),
    ).rejects.toMatchObject({ name: "NotImplemented" });
  });

  test("a parameter of an operation that is served is what the refusal names", async () => {
    const { client } = await startS3(stateFolder());
    await expect(client.send(new ListBucketsCommand({ MaxBuckets: 1 }))).rejects.toMatchObject({
      message: "S3 ListBuckets with ?max-buckets is not served by the local runtime",
    });
  });

  test.each([
    [{ ServerSideEncryption: "aws:kms" as const }, "S3 PutObject with encryption aws:kms"],
    [{ StorageClass: "GLACIER" as const }, "S3 PutObject with storage class GLACIER"],
    [{ ACL: "public-read" as const }, "S3 PutObject with the header x-amz-acl"],
    [{ Tagging: "a=b" }, "S3 PutObject with the header x-amz-tagging"],
    [
      { ObjectLockLegalHoldStatus: "ON" as const },
      "S3 PutObject with the header x-amz-object-lock-legal-hold",
    ],
    [{ WebsiteRedirectLocation: "/x" }, "S3 PutObject with the header x-amz-website-redirect-location"],
  ])("a put with %o is refused by name", async (rest, what) => {
    const { client, s3 } = await startS3(stateFolder());
    await expect(putObject(client, "k", "x", rest)).rejects.toMatchObject({
      name: "NotImplemented",
      message: `${what} is not served by the local runtime`,
    });
    expect(await s3.read(BUCKET, "k")).toBeUndefined();
  });

  test("metadata of more than 2 KB is refused", async () => {
    const { client } = await startS3(stateFolder());
    await expect(putObject(client, "k", "x", { Metadata: { a: "x".repeat(2048) } })).rejects.toMatchObject({
      name: "MetadataTooLarge",
      MaxSizeAllowed: "2048",
    });
  });

  test.each([
    ["GET", "?acl", "S3 GET on an object with ?acl"],
    ["PUT", "?tagging", "S3 PUT on an object with ?tagging"],
    ["POST", "?restore", "S3 POST on an object with ?restore"],
    ["GET", "?response-content-type=text/html", "S3 GET on an object with ?response-content-type"],
    ["PATCH", "", "S3 PATCH on an object"],
  ])("%s %s is refused by name", async (method, query, what) => {
    const { endpoint } = await startS3(stateFolder());
    const response = await fetch(`${endpoint}/${BUCKET}/k${query}`, { method });
    expect(response.status).toBe(501);
    expect(response.headers.get("content-type")).toBe("application/xml");
    expect(await response.text()).toContain(`<Message>${what} is not served by the local runtime</Message>`);
  });
});
