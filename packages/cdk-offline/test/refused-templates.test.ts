// A template that cannot be served: everything that stands in the way is told at once, and nothing is written.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describe, expect, test, vi } from "vitest";
import { serve, TemplateError } from "../src/serve.ts";
import { writeAssembly } from "./assembly-of.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const folder = temporaryFolder();
// Checking resolver code loads a compiler and a linter, which takes long on a busy machine.
vi.setConfig({ testTimeout: 180_000 });
let runs = 0;
const newFolder = () => join(folder, String((runs += 1)));

/** Serves these resources until they are there, over the state of an earlier deployment if need be. */
async function deploy(Resources: object, state = newFolder(), log: (line: string) => void = () => undefined) {
  const served = await serve(writeAssembly(newFolder(), { Resources }), { state, log });
  await served.close();
  return state;
}

async function refusalsOf(Resources: object, state = newFolder()): Promise<readonly string[]> {
  const error: unknown = await deploy(Resources, state).catch((refused: unknown) => refused);
  if (!(error instanceof TemplateError)) throw error;
  return error.message.split(/\n {2}(?=\S)/).slice(1);
}

/** All files below a folder with what is in them, but for the cache of what was found in resolver code. */
function filesIn(directory: string): Record<string, string> {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && entry.name !== "code-verdicts.json",
  );
  return Object.fromEntries(
    files.map(({ parentPath, name }) => [
      join(parentPath, name),
      readFileSync(join(parentPath, name), "latin1"),
    ]),
  );
}

const table = {
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
};
const apiId = { "Fn::GetAtt": ["Api", "ApiId"] };
const code = "export function request(ctx) { return {}; }\nexport function response(ctx) { return 1; }\n";
const runtime = { Name: "APPSYNC_JS", RuntimeVersion: "1.0.0" };
const users = { Type: "AWS::Cognito::UserPool" };
const api = {
  Users: users,
  Api: {
    Type: "AWS::AppSync::GraphQLApi",
    Properties: {
      Name: "api",
      AuthenticationType: "AMAZON_COGNITO_USER_POOLS",
      UserPoolConfig: { UserPoolId: { Ref: "Users" }, DefaultAction: "ALLOW" },
    },
  },
  Schema: {
    Type: "AWS::AppSync::GraphQLSchema",
    Properties: { ApiId: apiId, Definition: "type Query { a: Int b: Int }" },
  },
  Nothing: { Type: "AWS::AppSync::DataSource", Properties: { ApiId: apiId, Name: "nothing", Type: "NONE" } },
};
const resolver = (FieldName: string, changes: object = {}) => ({
  Type: "AWS::AppSync::Resolver",
  Properties: {
    ApiId: apiId,
    TypeName: "Query",
    FieldName,
    Kind: "UNIT",
    DataSourceName: { "Fn::GetAtt": ["Nothing", "Name"] },
    Runtime: runtime,
    Code: code,
    ...changes,
  },
});

describe("a template that cannot be served", () => {
  test("is refused by resource and property for all that every service refuses, in one message", async () => {
    const refused = await refusalsOf({
      ...api,
      Host: { Type: "AWS::EC2::Instance" },
      Queue: {
        Type: "AWS::SQS::Queue",
        Properties: { FifoQueue: true, QueueName: "a.fifo" },
        Metadata: { "aws:cdk:path": "Stack/Queue/Resource" },
      },
      Expiring: {
        Type: "AWS::DynamoDB::Table",
        Properties: { ...table, TimeToLiveSpecification: { Enabled: true } },
      },
      Keyless: {
        Type: "AWS::DynamoDB::Table",
        Properties: { ...table, AttributeDefinitions: [{ AttributeName: "other", AttributeType: "S" }] },
      },
      Long: { Type: "AWS::SSM::Parameter", Properties: { Type: "String", Value: "x".repeat(4097) } },
      Web: {
        Type: "AWS::Cognito::UserPoolClient",
        Properties: { UserPoolId: { Ref: "Users" }, AllowedOAuthScopes: ["notes/all"] },
      },
      Function: {
        Type: "AWS::Lambda::Function",
        Properties: {
          Code: { S3Bucket: "b", S3Key: "gone.zip" },
          Handler: "index.handler",
          Runtime: "nodejs22.x",
        },
      },
      Rest: { Type: "AWS::ApiGateway::RestApi", Properties: { Name: "rest" } },
      Live: {
        Type: "AWS::ApiGateway::Stage",
        Properties: { RestApiId: { Ref: "Rest" }, StageName: "live", DeploymentId: "gone" },
      },
      Page: {
        Type: "AWS::CloudFront::Distribution",
        Properties: {
          DistributionConfig: {
            Enabled: true,
            Origins: [],
            DefaultCacheBehavior: {
              TargetOriginId: "nowhere",
              CachePolicyId: "658327ea-f89d-4fab-a63d-7e88639e58f6",
            },
          },
        },
      },
      A: resolver("a", { Code: "export function request() {}" }),
      B: resolver("b", { DataSourceName: "everything" }),
      C: resolver("c"),
    });
    expect([...refused].sort()).toEqual([
      expect.stringMatching(/^AWS::ApiGateway::Stage Live: DeploymentId: there is no deployment gone/),
      expect.stringMatching(/^AWS::AppSync::Resolver A: Code: The code contains one or more errors/),
      "AWS::AppSync::Resolver B: DataSourceName: there is no data source everything",
      "AWS::AppSync::Resolver C: FieldName: the type Query has no field c",
      "AWS::CloudFront::Distribution Page: there is no origin nowhere",
      expect.stringMatching(/^AWS::Cognito::UserPoolClient Web: AllowedOAuthScopes.0 is "notes\/all"; /),
      "AWS::DynamoDB::Table Expiring: TimeToLiveSpecification.AttributeName: is missing where it is enabled",
      expect.stringMatching(/^AWS::DynamoDB::Table Keyless: .*not defined in AttributeDefinitions/),
      "AWS::EC2::Instance Host: this resource type is not served by the local runtime",
      'AWS::Lambda::Function Function: Code.S3Key is "gone.zip"; the cloud assembly holds no such asset',
      "AWS::SQS::Queue Stack/Queue/Resource (Queue): FifoQueue is true; this property is not served",
      'AWS::SQS::Queue Stack/Queue/Resource (Queue): QueueName is "a.fifo"; served: /^[A-Za-z0-9_-]{1,80}$/',
      expect.stringMatching(/^AWS::SSM::Parameter Long: Standard tier parameters support .* 4096 characters/),
    ]);
  });

  test("is refused for every dynamic reference that has no value, with all else, and a new folder stays empty", async () => {
    const state = newFolder();
    const group = (LogGroupName: string) => ({ Type: "AWS::Logs::LogGroup", Properties: { LogGroupName } });
    const secret = "{{resolve:secretsmanager:none}}";
    const tooEarly = `${secret} in a parameter, log group, bucket, queue, table, user pool or another secret is not served`;
    const refused = await refusalsOf(
      {
        Host: { Type: "AWS::EC2::Instance" },
        One: group(`a{{resolve:ssm:/none}}${secret}`),
        Two: group("b{{resolve:ssm:/nothing:3}}{{resolve:vault:x}}"),
      },
      state,
    );
    expect([...refused].sort()).toEqual([
      "AWS::EC2::Instance Host: this resource type is not served by the local runtime",
      `AWS::Logs::LogGroup One: ${tooEarly}`,
      "AWS::Logs::LogGroup One: {{resolve:ssm:/none}}: ParameterNotFound",
      expect.stringMatching(/^AWS::Logs::LogGroup Two: the dynamic reference \{\{resolve:vault:x\}\} is not/),
      "AWS::Logs::LogGroup Two: {{resolve:ssm:/nothing:3}}: ParameterNotFound",
    ]);
    const Early = {
      Type: "AWS::SSM::Parameter",
      Properties: { Type: "String", Value: `{{resolve:ssm:/none}} ${secret}` },
    };
    expect([...(await refusalsOf({ Early }, state))].sort()).toEqual([
      `AWS::SSM::Parameter Early: ${tooEarly}`,
      "AWS::SSM::Parameter Early: {{resolve:ssm:/none}} in another parameter is not served",
    ]);
    expect(Object.keys(filesIn(state))).toEqual([join(state, "state.json")]);
  });

  test("leaves a new state folder empty", async () => {
    const state = newFolder();
    await refusalsOf({ ...api, A: resolver("b"), Host: { Type: "AWS::EC2::Instance" } }, state);
    expect(Object.keys(filesIn(state))).toEqual([join(state, "state.json")]);
  });

  test("leaves what is stored as it was, though the template asks for what it cannot be made into", async () => {
    const parameter = (Type: string) => ({
      Type: "AWS::SSM::Parameter",
      Properties: { Name: "p", Type, Value: "a" },
    });
    const state = await deploy({
      Table: { Type: "AWS::DynamoDB::Table", Properties: { ...table, TableName: "things" } },
      Parameter: parameter("String"),
    });
    const before = filesIn(join(state, "services", "ssm"));
    const record = readFileSync(join(state, "deployment.json"), "utf8");
    const refused = await refusalsOf(
      {
        Table: {
          Type: "AWS::DynamoDB::Table",
          Properties: {
            ...table,
            TableName: "things",
            AttributeDefinitions: [{ AttributeName: "other", AttributeType: "S" }],
            KeySchema: [{ AttributeName: "other", KeyType: "HASH" }],
          },
        },
        Parameter: parameter("StringList"),
        Second: { Type: "AWS::SSM::Parameter", Properties: { Name: "second", Type: "String", Value: "b" } },
      },
      state,
    );
    expect(refused).toEqual([
      expect.stringMatching(/^AWS::SSM::Parameter Parameter: Parameter Store doesn't support changing/),
      expect.stringMatching(
        /^AWS::DynamoDB::Table Table: the key of the stored table things cannot be changed/,
      ),
    ]);
    expect(filesIn(join(state, "services", "ssm"))).toEqual(before);
    expect(readFileSync(join(state, "deployment.json"), "utf8")).toBe(record);
  });

  test("leaves what is stored as it was when the state was to be begun anew, which the next template does", async () => {
    const text = (Value: string) => ({
      Text: { Type: "AWS::SSM::Parameter", Properties: { Name: "p", Type: "String", Value } },
    });
    const state = await deploy(text("old"));
    const before = filesIn(state);
    const begin = async (Resources: object) => {
      const served = await serve(writeAssembly(newFolder(), { Resources }), { state, fresh: true });
      await served.close();
    };
    await expect(begin({ ...text("new"), Host: { Type: "AWS::EC2::Instance" } })).rejects.toThrow(
      TemplateError,
    );
    await expect(begin({ ...api, A: resolver("b"), B: resolver("c") })).rejects.toThrow(TemplateError);
    expect(filesIn(state)).toEqual(before);
    // Nothing of the stored state counts: as a change of the old parameter this type would be refused.
    await begin({
      Text: { Type: "AWS::SSM::Parameter", Properties: { Name: "p", Type: "StringList", Value: "a" } },
    });
    expect(Object.values(filesIn(state)).join("\n")).not.toContain('"old"');
  });

  test("ends the command with exit code 1 and a line for each thing, without a stack", async () => {
    const assembly = writeAssembly(newFolder(), {
      Resources: {
        Host: { Type: "AWS::EC2::Instance" },
        Queue: { Type: "AWS::SQS::Queue", Properties: { FifoQueue: true } },
      },
      Outputs: { Url: { Value: { "Fn::GetAtt": ["Bus", "Url"] } } },
    });
    const program = fileURLToPath(new URL("../src/command/cdk-offline.mjs", import.meta.url));
    const child = spawn(
      process.execPath,
      [
        ...[program, assembly, "--app-port", "0", "--aws-port", "0"],
        ...["--state", newFolder(), "--outputs", join(folder, "never.json")],
      ],
      { stdio: ["ignore", "ignore", "pipe"] },
    );
    const [said, [exitCode]] = await Promise.all([
      text(child.stderr),
      once(child, "exit") as Promise<unknown[]>,
    ]);
    expect(said.trim().split("\n")).toEqual([
      "The template cannot be served:",
      "  AWS::EC2::Instance Host: this resource type is not served by the local runtime",
      "  AWS::SQS::Queue Queue: FifoQueue is true; this property is not served",
      "  Outputs.Url.Value: Fn::GetAtt of Bus.Url: the template has no such resource",
    ]);
    expect(exitCode).toBe(1);
  });
});
