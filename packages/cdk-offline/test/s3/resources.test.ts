// What the template may say about buckets.

import * as v from "valibot";
import { expect, test } from "vitest";
import { bucketResource } from "../../src/s3/resources.ts";
import { naming } from "../deployed.ts";

test("a bucket is known by its name, its ARN and its host names", () => {
  expect(bucketResource.identify(naming({ BucketName: "my.bucket" }))).toEqual({
    ref: "my.bucket",
    attributes: {
      Arn: "arn:aws:s3:::my.bucket",
      DomainName: "my.bucket.s3.amazonaws.com",
      RegionalDomainName: "my.bucket.s3.us-east-1.amazonaws.com",
    },
  });
});

test("a bucket without a name gets one in small letters that stays", () => {
  const unnamed = naming({});
  const { ref } = bucketResource.identify(unnamed);
  expect(ref).toMatch(/^notesapp-local-thing-[a-z0-9]{12}$/);
  expect(bucketResource.identify(unnamed).ref).toBe(ref);
});

test("a name made from long parts still fits", () => {
  const long = { ...naming({}), stackName: "S".repeat(100), logicalId: "L".repeat(100) };
  expect(bucketResource.identify(long).ref).toMatch(/^s{24}-l{24}-[a-z0-9]{12}$/);
});

test("the properties that the CDK emits for a locked, encrypted bucket are taken", () => {
  const properties = {
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
    },
    LifecycleConfiguration: { Rules: [{ ExpirationInDays: 2, Status: "Enabled" }] },
    ObjectLockConfiguration: {
      ObjectLockEnabled: "Enabled",
      Rule: { DefaultRetention: { Days: 1, Mode: "COMPLIANCE" } },
    },
    ObjectLockEnabled: true,
    OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
    PublicAccessBlockConfiguration: { BlockPublicAcls: true },
    Tags: [{ Key: "a", Value: "b" }],
    VersioningConfiguration: { Status: "Enabled" },
  };
  expect(v.safeParse(bucketResource.properties, properties).issues).toBeUndefined();
});

test.each([
  { BucketName: "Capital" },
  { BucketName: "a..b" },
  { BucketName: ".." },
  { BucketName: "10.0.0.1" },
  { WebsiteConfiguration: {} },
  { NotificationConfiguration: {} },
  { VersioningConfiguration: { Status: "On" } },
  { ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: "COMPLIANCE", Days: 1, Years: 1 } } } },
  { ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: "COMPLIANCE" } } } },
  {
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" } }],
    },
  },
])("%o is refused", (properties) => {
  expect(v.safeParse(bucketResource.properties, properties).success).toBe(false);
});
