// What is kept, and for how long: table, buckets and queue. Their policies are in store-policies.ts.

import { expect } from "vitest";
import type { StageSettings } from "../../../infra/stage.ts";
import type { Concern } from "./check.ts";
import { at, listAt, ofType, type ReadableResource, type ReadableTemplate } from "./readable.ts";

const ENCRYPTED = {
  ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
};
const NOTHING_PUBLIC = {
  BlockPublicAcls: true,
  BlockPublicPolicy: true,
  IgnorePublicAcls: true,
  RestrictPublicBuckets: true,
};

/** Whether a resource goes with the stack. */
function expectPolicies(name: string, resource: ReadableResource, policy: "Retain" | "Delete"): void {
  const { DeletionPolicy, UpdateReplacePolicy } = resource;
  expect({ DeletionPolicy, UpdateReplacePolicy }, name).toEqual({
    DeletionPolicy: policy,
    UpdateReplacePolicy: policy,
  });
}

const ofStage = ({ retainData }: StageSettings) => (retainData ? "Retain" : "Delete");

/** The bucket of the sign-ins' files. */
function filesBucket(template: ReadableTemplate): ReadableResource {
  const bucket = template["LedgerFiles"];
  expect(bucket?.Type).toBe("AWS::S3::Bucket");
  return bucket as ReadableResource;
}

const tables = (template: ReadableTemplate) => ofType(template, "AWS::DynamoDB::GlobalTable");

export const stores: Concern = {
  name: "stores",
  checks: [
    {
      name: "every table can be restored to any second, is encrypted, and shared with nobody",
      holds: (template) => {
        expect(tables(template).length).toBeGreaterThan(0);
        for (const [name, { Properties }] of tables(template)) {
          // DynamoDB encrypts every table; what can be set is whose key it is.
          expect(Properties, name).not.toHaveProperty("SSESpecification");
          expect(Properties["BillingMode"], name).toBe("PAY_PER_REQUEST");
          const replicas = listAt(Properties, "Replicas");
          expect(replicas.map((replica) => at(replica, "Region"))).toEqual(["<AWS::Region>"]);
          for (const replica of replicas) {
            expect(at(replica, "PointInTimeRecoverySpecification"), name).toEqual({
              PointInTimeRecoveryEnabled: true,
            });
            expect(replica, name).not.toHaveProperty("ResourcePolicy");
          }
        }
      },
    },
    {
      name: "production's tables are protected from deletion, and outlive the stack",
      holds: (template, stage) => {
        for (const [name, table] of tables(template)) {
          for (const replica of listAt(table.Properties, "Replicas")) {
            expect(at(replica, "DeletionProtectionEnabled") ?? false, name).toBe(stage.retainData);
          }
          expectPolicies(name, table, ofStage(stage));
        }
      },
    },
    {
      name: "items go when they expire",
      holds: (template) => {
        for (const [name, { Properties }] of tables(template)) {
          expect(Properties["TimeToLiveSpecification"], name).toEqual({
            AttributeName: "expiresAt",
            Enabled: true,
          });
        }
      },
    },
    {
      name: "J6: every bucket is encrypted and private, and answers no other origin's page",
      holds: (template) => {
        const buckets = ofType(template, "AWS::S3::Bucket");
        expect(buckets.length).toBeGreaterThan(1);
        for (const [name, { Properties }] of buckets) {
          expect(Properties["BucketEncryption"], name).toEqual(ENCRYPTED);
          expect(Properties["PublicAccessBlockConfiguration"], name).toEqual(NOTHING_PUBLIC);
          for (const open of [
            "AccessControl",
            "CorsConfiguration",
            "OwnershipControls",
            "ReplicationConfiguration",
            "WebsiteConfiguration",
          ]) {
            expect(Properties, name).not.toHaveProperty(open);
          }
        }
      },
    },
    {
      name: "every version of a file is kept, and locked where it must outlast an administrator",
      holds: (template, stage) => {
        const { Properties } = filesBucket(template);
        expect(Properties["VersioningConfiguration"]).toEqual({ Status: "Enabled" });
        expect(Properties["ObjectLockEnabled"] ?? false).toBe(stage.name !== "dev");
        expect(Properties["ObjectLockConfiguration"]).toEqual(
          stage.name === "dev"
            ? undefined
            : {
                ObjectLockEnabled: "Enabled",
                Rule: { DefaultRetention: { Mode: "COMPLIANCE", Days: stage.retention.toDays() } },
              },
        );
      },
    },
    {
      name: "a file is gone a few days after its retention, and the marker of its deletion with it",
      holds: (template, stage) => {
        expect(filesBucket(template).Properties["LifecycleConfiguration"]).toEqual({
          Rules: [
            {
              ExpirationInDays: stage.retention.toDays() + 1,
              NoncurrentVersionExpiration: { NoncurrentDays: 1 },
              Status: "Enabled",
            },
            { ExpiredObjectDeleteMarker: true, Status: "Enabled" },
          ],
        });
      },
    },
    {
      name: "production's files outlive the stack, the page's do not",
      holds: (template, stage) => {
        expectPolicies("LedgerFiles", filesBucket(template), ofStage(stage));
        for (const [name, bucket] of ofType(template, "AWS::S3::Bucket")) {
          if (name !== "LedgerFiles") expectPolicies(name, bucket, "Delete");
        }
      },
    },
    {
      name: "every queue is encrypted and keeps a message as long as SQS can",
      holds: (template, stage) => {
        const queues = ofType(template, "AWS::SQS::Queue");
        expect(queues.length).toBeGreaterThan(0);
        for (const [name, queue] of queues) {
          expect(queue.Properties, name).toMatchObject({
            SqsManagedSseEnabled: true,
            MessageRetentionPeriod: 14 * 86_400,
          });
          expectPolicies(name, queue, ofStage(stage));
        }
      },
    },
  ],
  mutations: [
    {
      name: "what could not be written gone with the stack",
      change: { "LedgerDeadLetters/DeletionPolicy": "Delete" },
    },
    {
      name: "no point-in-time recovery",
      change: {
        "AWS::DynamoDB::GlobalTable/Properties/Replicas/0/PointInTimeRecoverySpecification": undefined,
      },
    },
    {
      name: "no deletion protection of the table",
      change: { "AWS::DynamoDB::GlobalTable/Properties/Replicas/0/DeletionProtectionEnabled": false },
    },
    {
      name: "a table that goes with the stack",
      change: { "AWS::DynamoDB::GlobalTable/DeletionPolicy": "Delete" },
    },
    {
      name: "a table that a replacement deletes",
      change: { "AWS::DynamoDB::GlobalTable/UpdateReplacePolicy": "Delete" },
    },
    {
      name: "a table that development keeps",
      stage: "dev",
      change: { "AWS::DynamoDB::GlobalTable/DeletionPolicy": "Retain" },
    },
    {
      name: "a table in another region as well",
      change: { "AWS::DynamoDB::GlobalTable/Properties/Replicas/1": { Region: "us-west-2" } },
    },
    {
      name: "a table that another account may read",
      change: { "AWS::DynamoDB::GlobalTable/Properties/Replicas/0/ResourcePolicy": { PolicyDocument: {} } },
    },
    {
      name: "items that never expire",
      change: { "AWS::DynamoDB::GlobalTable/Properties/TimeToLiveSpecification": undefined },
    },
    {
      name: "public read by access control list",
      change: { "LedgerFiles/Properties/AccessControl": "PublicRead" },
    },
    {
      name: "public policies not blocked",
      change: { "PageFiles/Properties/PublicAccessBlockConfiguration/BlockPublicPolicy": false },
    },
    { name: "a bucket without encryption", change: { "PageFiles/Properties/BucketEncryption": undefined } },
    {
      name: "a bucket that every origin may read",
      change: {
        "LedgerFiles/Properties/CorsConfiguration": {
          CorsRules: [{ AllowedMethods: ["GET"], AllowedOrigins: ["*"] }],
        },
      },
    },
    {
      name: "a bucket as a web site",
      change: { "PageFiles/Properties/WebsiteConfiguration": { IndexDocument: "index.html" } },
    },
    {
      name: "versions suspended",
      change: { "LedgerFiles/Properties/VersioningConfiguration/Status": "Suspended" },
    },
    {
      name: "a lock that an administrator opens",
      change: {
        "LedgerFiles/Properties/ObjectLockConfiguration/Rule/DefaultRetention/Mode": "GOVERNANCE",
      },
    },
    {
      name: "a lock shorter than the retention",
      change: { "LedgerFiles/Properties/ObjectLockConfiguration/Rule/DefaultRetention/Days": 30 },
    },
    {
      name: "no lock on the machine where production is tried",
      stage: "local",
      change: { "LedgerFiles/Properties/ObjectLockConfiguration": undefined },
    },
    { name: "files kept for ever", change: { "LedgerFiles/Properties/LifecycleConfiguration": undefined } },
    { name: "files that go with the stack", change: { "LedgerFiles/DeletionPolicy": "Delete" } },
    {
      name: "the queue unencrypted",
      change: { "LedgerDeadLetters/Properties/SqsManagedSseEnabled": false },
    },
    {
      name: "a queue that forgets within four days",
      change: { "LedgerDeadLetters/Properties/MessageRetentionPeriod": undefined },
    },
  ],
};
