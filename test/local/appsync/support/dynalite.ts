// A DynamoDB in this process, behind the port that data sources call.

import { createRequire } from "node:module";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { AwsError } from "../../../../local/aws/errors.ts";
import type { DynamoDBPort } from "../../../../local/appsync/data-sources/dynamodb/operations.ts";

type Dynalite = (options: { readonly createTableMs: number }) => Server;

export interface TestDynamoDB extends DynamoDBPort {
  /** The operations called since the last look, with their inputs. */
  calls(): readonly { readonly operation: string; readonly input: Readonly<Record<string, unknown>> }[];
  close(): Promise<void>;
}

export async function openDynalite(): Promise<TestDynamoDB> {
  const dynalite = createRequire(import.meta.url)("dynalite") as Dynalite;
  const server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  let called: { operation: string; input: Readonly<Record<string, unknown>> }[] = [];
  return {
    async call(operation, input) {
      called.push({ operation, input: input as Readonly<Record<string, unknown>> });
      const response = await fetch(`http://127.0.0.1:${String(port)}/`, {
        method: "POST",
        headers: {
          "content-type": "application/x-amz-json-1.0",
          "x-amz-target": `DynamoDB_20120810.${operation}`,
          "x-amz-date": "20261122T160000Z",
          authorization:
            "AWS4-HMAC-SHA256 Credential=local/20261122/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
        },
        body: JSON.stringify(input),
      });
      const output = (await response.json()) as Record<string, unknown>;
      if (response.ok) return output;
      const code = String(output["__type"]).replace(/^.*#/, "");
      throw new AwsError(code, String(output["message"] ?? output["Message"]), response.status);
    },
    calls() {
      const seen = called;
      called = [];
      return seen;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      }),
  };
}
