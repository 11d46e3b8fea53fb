// Versions, delete markers and object lock through the AWS SDK.

import { createHash } from "node:crypto";
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  PutObjectRetentionCommand,
  type DeleteObjectCommandInput,
  type ObjectIdentifier,
  type ObjectLockRetentionMode,
  type PutObjectCommandInput,
  type S3Client,
} from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { stateFolder } from "../serving.ts";
import { BUCKET, DAY_MS, T, locked, startS3, versioned } from "./client.ts";

const Bucket = BUCKET;
const Key = "k";
const object = { Bucket, Key };

async function put(client: S3Client, Body: string, rest: Partial<PutObjectCommandInput> = {}) {
  const { VersionId } = await client.send(new PutObjectCommand({ ...object, Body, ...rest }));
  return VersionId;
}

async function text(client: S3Client, VersionId?: string) {
  const { Body } = await client.send(new GetObjectCommand({ ...object, VersionId }));
  return Body?.transformToString();
}

function remove(client: S3Client, rest: Partial<DeleteObjectCommandInput> = {}) {
  return client.send(new DeleteObjectCommand({ ...object, ...rest }));
}

async function list(client: S3Client) {
  const { Versions = [], DeleteMarkers = [] } = await client.send(new ListObjectVersionsCommand({ Bucket }));
  return {
    versions: Versions.map(({ VersionId, IsLatest }) => [VersionId, IsLatest]),
    markers: DeleteMarkers.map(({ VersionId, IsLatest }) => [VersionId, IsLatest]),
  };
}

describe("a versioned bucket", () => {
  test("keeps every version under an id of its own", async () => {
    const { client } = await startS3(stateFolder(), versioned);
    const first = await put(client, "one");
    const second = await put(client, "two");
    expect(first).toMatch(/^[A-Za-z0-9_.]{32}$/);
    expect(await text(client)).toBe("two");
    expect(await text(client, first)).toBe("one");
    expect(await list(client)).toEqual({
      versions: [
        [second, true],
        [first, false],
      ],
      markers: [],
    });
  });

  test("deletes by putting a marker in front, and removing the marker brings the object back", async () => {
    const { client } = await startS3(stateFolder(), versioned);
    const version = await put(client, "one");
    const marker = await remove(client);
    expect(marker).toMatchObject({ DeleteMarker: true, $metadata: { httpStatusCode: 204 } });
    await expect(text(client)).rejects.toMatchObject({ name: "NoSuchKey" });
    expect(await text(client, version)).toBe("one");
    await expect(text(client, marker.VersionId)).rejects.toMatchObject({
      name: "MethodNotAllowed",
      Method: "GET",
      ResourceType: "DeleteMarker",
      $metadata: { httpStatusCode: 405 },
    });
    expect(await list(client)).toEqual({ versions: [[version, false]], markers: [[marker.VersionId, true]] });
    expect(await remove(client, { VersionId: marker.VersionId })).toMatchObject({
      DeleteMarker: true,
      VersionId: marker.VersionId,
    });
    expect(await text(client)).toBe("one");
  });

  test("marks even a key that is not there", async () => {
    const { client } = await startS3(stateFolder(), versioned);
    expect(await remove(client)).toMatchObject({ DeleteMarker: true });
  });

  test("removes a version for good; a second time is no error", async () => {
    const { client } = await startS3(stateFolder(), versioned);
    const VersionId = await put(client, "one");
    expect(await remove(client, { VersionId })).toMatchObject({ VersionId });
    await remove(client, { VersionId });
    await expect(text(client, VersionId)).rejects.toMatchObject({ name: "NoSuchVersion", VersionId });
    await expect(text(client, "nonsense")).rejects.toMatchObject({
      name: "InvalidArgument",
      message: "Invalid version id specified",
      ArgumentValue: "nonsense",
    });
  });
});

describe("other buckets", () => {
  test("one without versions replaces and removes", async () => {
    const { client } = await startS3(stateFolder());
    expect(await put(client, "one")).toBeUndefined();
    await put(client, "two");
    expect(await list(client)).toEqual({ versions: [["null", true]], markers: [] });
    expect(await text(client, "null")).toBe("two");
    expect(await remove(client)).not.toHaveProperty("DeleteMarker", true);
    expect(await list(client)).toEqual({ versions: [], markers: [] });
  });

  test("one whose versioning was taken away keeps what it has and adds no more", async () => {
    const dir = stateFolder();
    const first = await startS3(dir, versioned);
    const version = await put(first.client, "one");
    first.s3.close();

    const { client } = await startS3(dir, {});
    const { Status } = await client.send(new GetBucketVersioningCommand({ Bucket }));
    expect(Status).toBe("Suspended");
    expect(await put(client, "two")).toBeUndefined();
    await put(client, "three");
    expect(await list(client)).toEqual({
      versions: [
        ["null", true],
        [version, false],
      ],
      markers: [],
    });
    expect(await remove(client)).toMatchObject({ DeleteMarker: true, VersionId: "null" });
    expect(await list(client)).toEqual({ versions: [[version, false]], markers: [["null", true]] });
  });
});

describe("DeleteObjects", () => {
  const removeAll = async (client: S3Client, Objects: ObjectIdentifier[], rest: object = {}) => {
    const input = { Bucket, Delete: { Objects }, ...rest };
    const { Deleted, Errors } = await client.send(new DeleteObjectsCommand(input));
    return { Deleted, Errors };
  };

  test("deletes each by itself and tells what it did", async () => {
    const { client } = await startS3(stateFolder(), versioned);
    const VersionId = await put(client, "one");
    const { Deleted, Errors } = await removeAll(client, [
      { Key: "k", VersionId },
      { Key: "<&'\"> \n" },
      { Key: "k", VersionId: "nonsense" },
    ]);
    expect(Deleted).toMatchObject([
      { Key: "k", VersionId },
      { Key: "<&'\"> \n", DeleteMarker: true },
    ]);
    expect(Errors).toEqual([
      {
        Key: "k",
        VersionId: "nonsense",
        Code: "NoSuchVersion",
        Message: "The specified version does not exist.",
      },
    ]);
  });

  test("when quiet tells only what went wrong", async () => {
    const { client } = await startS3(stateFolder(), versioned);
    await put(client, "one");
    const input = { Bucket, Delete: { Objects: [{ Key }], Quiet: true } };
    expect((await client.send(new DeleteObjectsCommand(input))).Deleted).toBeUndefined();
    await expect(text(client)).rejects.toMatchObject({ name: "NoSuchKey" });
  });

  test("takes a thousand keys and not one more", async () => {
    const { client } = await startS3(stateFolder());
    const keys = Array.from({ length: 1001 }, (_, i) => ({ Key: String(i) }));
    expect((await removeAll(client, keys.slice(1))).Deleted).toHaveLength(1000);
    await expect(removeAll(client, keys)).rejects.toMatchObject({ name: "MalformedXML" });
  });

  test("a condition on an entry is refused by name", async () => {
    const { client } = await startS3(stateFolder());
    await expect(removeAll(client, [{ Key, ETag: "x" }])).rejects.toThrow(
      "S3 DeleteObjects with ETag is not served",
    );
  });

  test.each([
    ["no XML", "nonsense"],
    ["another document", "<Remove><Object><Key>k</Key></Object></Remove>"],
    ["an unclosed element", "<Delete><Object><Key>k</Key></Delete>"],
    ["no objects", "<Delete></Delete>"],
    ["no key", "<Delete><Object></Object></Delete>"],
    ["two keys", "<Delete><Object><Key>k</Key><Key>l</Key></Object></Delete>"],
    ["a document type", '<!DOCTYPE d [<!ENTITY a "k">]><Delete><Object><Key>&a;</Key></Object></Delete>'],
    ["an unknown entity", "<Delete><Object><Key>&a;</Key></Object></Delete>"],
    ["something after the end", "<Delete><Object><Key>k</Key></Object></Delete><Delete/>"],
    ["great depth", `${"<Delete>".repeat(5000)}${"</Delete>".repeat(5000)}`],
    ["nothing", ""],
  ])("%s is malformed and deletes nothing", async (_, body) => {
    const { client, endpoint } = await startS3(stateFolder());
    await put(client, "one");
    const response = await fetch(`${endpoint}/${Bucket}?delete`, {
      method: "POST",
      body,
      headers: { "content-md5": createHash("md5").update(body).digest("base64") },
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("<Code>MalformedXML</Code>");
    expect(await text(client)).toBe("one");
  });

  test("a body without a digest is refused", async () => {
    const { endpoint } = await startS3(stateFolder());
    const response = await fetch(`${endpoint}/${Bucket}?delete`, { method: "POST", body: "<Delete/>" });
    expect(await response.text()).toContain("Missing required header for this request: Content-MD5");
  });
});

describe("object lock", () => {
  const retain = (
    client: S3Client,
    Mode: ObjectLockRetentionMode | undefined,
    until: number,
    rest: object = {},
  ) =>
    client.send(
      new PutObjectRetentionCommand({
        ...object,
        ...(Mode && { Retention: { Mode, RetainUntilDate: new Date(until) } }),
        ...rest,
      }),
    );
  const retention = async (client: S3Client) =>
    (await client.send(new GetObjectRetentionCommand(object))).Retention;
  const denied = {
    name: "AccessDenied",
    message: "Access Denied because object protected by object lock.",
    $metadata: { httpStatusCode: 403 },
  };

  test("the bucket's default locks every version for its time, against everybody", async () => {
    const { client, time } = await startS3(stateFolder(), locked);
    const VersionId = await put(client, "one");
    const head = await client.send(new HeadObjectCommand(object));
    expect(head).toMatchObject({
      ObjectLockMode: "COMPLIANCE",
      ObjectLockRetainUntilDate: new Date(T + DAY_MS),
    });
    await expect(remove(client, { VersionId })).rejects.toMatchObject(denied);
    await expect(remove(client, { VersionId, BypassGovernanceRetention: true })).rejects.toMatchObject(
      denied,
    );
    const { Errors } = await client.send(
      new DeleteObjectsCommand({
        Bucket,
        Delete: { Objects: [{ Key, VersionId }] },
        BypassGovernanceRetention: true,
      }),
    );
    expect(Errors).toMatchObject([{ Code: "AccessDenied", VersionId }]);
    time.now = T + DAY_MS - 1;
    await expect(remove(client, { VersionId })).rejects.toMatchObject(denied);
    time.now = T + DAY_MS;
    await remove(client, { VersionId });
    await expect(text(client)).rejects.toMatchObject({ name: "NoSuchKey" });
  });

  test("a delete marker hides a locked version and does not remove it", async () => {
    const { client } = await startS3(stateFolder(), locked);
    const version = await put(client, "one");
    await remove(client);
    expect(await text(client, version)).toBe("one");
  });

  test("COMPLIANCE can be made longer, never shorter, weaker or none", async () => {
    const { client } = await startS3(stateFolder(), locked);
    await put(client, "one");
    await retain(client, "COMPLIANCE", T + 2 * DAY_MS);
    expect(await retention(client)).toEqual({
      Mode: "COMPLIANCE",
      RetainUntilDate: new Date(T + 2 * DAY_MS),
    });
    await expect(retain(client, "COMPLIANCE", T + 2 * DAY_MS - 1)).rejects.toMatchObject(denied);
    await expect(retain(client, "GOVERNANCE", T + 3 * DAY_MS)).rejects.toMatchObject(denied);
    await expect(
      retain(client, undefined, 0, { BypassGovernanceRetention: true, Retention: {} }),
    ).rejects.toMatchObject(denied);
    expect(await retention(client)).toMatchObject({ RetainUntilDate: new Date(T + 2 * DAY_MS) });
  });

  test("GOVERNANCE yields to those who bypass it", async () => {
    const { client } = await startS3(stateFolder(), locked);
    const VersionId = await put(client, "one", {
      ObjectLockMode: "GOVERNANCE",
      ObjectLockRetainUntilDate: new Date(T + 5 * DAY_MS),
    });
    await expect(remove(client, { VersionId })).rejects.toMatchObject(denied);
    await expect(retain(client, "GOVERNANCE", T + DAY_MS)).rejects.toMatchObject(denied);
    await retain(client, "GOVERNANCE", T + DAY_MS, { BypassGovernanceRetention: true });
    await retain(client, undefined, 0, { BypassGovernanceRetention: true, Retention: {} });
    await expect(retention(client)).rejects.toMatchObject({ name: "NoSuchObjectLockConfiguration" });
    await remove(client, { VersionId });
  });

  test("survives a restart, and a template that no longer asks for it", async () => {
    const dir = stateFolder();
    const first = await startS3(dir, locked);
    const VersionId = await put(first.client, "one");
    first.s3.close();

    const second = await startS3(dir, {});
    await expect(remove(second.client, { VersionId })).rejects.toMatchObject(denied);
    expect(await text(second.client, VersionId)).toBe("one");
  });

  test("a version that would be locked needs a digest", async () => {
    const { endpoint } = await startS3(stateFolder(), locked);
    const response = await fetch(`${endpoint}/${Bucket}/k`, { method: "PUT", body: "x" });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(
      "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters",
    );
  });

  test.each([
    [{ ObjectLockMode: "COMPLIANCE" as const }, "must both be supplied"],
    [
      { ObjectLockMode: "COMPLIANCE" as const, ObjectLockRetainUntilDate: new Date(T) },
      "The retain until date must be in the future!",
    ],
    [
      { ObjectLockMode: "NONE" as never, ObjectLockRetainUntilDate: new Date(T + DAY_MS) },
      "Unknown wormMode directive.",
    ],
  ])("a put with %o is refused", async (rest, message) => {
    const { client } = await startS3(stateFolder(), locked);
    await expect(put(client, "x", rest)).rejects.toThrow(message);
  });

  test("a bucket without it says so", async () => {
    const { client } = await startS3(stateFolder(), versioned);
    await put(client, "one");
    await expect(client.send(new GetObjectLockConfigurationCommand({ Bucket }))).rejects.toMatchObject({
      name: "ObjectLockConfigurationNotFoundError",
      message: "Object Lock configuration does not exist for this bucket",
    });
    await expect(retention(client)).rejects.toThrow("Bucket is missing Object Lock Configuration");
    await expect(
      put(client, "x", {
        ObjectLockMode: "COMPLIANCE",
        ObjectLockRetainUntilDate: new Date(T + DAY_MS),
      }),
    ).rejects.toThrow("Bucket is missing Object Lock Configuration");
    await expect(remove(client, { BypassGovernanceRetention: true })).rejects.toThrow(
      "x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.",
    );
  });

  test("a bucket with it tells its rule and keeps versions", async () => {
    const { client } = await startS3(stateFolder(), { ObjectLockEnabled: true });
    const configuration = await client.send(new GetObjectLockConfigurationCommand({ Bucket }));
    expect(configuration.ObjectLockConfiguration).toEqual({ ObjectLockEnabled: "Enabled" });
    expect((await client.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe("Enabled");
    const { client: other } = await startS3(stateFolder(), locked);
    const withRule = await other.send(new GetObjectLockConfigurationCommand({ Bucket }));
    expect(withRule.ObjectLockConfiguration).toEqual({
      ObjectLockEnabled: "Enabled",
      Rule: { DefaultRetention: { Mode: "COMPLIANCE", Days: 1 } },
    });
  });
});
