// `npm start` as a developer meets it: what survives, what is refused, and that the template alone decides what is served.

import { PutParameterCommand, GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MyLoginsDocument } from "../../client/generated/operations.ts";
import { createLedgerClient } from "../../client/ledger-client.ts";
import { signIn } from "../../operate/sign-in.ts";
import { clientConfig, readOutputs, type Outputs } from "../../operate/stack.ts";
import { startProcess, type StartProcess } from "./start-process.ts";

interface Template {
  Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
}

const folder = mkdtempSync(join(tmpdir(), "login-ledger-start-"));
const running = new Set<StartProcess>();
afterAll(async () => {
  for (const system of running) await system.kill();
  rmSync(folder, { recursive: true, force: true });
});

let serial = 0;

/** A copy of the assembly that was synthesized for this run, with its template changed. */
function assemblyWith(change: (template: Template) => void): string {
  const copy = join(folder, `assembly-${String((serial += 1))}`);
  cpSync("cdk.out", copy, { recursive: true });
  const path = join(copy, "LoginLedger-local.template.json");
  const template = JSON.parse(readFileSync(path, "utf8")) as Template;
  change(template);
  writeFileSync(path, JSON.stringify(template));
  return copy;
}

function first(template: Template, type: string, name = /./): Record<string, unknown> {
  const found = Object.entries(template.Resources).find(
    ([id, resource]) => resource.Type === type && name.test(id),
  );
  if (found === undefined) throw new Error(`the template has no ${type} ${name.source}`);
  return found[1].Properties;
}

interface Running {
  readonly system: StartProcess;
  readonly outputs: Outputs;
  readonly state: string;
}

async function run(options: { state?: string; app?: string; fresh?: boolean } = {}): Promise<Running> {
  const state = options.state ?? join(folder, `state-${String((serial += 1))}`);
  const outputsFile = `${state}.outputs.json`;
  const system = startProcess({
    args: [
      ...["--state", state, "--outputs", outputsFile],
      ...(options.app === undefined ? [] : ["--app", options.app]),
      ...(options.fresh === true ? ["--fresh"] : []),
    ],
  });
  running.add(system);
  await system.ready;
  return { system, outputs: readOutputs(outputsFile), state };
}

async function stop({ system }: Running): Promise<void> {
  running.delete(system);
  expect(await system.stop(), system.said()).toBe(0);
}

function demoPassword({ system }: Running): string | undefined {
  return /^\s*password (\S+)/m.exec(system.said())?.[1];
}

async function loginsOf({ outputs }: Running, accessToken: string) {
  const client = createLedgerClient({
    graphqlUrl: outputs.GraphQLUrl,
    accessToken: () => accessToken,
    renew: () => Promise.reject(new Error("not renewed here")),
  });
  const { data } = await client.query({ query: MyLoginsDocument });
  return data?.myLogins?.items ?? [];
}

describe("what npm start has acknowledged", () => {
  test("is still there after a restart and after kill -9, and no password is on disk", async () => {
    const before = await run();
    const password = demoPassword(before) ?? "";
    expect(password.length).toBeGreaterThan(15);
    await signIn(before.outputs.AppUrl, { username: "demo", password });
    const ssm = new SSMClient(clientConfig(before.outputs));
    const Name = `${before.outputs.GreetingPath}/en`;
    await ssm.send(new PutParameterCommand({ Name, Value: "Kept, {name}", Overwrite: true }));
    running.delete(before.system);
    await before.system.kill();

    const after = await run({ state: before.state });
    expect(demoPassword(after)).toBeUndefined();
    const { accessToken } = await signIn(after.outputs.AppUrl, { username: "demo", password });
    expect(await loginsOf(after, accessToken)).toHaveLength(2);
    const { Parameter } = await new SSMClient(clientConfig(after.outputs)).send(
      new GetParameterCommand({ Name }),
    );
    expect(Parameter?.Value).toBe("Kept, {name}");
    expect(after.outputs).toMatchObject({
      UserPoolId: before.outputs.UserPoolId,
      WebClientId: before.outputs.WebClientId,
      TableName: before.outputs.TableName,
      BucketName: before.outputs.BucketName,
    });
    await stop(after);

    for (const file of readdirSync(before.state, { recursive: true, withFileTypes: true })) {
      if (!file.isFile()) continue;
      expect(readFileSync(join(file.parentPath, file.name)).includes(password), file.name).toBe(false);
    }

    const fresh = await run({ state: before.state, fresh: true });
    expect(demoPassword(fresh)).not.toBe(password);
    expect(fresh.outputs.UserPoolId).not.toBe(before.outputs.UserPoolId);
    await stop(fresh);
  });

  test("ends with its outputs: whoever waits for the file never sees that of an earlier run", async () => {
    const system = await run();
    expect(existsSync(`${system.state}.outputs.json`)).toBe(true);
    const ready = await fetch(`${system.outputs.AppUrl}/_local/ready`);
    expect(await ready.json()).toEqual({ ready: true });
    await stop(system);
    expect(existsSync(`${system.state}.outputs.json`)).toBe(false);
  });
});

test.each(["SIGINT", "SIGTERM"] as const)("%s ends it with exit code 0, also through npm", async (signal) => {
  const state = join(folder, `state-${String((serial += 1))}`);
  const system = startProcess({
    args: ["--state", state, "--outputs", `${state}.outputs.json`],
    throughNpm: true,
  });
  await system.ready;
  const { AppUrl } = readOutputs(`${state}.outputs.json`);
  expect(await system.stop(signal)).toBe(0);
  await expect(fetch(`${AppUrl}/_local/ready`)).rejects.toThrow();
  expect(existsSync(join(state, "lock"))).toBe(false);
});

test("every command that it shows works when it is pasted", async () => {
  const system = await run();
  const shown = system.system.said();
  const commands = [...shown.matchAll(/^ {5}(curl (?:.*\\\n)*.*)$/gm)].map(([, command = ""]) => command);
  expect(commands).toHaveLength(2);
  const answers: unknown[] = [];
  for (const command of commands) {
    const { stdout, stderr } = await promisify(execFile)("bash", ["-c", command]);
    expect(stderr).toBe("");
    answers.push(JSON.parse(stdout));
  }
  expect(answers).toMatchObject([
    {
      login: { username: "demo", alreadyRecorded: true },
      greeting: { message: "Hello demo, good to see you!" },
    },
    { data: { greeting: { message: "Hello demo, good to see you!" }, myLogins: { items: [{}, {}] } } },
  ]);
  await stop(system);
});

describe("a change of the template changes what is served", () => {
  let system: Running;
  beforeAll(async () => {
    const app = assemblyWith((template) => {
      first(template, "AWS::ApiGateway::Resource", /logins/)["PathPart"] = "sign-ins";
      const distribution = first(template, "AWS::CloudFront::Distribution")["DistributionConfig"] as {
        CacheBehaviors: { PathPattern: string }[];
      };
      for (const behavior of distribution.CacheBehaviors) {
        if (behavior.PathPattern === "/logins") behavior.PathPattern = "/sign-ins";
      }
      first(template, "AWS::SSM::Parameter", /Greetingsen/)["Value"] = "Salve {name}";
      const environment = first(template, "AWS::AppSync::GraphQLApi")["EnvironmentVariables"] as Record<
        string,
        string
      >;
      environment["RETENTION_DAYS"] = "7";
      const resolver = first(template, "AWS::AppSync::Resolver", /myLogins/);
      resolver["Code"] =
        'export function request() { return { operation: "Scan" } }\nexport function response() { return { items: [], nextToken: "changed" } }';
    });
    system = await run({ app });
  });
  afterAll(() => stop(system));

  test("routes, greeting text and resolver code are those of the changed template", async () => {
    const { outputs } = system;
    const { accessToken } = await signIn(outputs.AppUrl, {
      username: "demo",
      password: demoPassword(system) ?? "",
    });
    const moved = await fetch(`${outputs.AppUrl}/sign-ins`, {
      method: "POST",
      headers: { authorization: accessToken },
      body: "{}",
    });
    expect(await moved.json()).toMatchObject({ greeting: { message: "Salve demo" } });
    const page = await fetch(outputs.GraphQLUrl, {
      method: "POST",
      headers: { authorization: accessToken, "content-type": "application/json" },
      body: JSON.stringify({ query: "{ myLogins { nextToken } }" }),
    });
    expect(await page.json()).toMatchObject({ data: { myLogins: { nextToken: "changed" } } });
  });
});

describe("what cannot be served is refused in one sentence, with exit code 1", () => {
  async function refused(args: readonly string[], environment: Record<string, string> = {}): Promise<string> {
    const system = startProcess({
      args: [
        "--state",
        join(folder, `state-${String((serial += 1))}`),
        "--outputs",
        join(folder, "never.json"),
        ...args,
      ],
      environment,
    });
    expect(await system.ended, system.said()).toBe(1);
    expect(system.said()).not.toMatch(/^\s+at /m);
    return system.said();
  }

  test("a resource type", async () => {
    const app = assemblyWith((template) => {
      template.Resources["Host"] = { Type: "AWS::EC2::Instance", Properties: {} };
    });
    expect(await refused(["--app", app])).toContain(
      "AWS::EC2::Instance Host: this resource type is not served",
    );
  });

  test("a property", async () => {
    const app = assemblyWith((template) => {
      first(template, "AWS::S3::Bucket", /^LedgerFiles/)["ReplicationConfiguration"] = {};
    });
    expect(await refused(["--app", app])).toMatch(
      /AWS::S3::Bucket .*Ledger\/Files.*: ReplicationConfiguration is \{\}; this property is not served/,
    );
  });

  test("a reference to nothing", async () => {
    const app = assemblyWith((template) => {
      first(template, "AWS::S3::Bucket", /^LedgerFiles/)["BucketName"] = { Ref: "Nobody" };
    });
    expect(await refused(["--app", app])).toContain("Ref to Nobody");
  });

  test("a resolver for a field that the schema has not", async () => {
    const app = assemblyWith((template) => {
      first(template, "AWS::AppSync::Resolver", /myLogins/)["FieldName"] = "yourLogins";
    });
    expect(await refused(["--app", app])).toMatch(/yourLogins/);
  });

  test("a folder without an assembly", async () => {
    expect(await refused(["--app", folder])).toContain("holds no cloud assembly");
  });

  test("a taken port", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    expect(await refused(["--app", "cdk.out"], { PORT: String(port) })).toContain(`port ${port} is taken`);
    expect(await refused(["--app", "cdk.out"], { AWS_PORT: String(port) })).toContain("AWS_PORT=");
    server.close();
  });

  test("a port of localhost that another program has on IPv6, which browsers try first", async () => {
    const server = createServer().listen(0, "::1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    expect(await refused(["--app", "cdk.out"], { PORT: String(port) })).toContain(`port ${port} is taken`);
    server.close();
  });

  test("a port that needs rights which the user has not", async () => {
    const preload = join(folder, "no-rights.cjs");
    writeFileSync(
      preload,
      `require("node:net").Server.prototype.listen = function () {
        setImmediate(() => this.emit("error", Object.assign(new Error("listen EACCES"), { code: "EACCES" })));
        return this;
      };`,
    );
    const environment = { NODE_OPTIONS: `--require ${preload}`, PORT: "80" };
    expect(await refused(["--app", "cdk.out"], environment)).toContain("choose another with PORT=");
  });

  test("an outputs file that is a folder", async () => {
    expect(await refused(["--outputs", folder])).toContain(`${folder} cannot be written`);
  });

  test("an unknown option", async () => {
    expect(await refused(["--nonsense"])).toContain("--nonsense");
  });

  test("an old Node", async () => {
    const preload = join(folder, "old-node.cjs");
    writeFileSync(preload, 'Object.defineProperty(process.versions, "node", { value: "18.20.4" });');
    expect(await refused([], { NODE_OPTIONS: `--require ${preload}` })).toContain(
      "needs Node 20.19 or later; this is Node 18.20.4",
    );
  });

  test("a state folder that another process has, and one with a file where start keeps its own", async () => {
    const system = await run();
    expect(await refused(["--state", system.state])).toContain(
      `is in use by process ${String(system.system.child.pid)}`,
    );
    await stop(system);
    rmSync(join(system.state, "start"), { recursive: true });
    writeFileSync(join(system.state, "start"), "x");
    expect(await refused(["--state", system.state])).toMatch(
      /cannot be used as state folder \(EEXIST: .*start'\); mend that/,
    );
  });
});
