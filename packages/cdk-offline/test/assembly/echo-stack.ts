// A small stack in the whole runtime: a function behind a distribution that tells what reached it, a user pool, secrets.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import * as v from "valibot";
import { onTestFinished } from "vitest";
import type { Template } from "../../src/assembly/assembly.ts";
import { startRuntime, type Runtime } from "../../src/runtime.ts";
import { clientConfig, stateFolder } from "../serving.ts";

type Properties = Readonly<Record<string, unknown>>;

export const ref = (id: string) => ({ Ref: id });
export const attribute = (id: string, name: string) => ({ "Fn::GetAtt": [id, name] });
export const joined = (...parts: unknown[]) => ({ "Fn::Join": ["", parts] });

/** A function that answers with its environment and the headers it was called with. */
const ECHO = `exports.handler = async (event) => ({
  statusCode: 200,
  body: JSON.stringify({ headers: event.headers, environment: process.env }),
});`;

export interface Stack {
  /** Variables of the function. */
  readonly variables?: Properties;
  readonly resources?: Readonly<Record<string, { Type: string; Properties: Properties }>>;
  readonly outputs?: Properties;
}

function templateOf({ variables = {}, resources = {}, outputs = {} }: Stack): Template {
  const all: Readonly<Record<string, { Type: string; Properties: Properties }>> = {
    Pool: { Type: "AWS::Cognito::UserPool", Properties: {} },
    Client: {
      Type: "AWS::Cognito::UserPoolClient",
      Properties: { UserPoolId: ref("Pool"), GenerateSecret: true },
    },
    ClientSecret: {
      Type: "AWS::SecretsManager::Secret",
      Properties: {
        Name: "app/client",
        GenerateSecretString: {
          SecretStringTemplate: joined('{"clientSecret":"', attribute("Client", "ClientSecret"), '"}'),
          GenerateStringKey: "sealKey",
          ExcludePunctuation: true,
        },
      },
    },
    Origin: {
      Type: "AWS::SecretsManager::Secret",
      Properties: { Name: "app/origin", GenerateSecretString: { ExcludePunctuation: true } },
    },
    Word: { Type: "AWS::SSM::Parameter", Properties: { Name: "/app/word", Type: "String", Value: "hello" } },
    Function: {
      Type: "AWS::Lambda::Function",
      Properties: {
        Code: { S3Bucket: "assets", S3Key: "echo" },
        Handler: "index.handler",
        Runtime: "nodejs24.x",
        Environment: { Variables: variables },
      },
    },
    Api: { Type: "AWS::ApiGateway::RestApi", Properties: { Name: "api" } },
    Method: {
      Type: "AWS::ApiGateway::Method",
      Properties: {
        RestApiId: ref("Api"),
        ResourceId: attribute("Api", "RootResourceId"),
        HttpMethod: "GET",
        AuthorizationType: "NONE",
        Integration: {
          Type: "AWS_PROXY",
          IntegrationHttpMethod: "POST",
          Uri: joined(
            "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/",
            attribute("Function", "Arn"),
            "/invocations",
          ),
        },
      },
    },
    Deployment: { Type: "AWS::ApiGateway::Deployment", Properties: { RestApiId: ref("Api") } },
    Stage: {
      Type: "AWS::ApiGateway::Stage",
      Properties: { RestApiId: ref("Api"), DeploymentId: ref("Deployment"), StageName: "v1" },
    },
    Distribution: {
      Type: "AWS::CloudFront::Distribution",
      Properties: {
        DistributionConfig: {
          Enabled: true,
          DefaultCacheBehavior: {
            TargetOriginId: "api",
            CachePolicyId: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
            OriginRequestPolicyId: "b689b0a8-53d0-40ab-baf2-68738e2966ac",
            ViewerProtocolPolicy: "https-only",
          },
          Origins: [
            {
              Id: "api",
              DomainName: joined(ref("Api"), ".execute-api.us-east-1.amazonaws.com"),
              OriginPath: "/v1",
              OriginCustomHeaders: [
                {
                  HeaderName: "x-origin",
                  HeaderValue: joined("{{resolve:secretsmanager:", ref("Origin"), ":SecretString:::}}"),
                },
              ],
            },
          ],
        },
      },
    },
    ...resources,
  };
  return {
    Resources: Object.fromEntries(Object.entries(all).map(([id, one]) => [id, { ...one, Metadata: {} }])),
    Outputs: Object.fromEntries(Object.entries(outputs).map(([name, Value]) => [name, { Value }])),
    Parameters: {},
    Conditions: {},
    Mappings: {},
  };
}

const running = new Set<Runtime>();

/** Starts the stack on a state folder; it is closed when the test has ended. */
export async function start(stack: Stack = {}, directory = stateFolder()) {
  const code = join(directory, "code");
  mkdirSync(code, { recursive: true });
  writeFileSync(join(code, "index.js"), ECHO);
  const lines: string[] = [];
  const runtime = await startRuntime({
    assembly: {
      stackName: "App",
      template: templateOf(stack),
      region: undefined,
      account: undefined,
      assetDirectory: () => code,
    },
    region: "us-east-1",
    account: "000000000000",
    faults: new Set(),
    directory,
    appPort: 0,
    awsPort: 0,
    clock: Date.now,
    log: (line) => lines.push(line),
  });
  running.add(runtime);
  onTestFinished(() => stop(runtime));
  const secrets = new SecretsManagerClient(clientConfig(runtime.awsEndpoint));
  return {
    runtime,
    lines,
    secrets,
    secretOf: async (SecretId: string) =>
      (await secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString ?? "",
  };
}

/** Closes a stack before the end of the test. */
export async function stop(runtime: Runtime): Promise<void> {
  if (running.delete(runtime)) await runtime.close();
}

const echoSchema = v.object({
  headers: v.record(v.string(), v.string()),
  environment: v.record(v.string(), v.string()),
});

/** What reached the function: the headers of a request through the distribution, and its environment. */
export async function echo({ appUrl }: Runtime) {
  return v.parse(echoSchema, await (await fetch(`${appUrl ?? ""}/`)).json());
}
