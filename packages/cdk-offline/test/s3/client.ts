// S3 behind a client and a loopback server, at a time that the test sets.

import {
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
  type GetObjectCommandInput,
  type PutObjectCommandInput,
} from "@aws-sdk/client-s3";
import { onTestFinished } from "vitest";
import type { BucketProperties } from "../../src/s3/resources.ts";
import { openS3 } from "../../src/s3/service.ts";
import { clientConfig, resource, serveHandler } from "../serving.ts";

export const BUCKET = "loginnotes-local-files-abc";
export const T = Date.parse("2026-01-15T12:00:00Z");
export const DAY_MS = 24 * 60 * 60 * 1000;

export const versioned: BucketProperties = { VersioningConfiguration: { Status: "Enabled" } };
export const locked: BucketProperties = {
  ...versioned,
  ObjectLockEnabled: true,
  ObjectLockConfiguration: {
    ObjectLockEnabled: "Enabled",
    Rule: { DefaultRetention: { Mode: "COMPLIANCE", Days: 1 } },
  },
};

export async function startS3(dir: string, properties: BucketProperties = {}) {
  const time = { now: T };
  const errors: unknown[] = [];
  const s3 = openS3({
    dir,
    clock: () => time.now,
    region: "us-east-1",
    buckets: [resource(BUCKET, properties), resource("loginnotes-local-page", {})],
    onFault: (error) => errors.push(error),
  });
  const endpoint = await serveHandler(s3.handler);
  const client = new S3Client({ ...clientConfig(endpoint), forcePathStyle: true });
  onTestFinished(() => {
    client.destroy();
  });
  return { s3, client, endpoint, errors, time };
}

export function putObject(
  client: S3Client,
  Key: string,
  Body = "content",
  rest: Partial<PutObjectCommandInput> = {},
) {
  return client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body, ...rest }));
}

/** What S3 answers, with the content as `text`. */
export async function getObject(client: S3Client, Key: string, rest: Partial<GetObjectCommandInput> = {}) {
  const answer = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key, ...rest }));
  return { ...answer, text: await answer.Body?.transformToString() };
}
