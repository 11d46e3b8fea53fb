// What can be asked of the service and of a bucket itself.

import type { XmlElement } from "../aws/xml-writer.ts";
import type { HttpResponse } from "../http/exchange.ts";
import {
  OWNER_ID,
  emptyResponse,
  isoSeconds,
  optional,
  xmlResponse,
  type BucketCall,
  type ServiceCall,
} from "./call.ts";
import { S3Error } from "./errors.ts";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html */
export function listBuckets({ buckets }: ServiceCall): HttpResponse {
  const sorted = [...buckets.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return xmlResponse("ListAllMyBucketsResult", [
    [
      "Buckets",
      sorted.map(({ name, createdAt }): XmlElement => [
        "Bucket",
        [
          ["Name", name],
          ["CreationDate", isoSeconds(createdAt)],
        ],
      ]),
    ],
    ["Owner", [["ID", OWNER_ID]]],
  ]);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html */
export function headBucket({ bucket, region }: BucketCall): HttpResponse {
  return emptyResponse(200, {
    "x-amz-bucket-region": region,
    "x-amz-bucket-arn": `arn:aws:s3:::${bucket.name}`,
    "x-amz-access-point-alias": "false",
  });
}

/** us-east-1 is told by an empty element. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html */
export function getBucketLocation({ region }: BucketCall): HttpResponse {
  return xmlResponse("LocationConstraint", region === "us-east-1" ? "" : region);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html */
export function getBucketVersioning({ bucket }: BucketCall): HttpResponse {
  return xmlResponse("VersioningConfiguration", optional("Status", bucket.versioning()));
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectLockConfiguration.html */
export function getObjectLockConfiguration({ bucket }: BucketCall): HttpResponse {
  const { objectLock, name } = bucket;
  if (objectLock === undefined) {
    throw new S3Error(
      "ObjectLockConfigurationNotFoundError",
      404,
      "Object Lock configuration does not exist for this bucket",
      { BucketName: name },
    );
  }
  const rule = objectLock.defaultRetention;
  const retention = rule && [
    ["Mode", rule.mode] as const,
    ...optional("Days", rule.days),
    ...optional("Years", rule.years),
  ];
  return xmlResponse("ObjectLockConfiguration", [
    ["ObjectLockEnabled", "Enabled"],
    ...(retention === undefined ? [] : [["Rule", [["DefaultRetention", retention]]] as const]),
  ]);
}
