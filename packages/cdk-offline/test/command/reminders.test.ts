// An app of somebody else: a table, a queue and a function, without distribution, pool or API.

import { DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serve } from "../../src/serve.ts";
import { clientConfig, stateFolder } from "../serving.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { runCommand, synthesize, type RunningCommand } from "./running-command.ts";

process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

const folder = temporaryFolder();
const [assembly, state, outputsFile] = ["cdk.out", "state", "outputs.json"].map((name) => join(folder, name));

beforeAll(() => synthesize("reminders", assembly ?? ""));

const options = [
  "--state",
  state ?? "",
  "--outputs",
  outputsFile ?? "",
  "--aws-port",
  "0",
  "--app-port",
  "0",
];

type Outputs = Readonly<Record<"TableName" | "QueueUrl" | "FunctionName", string>>;

function outputs(): Outputs {
  return (JSON.parse(readFileSync(outputsFile ?? "", "utf8")) as { readonly Reminders: Outputs }).Reminders;
}

describe("the command", () => {
  let running: RunningCommand;
  let endpoint = "";
  beforeAll(async () => {
    running = runCommand(assembly ?? "", ...options);
    await running.ready;
    endpoint = /AWS {6}(\S+)/.exec(running.said())?.[1] ?? "";
  });
  afterAll(() => running.interrupt());

  test("names no page where there is no distribution", () => {
    expect(running.said()).not.toContain("page");
    expect(Object.keys(outputs())).toEqual(["TableName", "QueueUrl", "FunctionName"]);
  });

  test("serves the table, the queue and the function to unmodified SDK clients", async () => {
    const { TableName, QueueUrl, FunctionName } = outputs();
    const dynamodb = new DynamoDBClient(clientConfig(endpoint));
    await dynamodb.send(new PutItemCommand({ TableName, Item: { id: { S: "1" }, text: { S: "water" } } }));
    const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key: { id: { S: "1" } } }));
    expect(Item).toEqual({ id: { S: "1" }, text: { S: "water" } });

    const sqs = new SQSClient(clientConfig(endpoint));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "water" }));
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(Messages?.map(({ Body }) => Body)).toEqual(["water"]);

    const lambda = new LambdaClient(clientConfig(endpoint));
    const Payload = JSON.stringify({ reminder: "water" });
    const answer = await lambda.send(new InvokeCommand({ FunctionName, Payload }));
    expect(JSON.parse(answer.Payload?.transformToString() ?? "")).toEqual({
      reminder: "water",
      table: TableName,
      queue: QueueUrl,
    });
    for (const client of [dynamodb, sqs, lambda]) client.destroy();
  });

  test("L5: a second start with the same outputs file or state is refused, and the first one's stay", async () => {
    const before = readFileSync(outputsFile ?? "", "utf8");
    const sameOutputs = runCommand(assembly ?? "", ...options, "--state", join(folder, "other"));
    expect([await sameOutputs.ended, sameOutputs.said()]).toEqual([
      1,
      expect.stringContaining("tells of the stack that process"),
    ]);
    const sameState = runCommand(
      assembly ?? "",
      ...options,
      "--outputs",
      join(folder, "other.json"),
      "--fresh",
    );
    expect([await sameState.ended, sameState.said()]).toEqual([
      1,
      expect.stringContaining("is in use by process"),
    ]);
    const samePort = runCommand(
      ...[assembly ?? "", "--state", join(folder, "third"), "--outputs", join(folder, "third.json")],
      ...["--aws-port", new URL(endpoint).port],
    );
    expect([await samePort.ended, samePort.said()]).toEqual([1, expect.stringContaining("--aws-port")]);
    expect(readFileSync(outputsFile ?? "", "utf8")).toBe(before);
    expect((await fetch(`${endpoint}/_local/ready`)).status).toBe(200);
  });

  test("ends at an interrupt, with exit code 0 and without its outputs", async () => {
    expect(await running.interrupt()).toBe(0);
    expect(existsSync(outputsFile ?? "")).toBe(false);
  });
});

describe("serve", () => {
  test("says that it is ready when its caller does, and lets go of everything when it is closed", async () => {
    const own = stateFolder();
    const served = await serve(assembly ?? "", { state: own });
    const ready = async () => (await fetch(`${served.endpoints.aws}/_local/ready`)).status;
    expect(served.endpoints.app).toBeUndefined();
    expect(await ready()).toBe(503);
    served.ready();
    expect(await ready()).toBe(200);
    await served.close();
    await expect(fetch(served.endpoints.aws)).rejects.toThrow();
    await (await serve(assembly ?? "", { state: own })).close();
  });

  test("takes region and account from the options where the app leaves them open", async () => {
    const served = await serve(assembly ?? "", {
      state: stateFolder(),
      region: "eu-central-1",
      account: "111122223333",
    });
    expect(served.outputs["Reminders"]?.["QueueUrl"]).toContain(`${served.endpoints.aws}/111122223333/`);
    await served.close();
  });

  test("takes them from the app where that says them, and refuses to contradict it", async () => {
    const pinned = temporaryCopy("aws://111122223333/eu-central-1");
    const served = await serve(pinned, { state: stateFolder() });
    expect(served.outputs["Reminders"]?.["QueueUrl"]).toContain("/111122223333/");
    await served.close();
    await expect(serve(pinned, { state: stateFolder(), region: "us-west-2" })).rejects.toThrow(
      'the region is "us-west-2", but Reminders is made for eu-central-1',
    );
  });
});

/** The assembly as an app makes it that says where it is deployed. */
function temporaryCopy(environment: string): string {
  const manifest = join(assembly ?? "", "manifest.json");
  const text = readFileSync(manifest, "utf8");
  writeFileSync(manifest, text.replace("aws://unknown-account/unknown-region", environment));
  return assembly ?? "";
}
