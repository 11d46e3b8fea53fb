// A small CDK app to try cdk-offline with: a table, a queue, and a function that knows both. No page, no pool, no API.
//
//   CDK_OUTDIR=cdk.out npx tsx examples/reminders/app.ts && npx cdk-offline cdk.out

import { App, CfnOutput, Duration, RemovalPolicy, Stack } from "aws-cdk-lib/core";
import { AttributeType, TableV2 } from "aws-cdk-lib/aws-dynamodb";
import { Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { fileURLToPath } from "node:url";

const app = new App({ analyticsReporting: false });
const stack = new Stack(app, "Reminders");

const table = new TableV2(stack, "Table", {
  partitionKey: { name: "id", type: AttributeType.STRING },
  removalPolicy: RemovalPolicy.DESTROY,
});
const queue = new Queue(stack, "Queue", { retentionPeriod: Duration.days(1) });
const remind = new LambdaFunction(stack, "Remind", {
  runtime: Runtime.NODEJS_24_X,
  handler: "index.handler",
  code: Code.fromAsset(fileURLToPath(new URL("function", import.meta.url))),
  environment: { TABLE_NAME: table.tableName, QUEUE_URL: queue.queueUrl },
  timeout: Duration.seconds(5),
});

new CfnOutput(stack, "TableName", { value: table.tableName });
new CfnOutput(stack, "QueueUrl", { value: queue.queueUrl });
new CfnOutput(stack, "FunctionName", { value: remind.functionName });
app.synth();
