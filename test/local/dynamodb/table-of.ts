// A table as the template resolver would hand it over: properties parsed, name and attributes given.

import * as v from "valibot";
import type { Naming, Resource, ResourceDefinition } from "../../../local/assembly/resource.ts";
import { globalTableResource, tableResource } from "../../../local/dynamodb/resources.ts";

/** Parses properties as those of a GlobalTable (or of a Table, when they have no replicas). */
export function tableOf(properties: Record<string, unknown>) {
  return "Replicas" in properties
    ? resourceOf(globalTableResource, properties)
    : resourceOf(tableResource, properties);
}

function resourceOf<Properties>(
  definition: ResourceDefinition<Properties>,
  properties: Record<string, unknown>,
): Resource<Properties> {
  const naming: Naming = {
    logicalId: "Ledger",
    stackName: "Stack",
    region: "us-east-1",
    account: "000000000000",
    property: (name) => properties[name],
    keep: (_label, make) => make(),
  };
  return {
    logicalId: "Ledger",
    properties: v.parse(definition.properties, properties),
    deployedProperties: undefined,
    ...definition.identify(naming),
  };
}

/** What aws-cdk-lib writes for a TableV2 with two indexes and a time to live. */
export const ledgerProperties = {
  TableName: "ledger",
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
