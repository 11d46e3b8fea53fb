// Listings and what a bucket tells of itself, through the AWS SDK.

import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetBucketLocationCommand,
  GetBucketVersioningCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type ListObjectsV2CommandInput,
  type ListObjectVersionsCommandInput,
  type ListObjectVersionsCommandOutput,
  type S3Client,
} from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { stateFolder } from "../serving.ts";
import { BUCKET, T, startS3, versioned } from "./client.ts";

const Bucket = BUCKET;

async function withKeys(keys: readonly string[], properties = {}) {
  const started = await startS3(stateFolder(), properties);
  for (const Key of keys) await started.client.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
  return started;
}

async function page(client: S3Client, input: Partial<ListObjectsV2CommandInput> = {}) {
  const answer = await client.send(new ListObjectsV2Command({ Bucket, ...input }));
  return {
    ...answer,
    keys: (answer.Contents ?? []).map(({ Key }) => Key),
    prefixes: (answer.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
  };
}

/** All pages of `MaxKeys` each, with keys and common prefixes in the order in which they came. */
async function pages(client: S3Client, input: Partial<ListObjectsV2CommandInput>) {
  const found: (string | undefined)[][] = [];
  let ContinuationToken: string | undefined;
  do {
    const one = await page(client, { ...input, ContinuationToken });
    found.push([...one.keys, ...one.prefixes]);
    expect(one.KeyCount).toBe(found.at(-1)?.length);
    ContinuationToken = one.NextContinuationToken;
    expect(one.IsTruncated).toBe(ContinuationToken !== undefined);
  } while (ContinuationToken !== undefined);
  return found;
}

describe("ListObjectsV2", () => {
  const keys = ["a", "b/1", "b/2", "b/c/3", "d", "e/4", "é", "\u{ffee}", "\u{1f600}"];

  test("lists by the order of the bytes, with what is known of each object", async () => {
    const { client } = await withKeys([...keys].reverse());
    const listed = await page(client);
    expect(listed.keys).toEqual(keys);
    expect(listed.Contents?.[0]).toEqual({
      Key: "a",
      LastModified: new Date(T),
      ETag: '"0cc175b9c0f1b6a831c399e269772661"',
      ChecksumAlgorithm: ["CRC32"],
      ChecksumType: "FULL_OBJECT",
      Size: 1,
      StorageClass: "STANDARD",
    });
    expect(listed).toMatchObject({
      Name: Bucket,
      Prefix: "",
      KeyCount: 9,
      MaxKeys: 1000,
      IsTruncated: false,
    });
  });

  test("keeps to a prefix and groups by a delimiter", async () => {
    const { client } = await withKeys(keys);
    expect((await page(client, { Prefix: "b" })).keys).toEqual(["b/1", "b/2", "b/c/3"]);
    expect(await page(client, { Delimiter: "/" })).toMatchObject({
      keys: ["a", "d", "é", "\u{ffee}", "\u{1f600}"],
      prefixes: ["b/", "e/"],
      Delimiter: "/",
    });
    expect(await page(client, { Prefix: "b/", Delimiter: "/" })).toMatchObject({
      keys: ["b/1", "b/2"],
      prefixes: ["b/c/"],
    });
    expect((await page(client, { Prefix: "zzz" })).keys).toEqual([]);
    expect((await page(client, { StartAfter: "b/2" })).keys).toEqual(keys.slice(3));
    expect(await page(client, { MaxKeys: 0 })).toMatchObject({ keys: [], IsTruncated: false });
  });

  test.each([1, 2, 3, 7])("shows everything once in pages of %i", async (MaxKeys) => {
    const { client } = await withKeys(keys);
    const all = await pages(client, { MaxKeys });
    expect(all.flat()).toEqual(keys);
    expect(all[0]).toHaveLength(MaxKeys);
    const grouped = await pages(client, { MaxKeys, Delimiter: "/" });
    expect(grouped.flat().sort()).toEqual(["a", "b/", "d", "e/", "é", "\u{1f600}", "\u{ffee}"]);
  });

  test("goes on after a key that has been added or deleted in between", async () => {
    const { client } = await withKeys(["a", "b", "c"]);
    const first = await page(client, { MaxKeys: 2 });
    await client.send(new PutObjectCommand({ Bucket, Key: "aa", Body: "x" }));
    await client.send(new PutObjectCommand({ Bucket, Key: "bb", Body: "x" }));
    const second = await page(client, { ContinuationToken: first.NextContinuationToken });
    expect(second.keys).toEqual(["bb", "c"]);
  });

  test("encodes keys for those who ask", async () => {
    const { client } = await withKeys(["a b/ü+%\n"]);
    const listed = await page(client, { EncodingType: "url", Delimiter: "+" });
    expect(listed).toMatchObject({ EncodingType: "url", prefixes: ["a+b/%C3%BC%2B"], Delimiter: "%2B" });
    expect((await page(client)).keys).toEqual(["a b/ü+%\n"]);
  });

  test("does not list what has been deleted", async () => {
    const { client } = await withKeys(["a", "b/1"], versioned);
    await client.send(new DeleteObjectCommand({ Bucket, Key: "b/1" }));
    expect(await page(client, { Delimiter: "/" })).toMatchObject({ keys: ["a"], prefixes: [] });
  });

  test("refuses tokens of other listings and parameters that are none", async () => {
    const { client, endpoint } = await withKeys(["a", "b"]);
    const { NextContinuationToken } = await page(client, { MaxKeys: 1 });
    for (const ContinuationToken of [NextContinuationToken, "nonsense"]) {
      await expect(page(client, { Prefix: "b", ContinuationToken })).rejects.toMatchObject({
        name: "InvalidArgument",
        message: "The continuation token provided is incorrect",
      });
    }
    await expect(page(client, { MaxKeys: -1 })).rejects.toMatchObject({ ArgumentName: "max-keys" });
    await expect(page(client, { FetchOwner: true })).rejects.toMatchObject({ name: "NotImplemented" });
    await expect(client.send(new ListObjectsCommand({ Bucket }))).rejects.toThrow(
      "S3 GET on a bucket is not served",
    );
    const acl = await fetch(`${endpoint}/${Bucket}?acl`);
    expect(await acl.text()).toContain("S3 GET on a bucket with ?acl is not served");
  });
});

describe("ListObjectVersions", () => {
  test.each([1, 2, 3, 4])("shows every version once in pages of %i", async (MaxKeys) => {
    const { client } = await withKeys(["a", "b/1", "a", "c", "a", "b/2"], versioned);
    const seen: unknown[] = [];
    let markers: Partial<ListObjectVersionsCommandInput> | undefined = {};
    while (markers !== undefined) {
      const answer: ListObjectVersionsCommandOutput = await client.send(
        new ListObjectVersionsCommand({ Bucket, MaxKeys, Delimiter: "/", ...markers }),
      );
      const found = [...(answer.Versions ?? []), ...(answer.CommonPrefixes ?? [])];
      expect(found.length).toBeLessThanOrEqual(MaxKeys);
      seen.push(
        ...found.map((item) => ("Key" in item ? `${String(item.Key)}:${String(item.IsLatest)}` : item)),
      );
      markers = answer.IsTruncated
        ? { KeyMarker: answer.NextKeyMarker, VersionIdMarker: answer.NextVersionIdMarker }
        : undefined;
    }
    expect(seen).toHaveLength(5);
    expect(seen).toEqual(
      expect.arrayContaining(["a:true", "a:false", "a:false", { Prefix: "b/" }, "c:true"]),
    );
  });

  test("a version marker needs a key marker", async () => {
    const { client } = await withKeys(["a"], versioned);
    await expect(
      client.send(new ListObjectVersionsCommand({ Bucket, VersionIdMarker: "x" })),
    ).rejects.toThrow("A version-id marker cannot be specified without a key marker.");
  });
});

describe("buckets", () => {
  test("are listed, found and located", async () => {
    const { client } = await startS3(stateFolder());
    const { Buckets, Owner } = await client.send(new ListBucketsCommand({}));
    expect(Buckets).toEqual([
      { Name: BUCKET, CreationDate: new Date(T) },
      { Name: "loginnotes-local-page", CreationDate: new Date(T) },
    ]);
    expect(Owner?.ID).toHaveLength(64);
    expect((await client.send(new HeadBucketCommand({ Bucket }))).BucketRegion).toBe("us-east-1");
    await expect(client.send(new HeadBucketCommand({ Bucket: "none" }))).rejects.toMatchObject({
      name: "NotFound",
    });
    expect((await client.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBeUndefined();
    expect((await client.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBeUndefined();
  });

  test("come from the template only", async () => {
    const { client } = await startS3(stateFolder());
    await expect(client.send(new CreateBucketCommand({ Bucket: "new-bucket" }))).rejects.toMatchObject({
      name: "NotImplemented",
      message: "S3 PUT on a bucket is not served by the local runtime",
    });
  });
});
