// The local DynamoDB in a folder of its own, behind the port that data sources call.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DynamoDBPort } from "../../../src/appsync/data-sources/dynamodb/operation.ts";
import { globalTableResource } from "../../../src/dynamodb/resources.ts";
import { openDynamoDb } from "../../../src/dynamodb/service.ts";
import { deployed } from "../../deployed.ts";

export interface TestTables extends DynamoDBPort {
  /** The operations called since the last look, with their inputs. */
  calls(): readonly { readonly operation: string; readonly input: Readonly<Record<string, unknown>> }[];
  close(): Promise<void>;
}

/** Opens tables with the string key `id`; each has an index `byUser` by `user` and `at`. */
export async function openTables(...names: readonly string[]): Promise<TestTables> {
  const dir = mkdtempSync(join(tmpdir(), "tables-"));
  const string = (AttributeName: string) => ({ AttributeName, AttributeType: "S" });
  const key = (AttributeName: string, KeyType: string) => ({ AttributeName, KeyType });
  const tables = names.map((TableName) =>
    deployed(globalTableResource, {
      TableName,
      AttributeDefinitions: [string("id"), string("user"), string("at")],
      KeySchema: [key("id", "HASH")],
      BillingMode: "PAY_PER_REQUEST",
      GlobalSecondaryIndexes: [
        {
          IndexName: "byUser",
          KeySchema: [key("user", "HASH"), key("at", "RANGE")],
          Projection: { ProjectionType: "ALL" },
        },
      ],
      Replicas: [{ Region: "us-east-1" }],
    }),
  );
  const dynamodb = await openDynamoDb({ dir, clock: Date.now, tables });
  let called: { operation: string; input: Readonly<Record<string, unknown>> }[] = [];
  return {
    call(operation, input) {
      called.push({ operation, input: input as Readonly<Record<string, unknown>> });
      return dynamodb.call(operation, input);
    },
    calls() {
      const seen = called;
      called = [];
      return seen;
    },
    async close() {
      await dynamodb.close();
      rmSync(dir, { recursive: true });
    },
  };
}
