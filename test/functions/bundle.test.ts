// The functions as they are deployed: the very files of the cloud assembly, with the variables that the template gives
// them, speaking to AWS's interfaces on loopback.

import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { json, type HttpHandler, slowness } from "cdk-offline/testing";
import { localAssembly } from "../local-assembly.ts";
import { serveUntilTestEnds } from "../serving.ts";
import { restEvent } from "./parts/rest-event.ts";
import { AUTHORIZATION_SERVER, CLIENT_ID, USER_POOL_ID } from "./parts/user-pool.ts";

const run = promisify(execFile);

type FunctionName = "auth" | "logins" | "login-file" | "greeting";

/** The construct of each function in the stack; its name begins the function's logical id. */
const CONSTRUCTS: Readonly<Record<FunctionName, string>> = {
  auth: "FunctionsAuth",
  logins: "FunctionsLogins",
  "login-file": "FunctionsLoginFile",
  greeting: "FunctionsGreeting",
};

const deployedFunctionSchema = v.object({
  Code: v.object({ S3Key: v.string() }),
  Handler: v.pipe(v.string(), v.regex(/^\w+\.\w+$/)),
  Environment: v.object({ Variables: v.record(v.string(), v.unknown()) }),
});

const assembly = localAssembly();

/** What is deployed of a function: the module and export that Lambda loads, and which variables it is given. */
function deployed(name: FunctionName) {
  const [properties, ...others] = Object.entries(assembly.template.Resources).flatMap(
    ([id, { Type, Properties }]) =>
      Type === "AWS::Lambda::Function" && new RegExp(`^${CONSTRUCTS[name]}Function[0-9A-F]{8}$`).test(id)
        ? [Properties]
        : [],
  );
  expect(others).toEqual([]);
  const { Code, Handler, Environment } = v.parse(deployedFunctionSchema, properties);
  const [file, exported] = Handler.split(".");
  return {
    module: join(assembly.assetDirectory(Code.S3Key), `${String(file)}.cjs`),
    exported: String(exported),
    variables: Object.keys(Environment.Variables),
  };
}

/** What Lambda itself sets, and what the SDK asks for. */
const LAMBDA_ENVIRONMENT = {
  AWS_REGION: "us-east-1",
  AWS_LAMBDA_FUNCTION_NAME: "function",
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
};

/** A value for every variable that the template gives a function. */
const VALUES: Readonly<Record<string, string>> = {
  CONFIG_PARAMETER: "/login-ledger/test/config",
  CLIENT_SECRET_ID: "login-ledger/test/client",
  ORIGIN_SECRET_ID: "login-ledger/test/origin",
  AUDIT_MODE: "strict",
  BUCKET: "bucket",
  GREETING_PATH: "/login-ledger/test/greeting",
  CACHE_SECONDS: "60",
};

/** The environment of a deployed function: the variables the template gives it and no others, with values of this test. */
function environmentOf(name: FunctionName): Record<string, string> {
  const variables = deployed(name).variables.map((variable) => {
    const value = VALUES[variable];
    if (value === undefined)
      throw new Error(`this test has no value for the variable ${variable} of ${name}`);
    return [variable, value];
  });
  return { ...LAMBDA_ENVIRONMENT, ...(Object.fromEntries(variables) as Record<string, string>) };
}

/** Calls a deployed function in a process of its own; answers its result, the time the call took and what it wrote. */
async function invoke(name: FunctionName, event: unknown, changes: Readonly<Record<string, string>>) {
  const { module, exported } = deployed(name);
  const script = `
    const { [process.argv[2]]: handler } = require(process.argv[1]);
    const started = performance.now();
    const answer = (outcome) =>
      process.stderr.write(JSON.stringify({ outcome, tookMs: performance.now() - started }));
    Promise.resolve(handler(JSON.parse(process.argv[3]))).then(
      (result) => answer({ result: result ?? null }),
      (error) => answer({ error: error.name }),
    );`;
  const { stdout, stderr } = await run(
    process.execPath,
    ["-e", script, module, exported, JSON.stringify(event)],
    { env: { ...environmentOf(name), ...changes } },
  );
  const { outcome, tookMs } = JSON.parse(stderr) as { outcome: unknown; tookMs: number };
  return { outcome, tookMs, lines: stdout.split("\n").slice(0, -1) };
}

const awsAnswering: HttpHandler = (request) => {
  const operation = (request.headers["x-amz-target"] ?? "").split(".")[1];
  switch (operation) {
    case "GetParameter":
      return Promise.resolve(
        json(200, {
          Parameter: {
            Value: JSON.stringify({
              ...{ origin: "https://ledger.example", userPoolId: USER_POOL_ID, clientId: CLIENT_ID },
              ...{ graphqlUrl: "https://api.example/graphql", realtimeUrl: "wss://api.example/graphql" },
              authorizationServer: AUTHORIZATION_SERVER,
            }),
          },
        }),
      );
    case "GetSecretValue":
      return Promise.resolve(
        json(200, {
          CreatedDate: 0,
          SecretString: JSON.stringify({ clientSecret: "s", sealKey: "k".repeat(43) }),
        }),
      );
    case "GetParametersByPath":
      return Promise.resolve(
        json(200, {
          Parameters: [{ Name: "/login-ledger/test/greeting/en", Type: "String", Value: "Hi {name}" }],
        }),
      );
    default:
      return Promise.resolve({ status: request.method === "PUT" ? 200 : 404 });
  }
};

test("nothing deployed asks for the user pool's client, which AWS answers five times a second", () => {
  const deployedFiles = Object.values(assembly.template.Resources).flatMap(({ Type, Properties }) =>
    Type === "AWS::Lambda::Function" ? [v.parse(deployedFunctionSchema, Properties).Code.S3Key] : [],
  );
  expect(deployedFiles).toHaveLength(Object.keys(CONSTRUCTS).length);
  const texts = [
    JSON.stringify(assembly.template),
    ...deployedFiles.map((key) => readFileSync(join(assembly.assetDirectory(key), "index.cjs"), "utf8")),
  ];
  for (const text of texts) {
    expect(/DescribeUserPool|CognitoIdentityProvider/.exec(text)?.[0]).toBeUndefined();
  }
});

describe("a deployed function", () => {
  test("auth starts a sign-in", async () => {
    const AWS_ENDPOINT_URL = await serveUntilTestEnds(awsAnswering);
    const { outcome, lines } = await invoke("auth", restEvent({ target: "/auth/login" }), {
      AWS_ENDPOINT_URL,
    });
    expect(outcome).toMatchObject({ result: { statusCode: 302 } });
    expect(lines).toEqual([]);
  });

  test("logins refuses a request without an authorizer, in one line of log", async () => {
    const AWS_ENDPOINT_URL = await serveUntilTestEnds(awsAnswering);
    const event = restEvent({ method: "POST", target: "/logins" });
    const { outcome, lines } = await invoke("logins", event, { AWS_ENDPOINT_URL });
    expect(outcome).toMatchObject({ result: { statusCode: 401 } });
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { level: "WARN", event: "request_refused", error: "invalid_token", cause: { code: "invalid_token" } },
    ]);
  });

  test("login-file writes a file and a line", async () => {
    const AWS_ENDPOINT_URL = await serveUntilTestEnds(awsAnswering);
    const record = {
      ...{
        kind: "login",
        id: "i",
        userId: "s",
        username: "ana",
        usernameKey: "ana",
        loggedInAt: "2026-11-22T16:54:00Z",
      },
      ...{ day: "2026-11-22", position: "2026-11-22T16:54:00Z#2026-11-22T16:54:01.250Z#i" },
      ...{ recordedAt: "2026-11-22T16:54:01.250Z", clientId: "c", file: "s/ana.txt", writeId: "w" },
    };
    const event = { record, repeat: false };
    const { outcome, lines } = await invoke("login-file", event, { AWS_ENDPOINT_URL });
    expect(outcome).toEqual({ result: null });
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([{ event: "login", id: "i" }]);
  });

  test("greeting greets", async () => {
    const AWS_ENDPOINT_URL = await serveUntilTestEnds(awsAnswering);
    const event = { username: "ana", locale: null };
    const { outcome } = await invoke("greeting", event, { AWS_ENDPOINT_URL });
    expect(outcome).toEqual({ result: { message: "Hi ana", locale: "en" } });
  });

  describe("G1: greets within three seconds with Parameter Store", () => {
    const parameters = (list: unknown) => () => Promise.resolve(json(200, list));
    const failing = (status: number, type: string) => () =>
      Promise.resolve(json(status, { __type: type, message: "arn:aws:ssm:us-east-1:0:parameter/x" }));
    test.each<[string, HttpHandler]>([
      ["without a text", parameters({ Parameters: [] })],
      ["denying", failing(400, "AccessDeniedException")],
      ["throttling", failing(400, "ThrottlingException")],
      ["broken", failing(500, "InternalServerError")],
      ["not answering", () => new Promise(() => undefined)],
      ["answering a page", () => Promise.resolve({ status: 200, body: "<html>" })],
      ["answering rubbish", parameters({ Parameters: [{ Name: 5, Value: {} }] })],
      ["answering pages without end", parameters({ Parameters: [], NextToken: "again" })],
    ])("%s", async (_, handler) => {
      const AWS_ENDPOINT_URL = await serveUntilTestEnds(handler);
      const { outcome, tookMs, lines } = await invoke(
        "greeting",
        { username: "ana", locale: "de" },
        { AWS_ENDPOINT_URL },
      );
      expect(tookMs).toBeLessThan(3000 * slowness());
      expect(outcome).toEqual({ result: { message: "Hello ana!", locale: "en" } });
      expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
        { event: "greeting_fallback", GreetingFallback: 1, FunctionName: "function" },
      ]);
      expect(lines.join("")).not.toContain("arn:");
    });
  });

  test.each<[FunctionName, string]>([
    ["auth", "CONFIG_PARAMETER"],
    ["logins", "ORIGIN_SECRET_ID"],
    ["login-file", "BUCKET"],
    ["greeting", "CACHE_SECONDS"],
  ])("%s does not start without %s, and says so", async (name, variable) => {
    await expect(invoke(name, {}, { [variable]: "" })).rejects.toMatchObject({
      stderr: expect.stringContaining(`environment variable ${variable} is not set`) as unknown,
    });
  });

  test("auth does not start with an audit mode that is none", async () => {
    await expect(invoke("auth", {}, { AUDIT_MODE: "off" })).rejects.toMatchObject({
      stderr: expect.stringContaining("AUDIT_MODE is off; it must be one of strict, best-effort") as unknown,
    });
  });
});
