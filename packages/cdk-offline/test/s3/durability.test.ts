// What survives when the process or the disk fails.

import { appendFileSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { fillDisk } from "../full-disk.ts";
import { stateFolder } from "../serving.ts";
import { BUCKET, locked, startS3, versioned } from "./client.ts";

const put = (client: S3Client, Key: string, Body: string) =>
  client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));

test("H11 all that was acknowledged is there after a restart, without the torn last line", async () => {
  const dir = stateFolder();
  const first = await startS3(dir, locked);
  await first.client.send(
    new PutObjectCommand({
      Bucket: BUCKET,
      Key: "k",
      Body: "one",
      Metadata: { a: "b" },
      ContentType: "text/plain",
    }),
  );
  await put(first.client, "k", "two");
  const before = await first.client.send(new ListObjectVersionsCommand({ Bucket: BUCKET }));
  const headers = (await first.s3.read(BUCKET, "k"))?.headers;
  appendFileSync(join(dir, BUCKET, "index.jsonl"), '{"put":"k","version":{"id":"to');

  const second = await startS3(dir, locked);
  const after = await second.client.send(new ListObjectVersionsCommand({ Bucket: BUCKET }));
  expect(after.Versions).toEqual(before.Versions);
  expect((await second.s3.read(BUCKET, "k"))?.headers).toEqual(headers);
  await put(second.client, "k", "three");
  expect((await second.s3.read(BUCKET, "k"))?.body.toString()).toBe("three");
});

test("H11 on a full disk a put is an error and the old version stays, whole", async () => {
  const dir = stateFolder();
  const { s3, client, errors } = await startS3(dir, versioned);
  await put(client, "k", "before");
  const free = fillDisk();
  await expect(put(client, "k", "lost")).rejects.toMatchObject({
    name: "InternalError",
    message: "We encountered an internal error. Please try again.",
    $metadata: { httpStatusCode: 500 },
  });
  // the content is there already, so that only the line in the journal fails
  await expect(put(client, "other", "before")).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
  await expect(client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: "k" }))).rejects.toMatchObject({
    $metadata: { httpStatusCode: 500 },
  });
  expect(errors).toEqual([]);
  expect((await s3.read(BUCKET, "k"))?.body.toString()).toBe("before");
  expect(await s3.read(BUCKET, "other")).toBeUndefined();
  expect(readdirSync(join(dir, BUCKET, "blobs"))).toHaveLength(1);
  free();
  await expect(put(client, "k", "after")).rejects.toMatchObject({ name: "InternalError" });
  s3.close();
  const again = await startS3(dir, versioned);
  await put(again.client, "k", "after");
  expect((await again.s3.read(BUCKET, "k"))?.body.toString()).toBe("after");
});

test("contents that no version refers to are swept at the next start, others are shared", async () => {
  const dir = stateFolder();
  const blobs = join(dir, BUCKET, "blobs");
  const first = await startS3(dir);
  await put(first.client, "a", "same");
  await put(first.client, "b", "same");
  await put(first.client, "c", "gone soon");
  await put(first.client, "c", "new");
  writeFileSync(join(blobs, "left-by-a-crash"), "");
  expect(readdirSync(blobs)).toHaveLength(4);

  const second = await startS3(dir);
  expect(readdirSync(blobs)).toHaveLength(2);
  expect((await second.s3.read(BUCKET, "b"))?.body.toString()).toBe("same");
  for (const file of readdirSync(blobs)) expect(statSync(join(blobs, file)).mode & 0o777).toBe(0o600);
  expect(statSync(blobs).mode & 0o777).toBe(0o700);
});

test("an index that is mostly history is compacted and keeps the order of versions", async () => {
  const dir = stateFolder();
  const first = await startS3(dir, versioned);
  await put(first.client, "k", "one");
  await put(first.client, "k", "two");
  first.s3.close();
  const unversioned = await startS3(dir);
  const target = `/${BUCKET}/x`;
  for (let i = 0; i < 1000; i++) {
    await unversioned.s3.handler({
      method: "PUT",
      target,
      url: new URL(target, "http://127.0.0.1"),
      headers: {},
      rawHeaders: [],
      body: Buffer.from("x"),
      peer: { address: "127.0.0.1", port: 1 },
    });
  }
  const before = await unversioned.client.send(new ListObjectVersionsCommand({ Bucket: BUCKET }));
  expect(before.Versions).toHaveLength(3);
  unversioned.s3.close();

  const last = await startS3(dir, versioned);
  expect(
    readFileSync(join(dir, BUCKET, "index.jsonl"), "utf8")
      .trimEnd()
      .split("\n"),
  ).toHaveLength(4);
  const after = await last.client.send(new ListObjectVersionsCommand({ Bucket: BUCKET }));
  expect(after.Versions).toEqual(before.Versions);
  last.s3.close();

  const again = await startS3(dir, versioned);
  const replayed = await again.client.send(new ListObjectVersionsCommand({ Bucket: BUCKET }));
  expect(replayed.Versions).toEqual(before.Versions);
  expect((await again.s3.read(BUCKET, "k"))?.body.toString()).toBe("two");
});
