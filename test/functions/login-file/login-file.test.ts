// File and log line of a sign-in, each at least once whatever fails in between.

import { S3Client } from "@aws-sdk/client-s3";
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { LedgerItem } from "../../../functions/login-file/event.ts";
import { createFiles } from "../../../functions/login-file/files.ts";
import { createLoginFile } from "../../../functions/login-file/login-file.ts";
import type { HttpResponse } from "cdk-offline/testing";
import { clientOptions } from "../parts/aws-endpoint.ts";
import { serveUntilTestEnds } from "../../serving.ts";
import { logLines } from "../parts/log-lines.ts";

const record: LedgerItem = {
  kind: "login",
  id: "0b9f1d0e-4a53-4a5f-9b61-000000000001",
  userId: "sub-1",
  username: "ana",
  usernameKey: "ana",
  loggedInAt: "2026-11-22T16:54:00Z",
  recordedAt: "2026-11-22T16:54:01.250Z",
  day: "2026-11-22",
  position: "2026-11-22T16:54:00Z#2026-11-22T16:54:01.250Z#0b9f1d0e-4a53-4a5f-9b61-000000000001",
  clientId: "client",
  file: "sub-1/2026-11-22T16:54:00Z-0b9f1d0e/ana.txt",
  writeId: "w",
  address: "2001:db8::1",
  userAgent: "curl/8",
  methods: ["pwd"],
  expiresAt: 1_800_000_000,
};

interface StoredObject {
  readonly body: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** A bucket as far as this function knows one: a conditional put and a get. */
async function startBucket() {
  const objects = new Map<string, StoredObject>();
  const calls: string[] = [];
  const faults: (() => HttpResponse)[] = [];
  const origin = await serveUntilTestEnds(({ method, url, headers, body }) => {
    const key = decodeURIComponent(url.pathname.replace(/^\/bucket\//, ""));
    calls.push(`${method} ${key}`);
    const fault = faults.shift();
    if (fault !== undefined) return Promise.resolve(fault());
    if (method === "PUT") {
      if (headers["if-none-match"] !== "*") return Promise.resolve(s3Error(403, "AccessDenied"));
      if (objects.has(key)) return Promise.resolve(s3Error(412, "PreconditionFailed"));
      objects.set(key, { body: body.toString("utf8"), headers });
      return Promise.resolve({ status: 200 });
    }
    const object = objects.get(key);
    if (object === undefined) return Promise.resolve(s3Error(404, "NoSuchKey"));
    const digest = object.headers["x-amz-meta-item-sha256"];
    return Promise.resolve({
      status: 200,
      headers: digest === undefined ? {} : { "x-amz-meta-item-sha256": digest },
      body: object.body,
    });
  });
  return { origin, objects, calls, faults };
}

function s3Error(status: number, code: string): HttpResponse {
  return {
    status,
    headers: { "content-type": "application/xml" },
    body: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>m</Message></Error>`,
  };
}

async function start() {
  const bucket = await startBucket();
  const log = logLines();
  const s3 = new S3Client({ ...clientOptions(bucket.origin), forcePathStyle: true });
  const loginFile = createLoginFile({
    files: createFiles({
      s3,
      bucket: "bucket",
      retries: { attempts: 3, firstPauseMs: 1, longestPauseMs: 2 },
      timeoutMs: 5000,
    }),
    log: log.log,
  });
  const run = (repeat: boolean, of: LedgerItem = record) => loginFile({ record: of, repeat });
  const loginLines = () => log.entries().filter(({ event }) => event === "login");
  return { bucket, log, run, loginLines, loginFile, s3 };
}

describe("the first hand-over of a sign-in", () => {
  test("writes one file that says when, and one line that says all", async () => {
    const { bucket, run, loginLines } = await start();
    await run(false);
    expect([...bucket.objects.keys()]).toEqual([record.file]);
    const object = bucket.objects.get(record.file);
    expect(object?.body).toBe("2026-11-22T16:54:00Z\n");
    expect(object?.headers).toMatchObject({
      "content-type": "text/plain; charset=utf-8",
      "if-none-match": "*",
      "x-amz-meta-item-sha256": createHash("sha256")
        .update(
          JSON.stringify(Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)))),
        )
        .digest("hex"),
    });
    expect(loginLines()).toEqual([
      { timestamp: expect.any(String) as unknown, level: "INFO", event: "login", ...record, repeat: false },
    ]);
  });

  test("leaves out of the line what is not known", async () => {
    const { run, loginLines } = await start();
    const { kind, id, userId, username, usernameKey, loggedInAt, recordedAt, day, position } = record;
    const { clientId, file, writeId } = record;
    const names = { kind, id, userId, username, usernameKey };
    const bare = { ...names, loggedInAt, recordedAt, day, position, clientId, file, writeId };
    await run(false, bare);
    expect(Object.keys(loginLines()[0] ?? {})).toEqual([
      "timestamp",
      "level",
      "event",
      ...Object.keys(bare),
      "repeat",
    ]);
  });

  test("H5: killed after the file, comes again and writes the line", async () => {
    const { bucket, run, loginLines } = await start();
    await run(false);
    await run(false);
    expect(bucket.objects.size).toBe(1);
    expect(loginLines().map(({ id }) => id)).toEqual([record.id, record.id]);
  });

  test("H1: rejects while S3 is down, so that Lambda tries again, and writes no line for what is not there", async () => {
    const { bucket, run, loginLines } = await start();
    bucket.faults.push(() => s3Error(503, "SlowDown"));
    await expect(run(false)).rejects.toMatchObject({ name: "SlowDown" });
    expect(loginLines()).toEqual([]);
    await run(false);
    expect([bucket.objects.size, loginLines().length]).toEqual([1, 1]);
  });

  test("H1: rejects while S3 cannot be reached", async () => {
    const s3 = new S3Client(clientOptions("http://127.0.0.1:1"));
    const retries = { attempts: 3, firstPauseMs: 1, longestPauseMs: 2 };
    const files = createFiles({ s3, bucket: "bucket", retries, timeoutMs: 5000 });
    const { log } = logLines();
    await expect(createLoginFile({ files, log })({ record, repeat: false })).rejects.toMatchObject({
      code: "ECONNREFUSED",
    });
  });

  test("F5: tries a put again that met another of the same key", async () => {
    const { bucket, run, loginLines } = await start();
    const conflict = () => s3Error(409, "ConditionalRequestConflict");
    bucket.faults.push(conflict, conflict);
    await run(false);
    expect([bucket.objects.size, loginLines().length, bucket.calls.length]).toEqual([1, 1, 3]);
  });

  test("F5: gives up after so many conflicts, and leaves it to Lambda", async () => {
    const { bucket, run } = await start();
    bucket.faults.push(...Array.from({ length: 3 }, () => () => s3Error(409, "ConditionalRequestConflict")));
    await expect(run(false)).rejects.toMatchObject({ $metadata: { httpStatusCode: 409 } });
  });

  test("F1: keeps a name that means something to a file system inside the user's folder", async () => {
    const { bucket, run } = await start();
    const file = "sub-1/2026-11-22T16:54:00Z-x/%2E%2E%2Fx ü+&.txt";
    await run(false, { ...record, file });
    expect([...bucket.objects.keys()]).toEqual([file]);
  });
});

describe("a repeat", () => {
  test("changes nothing when the file is there", async () => {
    const { bucket, run, loginLines } = await start();
    await run(false);
    await run(true);
    await run(true);
    expect(bucket.calls.map((call) => call.split(" ")[0])).toEqual(["PUT", "GET", "GET"]);
    expect(loginLines()).toHaveLength(1);
  });

  test("makes up for a first hand-over that was lost", async () => {
    const { bucket, run, loginLines } = await start();
    await run(true);
    expect(bucket.objects.size).toBe(1);
    expect(loginLines()).toMatchObject([{ id: record.id, repeat: true }]);
  });

  test("killed between its line and the file, comes again: no file is ever without a line", async () => {
    const { bucket, run, loginLines } = await start();
    bucket.faults.push(
      () => s3Error(404, "NoSuchKey"),
      () => s3Error(500, "InternalError"),
    );
    await expect(run(true)).rejects.toBeDefined();
    expect([bucket.objects.size, loginLines().length]).toEqual([0, 1]);
    await run(true);
    expect([bucket.objects.size, loginLines().length]).toEqual([1, 2]);
  });

  test("that S3 forbids to see whether there is a file tries to write it", async () => {
    const { bucket, run } = await start();
    bucket.faults.push(() => s3Error(403, "AccessDenied"));
    await run(true);
    expect(bucket.objects.size).toBe(1);
  });

  test("rejects when S3 does not say whether there is a file", async () => {
    const { bucket, run, loginLines } = await start();
    bucket.faults.push(() => s3Error(500, "InternalError"));
    await expect(run(true)).rejects.toBeDefined();
    expect(loginLines()).toEqual([]);
  });

  test("at the same moment as the first leaves one file", async () => {
    const { bucket, run, loginLines } = await start();
    await Promise.all([run(true), run(false), run(true)]);
    expect(bucket.objects.size).toBe(1);
    expect(loginLines().length).toBeGreaterThanOrEqual(1);
  });
});

describe("F5: a file that is there already and differs", () => {
  test.each([
    ["in its body", "2026-11-22T16:54:01Z\n", undefined],
    ["in the digest of its item", "2026-11-22T16:54:00Z\n", "0".repeat(64)],
    ["in having no digest", "2026-11-22T16:54:00Z\n", ""],
  ])("%s is an alarm, and is left as it is", async (_, body, digest) => {
    for (const repeat of [false, true]) {
      const { bucket, run, log, loginLines } = await start();
      await run(false);
      const kept = bucket.objects.get(record.file);
      const headers =
        digest === undefined ? (kept?.headers ?? {}) : { "x-amz-meta-item-sha256": digest || undefined };
      bucket.objects.set(record.file, { body, headers });
      await expect(run(repeat)).rejects.toMatchObject({ code: "file_mismatch" });
      expect(log.entries().at(-1)).toMatchObject({ level: "ERROR", event: "file_mismatch", id: record.id });
      expect(bucket.objects.get(record.file)?.body).toBe(body);
      expect(loginLines()).toHaveLength(1);
    }
  });

  test("or whose content S3 leaves out is an alarm", async () => {
    const { bucket, run, s3 } = await start();
    await run(false);
    s3.middlewareStack.add(() => () => Promise.resolve({ output: { $metadata: {} }, response: undefined }), {
      step: "initialize",
    });
    await expect(run(true)).rejects.toMatchObject({ code: "file_mismatch" });
    expect(bucket.objects.size).toBe(1);
  });

  test("or cannot be read is not taken for equal", async () => {
    const { bucket, run } = await start();
    bucket.faults.push(
      () => s3Error(412, "PreconditionFailed"),
      () => s3Error(403, "AccessDenied"),
    );
    await expect(run(false)).rejects.toMatchObject({ code: "file_unreadable" });
  });
});

test("I7: a user name with line breaks and metric documents in it makes one line and no metric", async () => {
  const { run, log } = await start();
  const username = 'x\r\n{"event":"login"}{"_aws":{"CloudWatchMetrics":[]}}"\u2028';
  await run(false, { ...record, username, userAgent: username });
  expect(log.lines).toHaveLength(1);
  expect(log.entries()[0]).toMatchObject({ username, userAgent: username });
  expect(log.entries()[0]).not.toHaveProperty("_aws");
});

test("attributes that a later version adds to the item are part of the digest", async () => {
  const { bucket, loginFile } = await start();
  await loginFile({ record: { ...record, later: "x" } as LedgerItem, repeat: false });
  await expect(loginFile({ record, repeat: false })).rejects.toMatchObject({ code: "file_mismatch" });
  expect(bucket.objects.size).toBe(1);
});

test("an event that is not one is refused", async () => {
  const { loginFile, bucket } = await start();
  for (const event of [{}, { record, repeat: "no" }, { record: { ...record, file: "" }, repeat: false }]) {
    await expect(loginFile(event as never)).rejects.toThrow();
  }
  expect(bucket.calls).toEqual([]);
});

test("a runtime that prints .000 in a time leaves no sign-in without its file", async () => {
  const { bucket, run } = await start();
  const printed = { ...record, loggedInAt: "2026-11-22T16:54:00.000Z" };
  await run(false, printed);
  expect(bucket.objects.get(printed.file)?.body).toBe("2026-11-22T16:54:00.000Z\n");
});
