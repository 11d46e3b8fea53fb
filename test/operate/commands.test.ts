// Commands as an operator meets them: as processes, told about a stack by its outputs file.

import { execFile } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { AwsError, serveJson, type JsonService } from "cdk-offline/testing";
import { serveUntilTestEnds } from "../serving.ts";
import { folderOfTest } from "../temporary-folder.ts";

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(command: string, ...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ["--import", "tsx", `operate/${command}.ts`, ...args],
      (_error, stdout, stderr) => {
        resolve({ code: child.exitCode ?? -1, stdout, stderr });
      },
    );
  });
}

/** The outputs file of a stack of which everything is at one address. */
function outputsFile(address: string): string {
  const path = join(folderOfTest(), "outputs.json");
  const names = ["Stage", "Region", "WebClientId", "LoginUrl", "TableName", "BucketName", "GreetingPath"];
  const more = ["LoginLogGroup", "DeadLetterQueueUrl", "PageBucketName", "GraphQLUrl", "RealtimeUrl"];
  const resources = ["DistributionId", "ClientSecretArn", "OriginSecretArn"];
  const outputs = {
    ...Object.fromEntries([...names, ...more, ...resources].map((name) => [name, name])),
    Region: "us-east-1",
    Stage: "local",
    UserPoolId: "us-east-1_pool",
    AppUrl: address,
    AwsEndpoint: address,
  };
  writeFileSync(path, JSON.stringify({ "LoginLedger-local": outputs }));
  return path;
}

/** The address of an AWS service in which everything is as the test says. */
function serveJsonService(service: JsonService): Promise<string> {
  return serveUntilTestEnds((request) =>
    serveJson(service, request.headers["x-amz-target"]?.split(".")[1] ?? "", request),
  );
}

/** An address at which nobody listens any more. */
async function deserted(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return `http://localhost:${port}`;
}

describe("a stack that does not answer is told of in one sentence", () => {
  test.each([
    ["user", ["create", "ada"]],
    ["token", ["ada", "--password", "x"]],
    ["rotate", []],
    ["rotate", ["--origin"]],
  ])("%s", async (command, args) => {
    expect(await run(command, ...args, "--outputs", outputsFile(await deserted()))).toEqual({
      code: 1,
      stdout: "",
      stderr:
        "the stack does not answer; start it with npm start, or name the outputs file of another with --outputs\n",
    });
  });
});

test.each(["user", "token", "publish", "deploy", "rotate"])(
  "%s --help says how it is used",
  async (command) => {
    const { code, stdout, stderr } = await run(command, "--help");
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^Usage: npm run /);
  },
);

test("a user for a group that is not there is not made", async () => {
  const made: unknown[] = [];
  const endpoint = await serveJsonService({
    target: "AWSCognitoIdentityProviderService",
    version: "1.1",
    operations: {
      AdminCreateUser: (input: unknown) => {
        made.push(input);
        return {};
      },
      GetGroup: () => {
        throw new AwsError("ResourceNotFoundException", "Group not found.");
      },
    },
  });
  const ended = await run("user", "create", "ada", "--group", "auditor", "--outputs", outputsFile(endpoint));
  expect(ended.code).toBe(1);
  expect(ended.stderr).toContain("stage local has no group auditor");
  expect(made).toEqual([]);
});
