// The CloudFormation types of DynamoDB tables that are served, and which of their properties have an effect here.

import { randomUUID } from "node:crypto";
import * as v from "valibot";
import { physicalName } from "../assembly/physical-name.ts";
import { defineResource, withoutEffect, type Identity, type Naming } from "../assembly/resource.ts";

const capacity = withoutEffect("capacity is not limited on one machine");

const keySchema = v.pipe(
  v.array(v.strictObject({ AttributeName: v.string(), KeyType: v.picklist(["HASH", "RANGE"]) })),
  v.minLength(1),
  v.maxLength(2),
);

const projection = v.strictObject({
  ProjectionType: v.picklist(["ALL", "INCLUDE", "KEYS_ONLY"]),
  NonKeyAttributes: v.optional(v.array(v.string())),
});

const localSecondaryIndex = v.strictObject({
  IndexName: v.string(),
  KeySchema: keySchema,
  Projection: projection,
});

const globalSecondaryIndex = v.strictObject({
  ...localSecondaryIndex.entries,
  ContributorInsightsSpecification: withoutEffect("there are no contributor insights on one machine"),
  OnDemandThroughput: capacity,
  ProvisionedThroughput: capacity,
  ReadOnDemandThroughputSettings: capacity,
  WarmThroughput: capacity,
  WriteOnDemandThroughputSettings: capacity,
});

const shared = {
  AttributeDefinitions: v.array(
    v.strictObject({ AttributeName: v.string(), AttributeType: v.picklist(["B", "N", "S"]) }),
  ),
  GlobalSecondaryIndexes: v.optional(v.array(globalSecondaryIndex)),
  KeySchema: keySchema,
  LocalSecondaryIndexes: v.optional(v.array(localSecondaryIndex)),
  SSESpecification: withoutEffect("items are not encrypted at rest on one machine"),
  TableName: v.optional(v.string()),
  TimeToLiveSpecification: v.optional(
    v.strictObject({ AttributeName: v.optional(v.string()), Enabled: v.boolean() }),
  ),
  WarmThroughput: capacity,
};

const deletionProtection = v.optional(v.boolean());
const pointInTimeRecovery = withoutEffect("there are no backups on one machine");
const contributorInsights = withoutEffect("there are no contributor insights on one machine");
const tableClass = withoutEffect("the table class changes prices only");
const tags = withoutEffect("tags have no behaviour");

const replica = v.strictObject({
  ContributorInsightsSpecification: contributorInsights,
  DeletionProtectionEnabled: deletionProtection,
  GlobalSecondaryIndexes: withoutEffect(
    "settings of an index in a replica concern capacity and insights only",
  ),
  PointInTimeRecoverySpecification: pointInTimeRecovery,
  ReadOnDemandThroughputSettings: capacity,
  Region: v.string(),
  SSESpecification: withoutEffect("items are not encrypted at rest on one machine"),
  TableClass: tableClass,
  Tags: tags,
});

const globalTable = v.strictObject({
  ...shared,
  BillingMode: v.literal("PAY_PER_REQUEST"),
  Replicas: v.pipe(v.array(replica), v.length(1)),
  WriteOnDemandThroughputSettings: capacity,
});

const table = v.strictObject({
  ...shared,
  BillingMode: v.optional(v.picklist(["PAY_PER_REQUEST", "PROVISIONED"])),
  ContributorInsightsSpecification: contributorInsights,
  DeletionProtectionEnabled: deletionProtection,
  OnDemandThroughput: capacity,
  PointInTimeRecoverySpecification: pointInTimeRecovery,
  ProvisionedThroughput: capacity,
  TableClass: tableClass,
  Tags: tags,
});

export type GlobalTableProperties = v.InferOutput<typeof globalTable>;
export type TableProperties = v.InferOutput<typeof table>;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-dynamodb-globaltable.html */
export const globalTableResource = defineResource<GlobalTableProperties>({
  type: "AWS::DynamoDB::GlobalTable",
  properties: globalTable,
  identify,
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-dynamodb-table.html */
export const tableResource = defineResource<TableProperties>({
  type: "AWS::DynamoDB::Table",
  properties: table,
  identify,
});

export const dynamodbResources = [globalTableResource, tableResource] as const;

function identify(naming: Naming): Identity {
  const given = naming.property("TableName");
  const name = typeof given === "string" ? given : physicalName(naming, 255);
  return {
    ref: name,
    attributes: {
      Arn: `arn:aws:dynamodb:${naming.region}:${naming.account}:table/${name}`,
      TableId: naming.keep("table-id", randomUUID),
    },
  };
}
