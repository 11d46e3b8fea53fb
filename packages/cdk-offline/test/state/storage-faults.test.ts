// A state folder that the file system does not let the runtime use (L7): told as what it is, and at once.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { serve, StorageFault } from "../../src/serve.ts";
import { openStateFolder } from "../../src/state/state-folder.ts";
import { writeAssembly } from "../assembly-of.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const folder = temporaryFolder();
vi.setConfig({ testTimeout: 120_000 });
let runs = 0;
const newFolder = () => join(folder, String((runs += 1)));

/** Something of every service that keeps state. */
const assembly = writeAssembly(newFolder(), {
  Resources: {
    Logs: { Type: "AWS::Logs::LogGroup", Properties: { LogGroupName: "a" } },
    Text: { Type: "AWS::SSM::Parameter", Properties: { Name: "text", Type: "String", Value: "a" } },
    Files: { Type: "AWS::S3::Bucket", Properties: { BucketName: "files" } },
    Queue: { Type: "AWS::SQS::Queue", Properties: { QueueName: "queue" } },
    Table: {
      Type: "AWS::DynamoDB::Table",
      Properties: {
        TableName: "table",
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      },
    },
  },
});

async function start(state: string): Promise<void> {
  const served = await serve(assembly, { state, log: () => undefined });
  await served.close();
}

/** Why the state folder cannot be used. */
async function fault(state: string): Promise<string> {
  const error: unknown = await start(state).catch((thrown: unknown) => thrown);
  if (!(error instanceof StorageFault)) throw error;
  return error.message;
}

/** A state folder that nothing is in yet but what the test puts there. */
function beginState(): string {
  const state = newFolder();
  openStateFolder(state, { fresh: false }).release();
  return state;
}

/** Runs the command, which a fault must not keep busy for ever. */
async function command(state: string): Promise<{ readonly said: string; readonly exitCode: unknown }> {
  const program = fileURLToPath(new URL("../../src/command/cdk-offline.mjs", import.meta.url));
  const args = [
    "--state",
    state,
    "--outputs",
    join(folder, "never.json"),
    "--app-port",
    "0",
    "--aws-port",
    "0",
  ];
  const child = spawn(process.execPath, [program, assembly, ...args], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const [said, [exitCode]] = await Promise.all([
    text(child.stderr),
    once(child, "exit") as Promise<unknown[]>,
  ]);
  return { said: said.trim(), exitCode };
}

describe("L7: a state folder that cannot be made", () => {
  test.runIf(process.platform === "linux")("below /proc ends the command with a sentence", async () => {
    const { said, exitCode } = await command("/proc/nowhere/state");
    expect(said).toMatch(
      /^\/proc\/nowhere\/state cannot be used as state folder \(ENOENT: [^\n]+\); mend that/,
    );
    expect(said).not.toContain("\n");
    expect(exitCode).toBe(1);
  });

  test("below a file", async () => {
    const file = newFolder();
    writeFileSync(file, "x");
    expect(await fault(join(file, "state"))).toMatch(/state cannot be used as state folder \(ENOTDIR: /);
  });

  test("with a name that is too long", async () => {
    expect(await fault(join(folder, "x".repeat(300)))).toMatch(/\(ENAMETOOLONG: /);
  });

  test("in a folder that is read-only", async ({ skip }) => {
    const parent = newFolder();
    mkdirSync(parent);
    const unlock = makeReadOnly(parent);
    if (unlock === undefined) return skip("this user may write everywhere, and can make nothing read-only");
    try {
      expect(await fault(join(parent, "state"))).toMatch(/\((?:EACCES|EPERM|EROFS): /);
    } finally {
      unlock();
    }
  });
});

describe("L7: a file of a state folder that cannot be used is told of, and not the template", () => {
  test.each([
    "services",
    "services/logs",
    "services/ssm",
    "services/s3",
    "services/s3/files",
    "services/s3/files/blobs",
    "services/sqs",
    "services/dynamodb",
    "services/dynamodb/level",
    "services/cognito",
    "services/lambda",
  ])("a file in the way at %s", async (path) => {
    const state = beginState();
    mkdirSync(dirname(join(state, path)), { recursive: true });
    writeFileSync(join(state, path), "x");
    expect(await fault(state)).toMatch(
      new RegExp(`cannot be used as state folder \\((?:EEXIST|ENOTDIR): .*${path}`),
    );
  });

  test.each([
    ["deployment.json", "EISDIR"],
    ["services/ssm/parameters.jsonl", "EISDIR"],
    ["services/cognito/cognito.jsonl", "EISDIR"],
    ["services/s3/files/index.jsonl", "EISDIR"],
    ["services/lambda/events.jsonl", "EISDIR"],
    ["services/lambda/function.mjs", "EISDIR"],
    ["services/dynamodb/level/LOCK", "IO error"],
  ])("a folder in the place of %s", async (path, code) => {
    const state = beginState();
    mkdirSync(join(state, path), { recursive: true });
    expect(await fault(state)).toMatch(new RegExp(`cannot be used as state folder \\(.*${code}`));
  });

  test.runIf(existsSync("/dev/full"))("a full disk", async () => {
    const state = beginState();
    symlinkSync("/dev/full", join(state, "deployment.json.next"));
    expect(await fault(state)).toMatch(/cannot be used as state folder \(ENOSPC: no space left on device/);
  });

  test("a read-only folder of one service", async ({ skip }) => {
    const state = newFolder();
    await start(state);
    const unlock = makeReadOnly(join(state, "services", "lambda"));
    if (unlock === undefined) return skip("this user may write everywhere, and can make nothing read-only");
    try {
      expect(await fault(state)).toMatch(/\((?:EACCES|EPERM|EROFS): .*services\/lambda/);
    } finally {
      unlock();
    }
    await start(state);
  });

  test("a lock that is a link to nothing keeps nobody out", async () => {
    const state = beginState();
    symlinkSync("nothing", join(state, "lock"));
    await start(state);
  });
});

/**
 * Makes a folder read-only and answers what undoes that: by its mode; for root, who may write all the same, as a mount or
 * by the file system's own flag. `undefined` where none of them works.
 */
function makeReadOnly(path: string): (() => void) | undefined {
  const ways: readonly (readonly [make: () => void, undo: () => void])[] = [
    [
      () => {
        chmodSync(path, 0o500);
      },
      () => {
        chmodSync(path, 0o700);
      },
    ],
    [
      () => {
        execFileSync("mount", ["--bind", "-o", "ro", path, path], { stdio: "ignore" });
      },
      () => {
        execFileSync("umount", [path], { stdio: "ignore" });
      },
    ],
    [
      () => {
        execFileSync("chattr", ["+i", path], { stdio: "ignore" });
      },
      () => {
        execFileSync("chattr", ["-i", path], { stdio: "ignore" });
      },
    ],
  ];
  for (const [make, undo] of ways) {
    try {
      make();
    } catch {
      continue; // this way is not open to this user, or not on this system
    }
    if (!isWritable(path)) return undo;
    undo();
  }
  return undefined;
}

function isWritable(path: string): boolean {
  try {
    rmSync(mkdtempSync(join(path, "probe-")), { recursive: true });
    return true;
  } catch {
    return false;
  }
}
