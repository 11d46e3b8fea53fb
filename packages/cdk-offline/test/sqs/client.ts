// SQS behind a client and a loopback server, at a time that the test sets.

import {
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  type ReceiveMessageCommandInput,
} from "@aws-sdk/client-sqs";
import { onTestFinished } from "vitest";
import type { QueueProperties } from "../../src/sqs/resources.ts";
import { openSqs, type SqsOptions } from "../../src/sqs/service.ts";
import { clientConfig, resource, serveJsonService } from "../serving.ts";

export const ACCOUNT = "000000000000";
export const QueueUrl = `https://sqs.us-east-1.amazonaws.com/${ACCOUNT}/dead-letters`;
export const ARN = `arn:aws:sqs:us-east-1:${ACCOUNT}:dead-letters`;
export const T = Date.parse("2026-01-15T12:00:00Z");

/** A queue `dead-letters` behind a client, at a time that stands still until the test moves it. */
export async function startSqs(
  dir: string,
  properties: QueueProperties = {},
  rest: Partial<SqsOptions> = {},
) {
  const time = { now: T };
  const sqs = openSqs({
    dir,
    clock: () => time.now,
    region: "us-east-1",
    account: ACCOUNT,
    queues: [resource(QueueUrl, properties), resource(QueueUrl.replace("dead-letters", "other"), {})],
    ...rest,
  });
  const errors: unknown[] = [];
  const endpoint = await serveJsonService(sqs.json, (error) => errors.push(error));
  const client = new SQSClient(clientConfig(endpoint));
  onTestFinished(() => {
    client.destroy();
    sqs.close();
  });
  const receive = async (input: Partial<ReceiveMessageCommandInput> = {}) =>
    (await client.send(new ReceiveMessageCommand({ QueueUrl, ...input }))).Messages ?? [];
  const send = (MessageBody: string) => client.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  return { sqs, client, errors, endpoint, time, receive, send };
}

export type RunningSqs = Awaited<ReturnType<typeof startSqs>>;
