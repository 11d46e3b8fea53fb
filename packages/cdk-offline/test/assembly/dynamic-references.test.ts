// Dynamic references and withheld attributes, through the whole runtime: a function behind a distribution tells what reached it.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { clientConfig, stateFolder } from "../serving.ts";
import { attribute, echo, joined, ref, start, stop, type Stack } from "./echo-stack.ts";

/** Everything the state folder holds beside the folders of the services that own the values. */
function recordOf(directory: string): string {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/services\/(?:secrets-manager|cognito|ssm)$/.test(entry.parentPath))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"))
    .join("\n");
}

describe("a reference to a secret", () => {
  test("in a header that the distribution adds reaches the origin as the secret's value", async () => {
    const { runtime, secretOf } = await start();
    expect((await echo(runtime)).headers["x-origin"]).toBe(await secretOf("app/origin"));
  });

  test("by name, with a member, a stage or an id, several in one text", async () => {
    const { runtime, secretOf } = await start({
      variables: {
        WHOLE: "{{resolve:secretsmanager:app/client}}",
        MEMBERS:
          "<{{resolve:secretsmanager:app/client:SecretString:sealKey}}|{{resolve:secretsmanager:app/client:SecretString:clientSecret:AWSCURRENT}}>",
      },
    });
    const client = await secretOf("app/client");
    const { sealKey, clientSecret } = v.parse(
      v.object({ sealKey: v.string(), clientSecret: v.string() }),
      JSON.parse(client),
    );
    expect((await echo(runtime)).environment).toMatchObject({
      WHOLE: client,
      MEMBERS: `<${sealKey}|${clientSecret}>`,
    });
  });

  test("stands as it is in the record of the deployment and in outputs, whose values everybody may read", async () => {
    const directory = stateFolder();
    const text = "{{resolve:secretsmanager:app/origin}}";
    const { runtime, secretOf, lines } = await start(
      { variables: { ORIGIN: text }, outputs: { Origin: text } },
      directory,
    );
    const [client, origin] = [await secretOf("app/client"), await secretOf("app/origin")];
    const { clientSecret } = v.parse(v.object({ clientSecret: v.string() }), JSON.parse(client));
    expect(runtime.outputs).toEqual({ Origin: text });
    await echo(runtime);
    await stop(runtime);
    const record = recordOf(directory);
    expect(record).toContain(text);
    for (const value of [origin, clientSecret]) {
      expect(record).not.toContain(value);
      expect(lines.join("\n")).not.toContain(value);
    }
  });

  test("a value put there since is no change of the template", async () => {
    const directory = stateFolder();
    const first = await start({}, directory);
    const client = await first.secretOf("app/client");
    await first.secrets.send(
      new PutSecretValueCommand({ SecretId: "app/origin", SecretString: "put by an operator" }),
    );
    await stop(first.runtime);
    const second = await start({}, directory);
    expect(await second.secretOf("app/client")).toBe(client);
    expect(await second.secretOf("app/origin")).toBe("put by an operator");
    expect((await echo(second.runtime)).headers["x-origin"]).toBe("put by an operator");
  });
});

describe("a reference to a parameter", () => {
  test("is its newest value, or the one of a version", async () => {
    const directory = stateFolder();
    const variables = { NOW: "{{resolve:ssm:/app/word}}", THEN: "{{resolve:ssm:/app/word:1}}" };
    const first = await start({ variables }, directory);
    const ssm = new SSMClient(clientConfig(first.runtime.awsEndpoint));
    await ssm.send(new PutParameterCommand({ Name: "/app/word", Value: "changed", Overwrite: true }));
    await stop(first.runtime);
    const second = await start({ variables }, directory);
    expect((await echo(second.runtime)).environment).toMatchObject({ NOW: "changed", THEN: "hello" });
  });
});

describe("the secret of an app client", () => {
  test("is what the pool says, wherever Fn::GetAtt asks for it, and the same after a restart", async () => {
    const directory = stateFolder();
    const variables = {
      SECRET: attribute("Client", "ClientSecret"),
      POOL: ref("Pool"),
      CLIENT: ref("Client"),
    };
    const first = await start({ variables }, directory);
    const { SECRET, POOL, CLIENT } = (await echo(first.runtime)).environment;
    const pools = new CognitoIdentityProviderClient(clientConfig(first.runtime.awsEndpoint));
    const { UserPoolClient } = await pools.send(
      new DescribeUserPoolClientCommand({ UserPoolId: POOL, ClientId: CLIENT }),
    );
    expect(SECRET).toMatch(/^[a-z0-9]{51}$/);
    expect(UserPoolClient?.ClientSecret).toBe(SECRET);
    const client = await first.secretOf("app/client");
    expect(client).toContain(`"clientSecret":"${SECRET ?? ""}"`);
    await stop(first.runtime);
    const second = await start({ variables }, directory);
    expect((await echo(second.runtime)).environment["SECRET"]).toBe(SECRET);
    expect(await second.secretOf("app/client")).toBe(client);
  });
});

describe("refused by name, before anything is served", () => {
  const secretWith = (SecretString: unknown) => ({
    resources: { Mine: { Type: "AWS::SecretsManager::Secret", Properties: { Name: "mine", SecretString } } },
  });

  test.each<[string, Stack, string]>([
    [
      "a secure parameter",
      { variables: { X: "{{resolve:ssm-secure:/app/word:1}}" } },
      "AWS::Lambda::Function Function: the dynamic reference {{resolve:ssm-secure:/app/word:1}} is not served",
    ],
    [
      "a service that there is not",
      { variables: { X: "a {{resolve:vault:x}} b" } },
      "the dynamic reference {{resolve:vault:x}} is not served",
    ],
    [
      "a stage together with an id",
      { variables: { X: "{{resolve:secretsmanager:app/origin:SecretString::AWSCURRENT:abc}}" } },
      "the dynamic reference {{resolve:secretsmanager:app/origin:SecretString::AWSCURRENT:abc}} is not served",
    ],
    [
      "a secret that is not there",
      { variables: { X: "{{resolve:secretsmanager:none}}" } },
      "{{resolve:secretsmanager:none}}: Secrets Manager can't find the specified secret.",
    ],
    [
      "a parameter that is not there",
      { variables: { X: "{{resolve:ssm:/none}}" } },
      "{{resolve:ssm:/none}}: ParameterNotFound",
    ],
    [
      "a member that is not there",
      { variables: { X: "{{resolve:secretsmanager:app/client:SecretString:none}}" } },
      "the secret is no JSON object with a text as none",
    ],
    [
      "a member of a secret that is no JSON",
      { variables: { X: "{{resolve:secretsmanager:app/origin:SecretString:any}}" } },
      "the secret is no JSON object with a text as any",
    ],
    [
      "a secret in another secret",
      secretWith("{{resolve:secretsmanager:app/origin}}"),
      "{{resolve:secretsmanager:app/origin}} in a parameter, log group, bucket, queue, table, user pool or another secret is not served",
    ],
    [
      "a client's secret in an output",
      { outputs: { Secret: joined("secret: ", attribute("Client", "ClientSecret")) } },
      "Outputs.Secret: the value of a secret in an output",
    ],
    [
      "the secret of a client that has none",
      {
        resources: {
          Client: { Type: "AWS::Cognito::UserPoolClient", Properties: { UserPoolId: ref("Pool") } },
        },
      },
      "AWS::Cognito::UserPoolClient Client: attribute ClientSecret is not served by the local runtime",
    ],
    [
      "a client's secret in the pool's own resources",
      {
        resources: {
          Other: {
            Type: "AWS::Cognito::UserPoolClient",
            Properties: { UserPoolId: ref("Pool"), ClientName: attribute("Client", "ClientSecret") },
          },
        },
      },
      "in a parameter, log group, bucket, queue, table or user pool is not served",
    ],
    [
      "a key of one's own",
      {
        resources: {
          Mine: { Type: "AWS::SecretsManager::Secret", Properties: { KmsKeyId: "alias/mine" } },
        },
      },
      'AWS::SecretsManager::Secret Mine: KmsKeyId is "alias/mine"; this property is not served',
    ],
  ])("%s", async (_, stack, message) => {
    await expect(start(stack)).rejects.toThrow(message);
  });
});
