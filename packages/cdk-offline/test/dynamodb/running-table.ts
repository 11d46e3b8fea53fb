// A DynamoDB with the notes table behind a client for the time of a test, on a state folder of its own.

import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { onTestFinished } from "vitest";
import { openDynamoDb, type DynamoDb, type DynamoDbOptions } from "../../src/dynamodb/service.ts";
import { clientConfig, serveJsonService, stateFolder } from "../serving.ts";
import { notesProperties, tableOf } from "./table-of.ts";

export interface RunningTable {
  readonly dir: string;
  readonly client: DynamoDBClient;
  /** The one that is open now. */
  readonly dynamoDb: DynamoDb;
  /** Closes it and opens it again, with these options in the place of those from the start. */
  reopen(options?: Partial<DynamoDbOptions>): Promise<void>;
}

/** Starts it; everything is closed and gone when the test has ended. */
export async function startTable(clock: DynamoDbOptions["clock"]): Promise<RunningTable> {
  const dir = stateFolder();
  const open = (options: Partial<DynamoDbOptions> = {}) =>
    openDynamoDb({ dir, clock, tables: [tableOf(notesProperties)], ...options });
  let dynamoDb = await open();
  onTestFinished(() => dynamoDb.close());
  // Through a variable, because the clients stay when the store is opened again.
  const endpoint = await serveJsonService(
    {
      ...dynamoDb.json,
      get operations() {
        return dynamoDb.json.operations;
      },
    },
    (error) => {
      throw error;
    },
  );
  const client = new DynamoDBClient(clientConfig(endpoint));
  onTestFinished(() => {
    client.destroy();
  });
  return {
    dir,
    client,
    get dynamoDb() {
      return dynamoDb;
    },
    async reopen(options) {
      await dynamoDb.close();
      dynamoDb = await open(options);
    },
  };
}
