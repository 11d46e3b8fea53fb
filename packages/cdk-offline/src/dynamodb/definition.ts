// From the properties of a table in the template to the table as DynamoDB describes it.

import type { Resource } from "../assembly/resource.ts";
import { NotServed } from "../errors.ts";
import type { TableDescription } from "./dynalite.ts";
import type { GlobalTableProperties, TableProperties } from "./resources.ts";

export type TableResource = Resource<GlobalTableProperties | TableProperties>;

/** A table as the template wants it. */
export interface TableDefinition {
  readonly logicalId: string;
  readonly description: TableDescription;
  /** The attribute with the time, in seconds since the epoch, after which an item is to be removed. */
  readonly timeToLiveAttribute: string | undefined;
}

/**
 * Reads a table's definition. The description is what DescribeTable answers, but for `CreationDateTime`. Throws `NotServed` when a
 * time to live is enabled without an attribute.
 */
export function defineTable(resource: TableResource): TableDefinition {
  const { properties, logicalId, ref: name, attributes } = resource;
  const arn = attributes["Arn"] ?? "";
  const timeToLive = properties.TimeToLiveSpecification;
  if (timeToLive?.Enabled === true && timeToLive.AttributeName === undefined) {
    const property = "TimeToLiveSpecification.AttributeName";
    throw new NotServed({
      code: "not-deployable",
      logicalId,
      property,
      reason: "is missing where it is enabled",
    });
  }
  const billingMode = properties.BillingMode ?? "PROVISIONED";
  const globalIndexes = properties.GlobalSecondaryIndexes?.map(({ IndexName, KeySchema, Projection }) => ({
    IndexName,
    KeySchema,
    Projection,
    ...sizeOfIndex(arn, IndexName),
    IndexStatus: "ACTIVE",
    ProvisionedThroughput: unlimited,
  }));
  const localIndexes = properties.LocalSecondaryIndexes?.map(({ IndexName, KeySchema, Projection }) => ({
    IndexName,
    KeySchema,
    Projection,
    ...sizeOfIndex(arn, IndexName),
  }));
  return {
    logicalId,
    timeToLiveAttribute: timeToLive?.Enabled === true ? timeToLive.AttributeName : undefined,
    description: {
      AttributeDefinitions: properties.AttributeDefinitions,
      BillingModeSummary: { BillingMode: billingMode },
      DeletionProtectionEnabled: deletionProtection(properties),
      ...(globalIndexes === undefined || globalIndexes.length === 0
        ? {}
        : { GlobalSecondaryIndexes: globalIndexes }),
      ItemCount: 0,
      KeySchema: properties.KeySchema,
      ...(localIndexes === undefined || localIndexes.length === 0
        ? {}
        : { LocalSecondaryIndexes: localIndexes }),
      ProvisionedThroughput: unlimited,
      TableArn: arn,
      TableId: attributes["TableId"] ?? "",
      TableName: name,
      TableSizeBytes: 0,
      TableStatus: "ACTIVE",
      TableThroughputModeSummary: { TableThroughputMode: billingMode },
    },
  };
}

const unlimited = { NumberOfDecreasesToday: 0, ReadCapacityUnits: 0, WriteCapacityUnits: 0 };

function sizeOfIndex(tableArn: string, indexName: string) {
  return { IndexArn: `${tableArn}/index/${indexName}`, IndexSizeBytes: 0, ItemCount: 0 };
}

function deletionProtection(properties: GlobalTableProperties | TableProperties): boolean {
  const setting = "Replicas" in properties ? properties.Replicas[0] : properties;
  return setting?.DeletionProtectionEnabled ?? false;
}

/** The definition as CreateTable's input, by which it can be checked against DynamoDB's rules. */
export function asCreateTableInput({ description }: TableDefinition): object {
  const index = ({
    IndexName,
    KeySchema,
    Projection,
  }: {
    IndexName: string;
    KeySchema: unknown;
    Projection: unknown;
  }) => ({
    IndexName,
    KeySchema,
    Projection,
  });
  return {
    TableName: description.TableName,
    AttributeDefinitions: description.AttributeDefinitions,
    KeySchema: description.KeySchema,
    BillingMode: "PAY_PER_REQUEST",
    ...(description.GlobalSecondaryIndexes === undefined
      ? {}
      : { GlobalSecondaryIndexes: description.GlobalSecondaryIndexes.map(index) }),
    ...(description.LocalSecondaryIndexes === undefined
      ? {}
      : { LocalSecondaryIndexes: description.LocalSecondaryIndexes.map(index) }),
  };
}
