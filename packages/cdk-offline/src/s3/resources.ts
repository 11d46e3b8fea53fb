// The S3 resources of CloudFormation that the local runtime serves.

import * as v from "valibot";
import { physicalName } from "../assembly/physical-name.ts";
import { defineResource, withoutEffect } from "../assembly/resource.ts";

const positive = v.pipe(v.number(), v.integer(), v.minValue(1));

const defaultRetention = v.pipe(
  v.strictObject({
    Mode: v.picklist(["COMPLIANCE", "GOVERNANCE"]),
    Days: v.optional(positive),
    Years: v.optional(positive),
  }),
  v.check(
    ({ Days, Years }) => (Days === undefined) !== (Years === undefined),
    "a default retention has either Days or Years",
  ),
);

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
const bucketName = v.pipe(
  v.string(),
  v.regex(/^(?!.*\.\.)(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "not a bucket name"),
);

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html
const bucketProperties = v.strictObject({
  BucketName: v.optional(bucketName),
  VersioningConfiguration: v.optional(v.strictObject({ Status: v.picklist(["Enabled", "Suspended"]) })),
  ObjectLockEnabled: v.optional(v.boolean()),
  ObjectLockConfiguration: v.optional(
    v.strictObject({
      ObjectLockEnabled: v.optional(v.literal("Enabled")),
      Rule: v.optional(v.strictObject({ DefaultRetention: defaultRetention })),
    }),
  ),
  BucketEncryption: v.optional(
    v.strictObject({
      ServerSideEncryptionConfiguration: v.array(
        v.strictObject({
          ServerSideEncryptionByDefault: v.strictObject({ SSEAlgorithm: v.literal("AES256") }),
          BucketKeyEnabled: withoutEffect("there is no KMS to be asked less often"),
        }),
      ),
    }),
  ),
  PublicAccessBlockConfiguration: withoutEffect("only this machine reaches the bucket"),
  OwnershipControls: withoutEffect("all objects have the one owner; access control lists are not served"),
  LifecycleConfiguration: withoutEffect("nothing is moved or expires on one machine; --fresh starts anew"),
  LoggingConfiguration: withoutEffect("access logs are delivered by best effort, here none are"),
  Tags: withoutEffect("tags have no behaviour"),
});

export type BucketProperties = v.InferOutput<typeof bucketProperties>;

const MAX_NAME_LENGTH = 63;

export const bucketResource = defineResource<BucketProperties>({
  type: "AWS::S3::Bucket",
  properties: bucketProperties,
  identify(naming) {
    const given = naming.property("BucketName");
    const name = typeof given === "string" ? given : physicalName(naming, MAX_NAME_LENGTH).toLowerCase();
    return {
      ref: name,
      attributes: {
        Arn: `arn:aws:s3:::${name}`,
        DomainName: `${name}.s3.amazonaws.com`,
        RegionalDomainName: `${name}.s3.${naming.region}.amazonaws.com`,
      },
    };
  },
});

export const s3Resources = [bucketResource] as const;
