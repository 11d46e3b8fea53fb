// A table as the template resolver would hand it over: properties parsed, name and attributes given.

import { globalTableResource, tableResource } from "../../src/dynamodb/resources.ts";
import { deployed } from "../deployed.ts";

/** Parses properties as those of a GlobalTable (or of a Table, when they have no replicas). */
export function tableOf(properties: Record<string, unknown>) {
  return "Replicas" in properties
    ? deployed(globalTableResource, properties, { logicalId: "Notes" })
    : deployed(tableResource, properties, { logicalId: "Notes" });
}

/** What aws-cdk-lib writes for a TableV2 with two indexes and a time to live. */
export const notesProperties = {
  TableName: "notes",
  AttributeDefinitions: [
    { AttributeName: "id", AttributeType: "S" },
    { AttributeName: "userId", AttributeType: "S" },
    { AttributeName: "loggedInAt", AttributeType: "S" },
  ],
  BillingMode: "PAY_PER_REQUEST",
  GlobalSecondaryIndexes: [
    {
      IndexName: "byUser",
      KeySchema: [
        { AttributeName: "userId", KeyType: "HASH" },
        { AttributeName: "loggedInAt", KeyType: "RANGE" },
      ],
      Projection: { ProjectionType: "ALL" },
    },
  ],
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  Replicas: [
    {
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      Region: "us-east-1",
    },
  ],
  TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
  WarmThroughput: { ReadUnitsPerSecond: 13000, WriteUnitsPerSecond: 5000 },
};
