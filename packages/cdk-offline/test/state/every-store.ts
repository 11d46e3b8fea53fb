// A stack with every service that keeps state, and how each of them is written and read through the SDK.

import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  FilterLogEventsCommand,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  AdminCreateUserCommand,
  CognitoIdentityProviderClient,
  ListUsersCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { DynamoDBClient, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { GetParametersByPathCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { writeAssembly } from "../assembly-of.ts";
import { clientConfig } from "../serving.ts";

export interface Store {
  readonly name: string;
  /** The service's error for a write that cannot be stored. */
  readonly refusal: string;
  /** Writes the thing of this number; some kilobytes with it. */
  write(number: number): Promise<unknown>;
  /** Reads without changing anything. */
  read(): Promise<unknown>;
  /** The numbers that are there. */
  stored(): Promise<readonly number[]>;
}

/** Writes the assembly into a folder, which also gets what its function does: a line for each event. */
export function everyStoreAssembly(folder: string): string {
  const assembly = writeAssembly(folder, {
    Resources: {
      Logs: { Type: "AWS::Logs::LogGroup", Properties: { LogGroupName: "a" } },
      FunctionLogs: { Type: "AWS::Logs::LogGroup", Properties: { LogGroupName: "/aws/lambda/fn" } },
      Text: { Type: "AWS::SSM::Parameter", Properties: { Name: "text", Type: "String", Value: "a" } },
      Files: { Type: "AWS::S3::Bucket", Properties: { BucketName: "files" } },
      Queue: { Type: "AWS::SQS::Queue", Properties: { QueueName: "queue" } },
      Pool: { Type: "AWS::Cognito::UserPool", Properties: {} },
      Secret: { Type: "AWS::SecretsManager::Secret", Properties: { Name: "secret", SecretString: "0" } },
      Table: {
        Type: "AWS::DynamoDB::Table",
        Properties: {
          TableName: "table",
          BillingMode: "PAY_PER_REQUEST",
          AttributeDefinitions: [{ AttributeName: "id", AttributeType: "N" }],
          KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        },
      },
      Function: {
        Type: "AWS::Lambda::Function",
        Properties: {
          FunctionName: "fn",
          Handler: "index.handler",
          Runtime: "nodejs22.x",
          Code: { S3Bucket: "assets", S3Key: "code.zip" },
          Environment: { Variables: { EVENTS: join(folder, "events") } },
        },
      },
    },
    Outputs: { Pool: { Value: { Ref: "Pool" } }, Queue: { Value: { Ref: "Queue" } } },
  });
  mkdirSync(join(folder, "code"));
  writeFileSync(
    join(folder, "code", "index.mjs"),
    `import { appendFileSync } from "node:fs";
export const handler = ({ number }) => Promise.resolve(appendFileSync(process.env.EVENTS, number + "\\n"));`,
  );
  appendFileSync(join(folder, "events"), "");
  const destinations = { here: { bucketName: "assets", objectKey: "code.zip" } };
  const files = { code: { source: { path: "code", packaging: "zip" }, destinations } };
  writeFileSync(join(folder, "Stack.assets.json"), JSON.stringify({ version: "36.0.0", files }));
  const manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as { artifacts: object };
  const assets = { type: "cdk:asset-manifest", properties: { file: "Stack.assets.json" } };
  Object.assign(manifest.artifacts, { "Stack.assets": assets });
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
  return assembly;
}

/** The stores of a stack that is served. */
export function everyStore(
  assembly: string,
  endpoint: string,
  { Pool: UserPoolId = "", Queue: QueueUrl = "" }: Readonly<Record<string, string>>,
): readonly Store[] {
  const config = clientConfig(endpoint);
  const fill = (length: number) => "x".repeat(length);
  const ssm = new SSMClient(config);
  const logs = new CloudWatchLogsClient(config);
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  const sqs = new SQSClient(config);
  const secrets = new SecretsManagerClient(config);
  const dynamodb = new DynamoDBClient(config);
  const cognito = new CognitoIdentityProviderClient(config);
  const lambda = new LambdaClient(config);
  const Bucket = "files";
  const numbers = (texts: readonly (string | undefined)[]) =>
    texts.map((text = "") => Number(/\d+/.exec(text)?.[0])).filter((number) => !Number.isNaN(number));
  const parameters = () =>
    everyPage(async (NextToken) => {
      const page = await ssm.send(new GetParametersByPathCommand({ Path: "/p", NextToken }));
      return [numbers((page.Parameters ?? []).map(({ Name }) => Name)), page.NextToken];
    });
  const events = () =>
    everyPage(async (nextToken) => {
      const page = await logs.send(new FilterLogEventsCommand({ logGroupName: "a", nextToken }));
      return [numbers((page.events ?? []).map(({ message }) => message)), page.nextToken];
    });
  const objects = async () => {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
    return numbers(Contents.map(({ Key }) => Key));
  };
  const latestSecret = async () => {
    const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: "secret" }));
    return numbers([SecretString]);
  };
  const items = async () => {
    const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName: "table" }));
    return numbers(Items.map((item) => item["id"]?.N));
  };
  const users = () =>
    everyPage(async (PaginationToken) => {
      const page = await cognito.send(new ListUsersCommand({ UserPoolId, PaginationToken }));
      return [numbers((page.Users ?? []).map(({ Username }) => Username)), page.PaginationToken];
    });
  const received = async () => {
    const all: number[] = [];
    for (;;) {
      const options = { QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 600 };
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(options));
      if (Messages.length === 0) return all;
      all.push(...numbers(Messages.map(({ Body }) => Body)));
    }
  };
  return [
    {
      name: "parameters",
      refusal: "InternalServerError",
      write: (n) =>
        ssm.send(
          new PutParameterCommand({ Name: `/p/${n}`, Value: fill(3000), Type: "String", Overwrite: true }),
        ),
      read: parameters,
      stored: parameters,
    },
    {
      name: "logs",
      refusal: "ServiceUnavailableException",
      write: async (n) => {
        const names = { logGroupName: "a", logStreamName: "s" };
        if (n === 0) await logs.send(new CreateLogStreamCommand(names));
        const logEvents = [{ timestamp: Date.now(), message: `${n} ${fill(3000)}` }];
        await logs.send(new PutLogEventsCommand({ ...names, logEvents }));
      },
      read: events,
      stored: events,
    },
    {
      name: "objects",
      refusal: "InternalError",
      // A long key, so that the index grows as the contents do.
      write: (n) =>
        s3.send(new PutObjectCommand({ Bucket, Key: `${n}/${fill(900)}`, Body: `${n} ${fill(3000)}` })),
      read: objects,
      stored: objects,
    },
    {
      name: "messages",
      refusal: "InternalFailure",
      write: (n) => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: `${n} ${fill(3000)}` })),
      read: () => sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] })),
      stored: received,
    },
    {
      name: "secrets",
      refusal: "InternalServiceError",
      write: (n) =>
        secrets.send(new PutSecretValueCommand({ SecretId: "secret", SecretString: `${n} ${fill(3000)}` })),
      read: latestSecret,
      // The newest one stands for those before.
      stored: async () => Array.from({ length: ((await latestSecret())[0] ?? 0) + 1 }, (_, n) => n),
    },
    {
      name: "table",
      refusal: "InternalServerError",
      write: (n) =>
        dynamodb.send(
          new PutItemCommand({ TableName: "table", Item: { id: { N: String(n) }, text: { S: fill(3000) } } }),
        ),
      read: items,
      stored: items,
    },
    {
      name: "users",
      refusal: "InternalErrorException",
      write: (n) =>
        cognito.send(
          new AdminCreateUserCommand({
            UserPoolId,
            Username: `user${n}`,
            MessageAction: "SUPPRESS",
            UserAttributes: [{ Name: "name", Value: fill(2000) }],
          }),
        ),
      read: users,
      stored: users,
    },
    {
      name: "events of functions",
      refusal: "ServiceException",
      write: (number) =>
        lambda.send(
          new InvokeCommand({
            FunctionName: "fn",
            InvocationType: "Event",
            Payload: JSON.stringify({ number, text: fill(3000) }),
          }),
        ),
      read: () =>
        lambda.send(new InvokeCommand({ FunctionName: "fn", Payload: JSON.stringify({ number: "" }) })),
      stored: () => Promise.resolve(numbers(readFileSync(join(assembly, "events"), "utf8").split("\n"))),
    },
  ];
}

async function everyPage(
  page: (token: string | undefined) => Promise<readonly [found: readonly number[], next: string | undefined]>,
): Promise<readonly number[]> {
  const all: number[] = [];
  let token: string | undefined;
  do {
    const [found, next] = await page(token);
    all.push(...found);
    token = next;
  } while (token !== undefined);
  return all;
}
