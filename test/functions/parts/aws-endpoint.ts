// A loopback stand-in for Parameter Store and Secrets Manager, spoken to by the real SDK clients.

import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SSMClient } from "@aws-sdk/client-ssm";
import { setTimeout as pause } from "node:timers/promises";
import { type JsonOperation, type JsonService, serveJson } from "cdk-offline/testing";
import { serveUntilTestEnds } from "../../serving.ts";

process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

export interface AwsEndpoint {
  readonly origin: string;
  readonly ssm: SSMClient;
  readonly secretsManager: SecretsManagerClient;
  /** Names of the operations called, in order. */
  readonly calls: string[];
  /** Operations by name; tests replace them to make the service fail. */
  readonly operations: Record<string, JsonOperation>;
  /** Milliseconds that every answer is held back. */
  delayMs: number;
}

const CREDENTIALS = { accessKeyId: "test", secretAccessKey: "test" };

/** What a client of the stand-in is made with, whatever the service. */
export function clientOptions(origin: string) {
  return { endpoint: origin, region: "us-east-1", credentials: CREDENTIALS, maxAttempts: 1 };
}

export async function startAwsEndpoint(operations: Record<string, JsonOperation>): Promise<AwsEndpoint> {
  const calls: string[] = [];
  const origin = await serveUntilTestEnds(async (request) => {
    const [target = "", operation = ""] = (request.headers["x-amz-target"] ?? "").split(".");
    calls.push(operation);
    if (endpoint.delayMs > 0) await pause(endpoint.delayMs, undefined, { ref: false });
    const service: JsonService = { target, version: "1.1", operations };
    return serveJson(service, operation, request);
  });
  const endpoint: AwsEndpoint = {
    origin,
    ssm: new SSMClient(clientOptions(origin)),
    secretsManager: new SecretsManagerClient(clientOptions(origin)),
    calls,
    operations,
    delayMs: 0,
  };
  return endpoint;
}
