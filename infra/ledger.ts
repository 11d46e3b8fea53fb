// Where sign-ins are kept: the table, the bucket of their files, and the queue for what could not be written.

import { Duration, RemovalPolicy } from "aws-cdk-lib/core";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as iam from "aws-cdk-lib/aws-iam";
import * as s3 from "aws-cdk-lib/aws-s3";
import * as sqs from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { StageSettings } from "./stage.ts";

export interface LedgerProps {
  readonly stage: StageSettings;
}

export class Ledger extends Construct {
  readonly table: dynamodb.TableV2;
  readonly files: s3.Bucket;
  /** Sign-ins whose file could not be written after all retries. */
  readonly deadLetters: sqs.Queue;

  constructor(scope: Construct, id: string, { stage }: LedgerProps) {
    super(scope, id);
    const removalPolicy = stage.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;

    this.table = new dynamodb.TableV2(this, "Records", {
      // The authentication event's own identifier: random, so that no partition runs hot.
      partitionKey: { name: "id", type: dynamodb.AttributeType.STRING },
      // Each holds only the items that have its keys.
      globalSecondaryIndexes: [
        index("byUser", "userId", "position"),
        index("byName", "usernameKey", "position"),
        // A day is one partition key: a thousand sign-ins a second are the most it takes.
        index("byDay", "day", "position"),
        index("readsAbout", "aboutKey", "at"),
      ],
      timeToLiveAttribute: "expiresAt",
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: stage.retainData,
      removalPolicy,
    });

    this.files = new s3.Bucket(this, "Files", {
      versioned: true,
      ...(stage.lockFiles && {
        objectLockEnabled: true,
        objectLockDefaultRetention: s3.ObjectLockRetention.compliance(stage.retention),
      }),
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      lifecycleRules: [
        // A version's days count from when a delete marker covers it, so one day is all that is added to the retention.
        {
          expiration: stage.retention.plus(Duration.days(1)),
          noncurrentVersionExpiration: Duration.days(1),
        },
        // The marker still bears the user's name; by itself it would stay as long again.
        { expiredObjectDeleteMarker: true },
      ],
      removalPolicy,
    });
    this.guardFiles(stage);

    this.deadLetters = new sqs.Queue(this, "DeadLetters", {
      retentionPeriod: Duration.days(14),
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      removalPolicy,
    });
  }

  /** A file is written once and never replaced; where files are locked, none is deleted either. */
  private guardFiles(stage: StageSettings): void {
    const anybody = [new iam.AnyPrincipal()];
    this.files.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: "WriteOnce",
        effect: iam.Effect.DENY,
        principals: anybody,
        actions: ["s3:PutObject"],
        resources: [this.files.arnForObjects("*")],
        // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
        conditions: {
          Null: { "s3:if-none-match": "true" },
          Bool: { "s3:ObjectCreationOperation": "true" },
        },
      }),
    );
    if (!stage.lockFiles) return;
    this.files.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: "NeverDelete",
        effect: iam.Effect.DENY,
        principals: anybody,
        actions: ["s3:DeleteObject", "s3:DeleteObjectVersion"],
        resources: [this.files.arnForObjects("*")],
      }),
    );
  }
}

/** An index of whole items, in the order of their sort keys. */
function index(
  indexName: string,
  partitionKey: string,
  sortKey: string,
): dynamodb.GlobalSecondaryIndexPropsV2 {
  return {
    indexName,
    partitionKey: { name: partitionKey, type: dynamodb.AttributeType.STRING },
    sortKey: { name: sortKey, type: dynamodb.AttributeType.STRING },
    projectionType: dynamodb.ProjectionType.ALL,
  };
}
