// Who may reach buckets and queues whatever a role says: the policies on the resources themselves.

import { expect } from "vitest";
import type { Concern } from "./check.ts";
import { at, listAt, ofType, type ReadableTemplate } from "./readable.ts";

/** Refuses whoever comes without TLS. */
const onlyWithTls = (service: string, resource: unknown) => ({
  Action: `${service}:*`,
  Condition: { Bool: { "aws:SecureTransport": "false" } },
  Effect: "Deny",
  Principal: { AWS: "*" },
  Resource: resource,
});

/** The statements on a resource, of all policies that name it. */
function statementsOn(template: ReadableTemplate, policyType: string, members: string, name: string) {
  return ofType(template, policyType)
    .filter(([, { Properties }]) => [Properties[members]].flat().includes(`<${name}>`))
    .flatMap(([, { Properties }]) => listAt(Properties, "PolicyDocument/Statement"));
}

const onBucket = (template: ReadableTemplate, name: string) =>
  statementsOn(template, "AWS::S3::BucketPolicy", "Bucket", name);

const bucketTls = (name: string) => onlyWithTls("s3", [`<${name}.Arn>`, `<${name}.Arn>/*`]);

export const storePolicies: Concern = {
  name: "policies on stores",
  checks: [
    {
      name: "every bucket and every queue is reached by TLS alone",
      holds: (template) => {
        for (const [name] of ofType(template, "AWS::S3::Bucket")) {
          expect(onBucket(template, name), name).toContainEqual(bucketTls(name));
        }
        for (const [name] of ofType(template, "AWS::SQS::Queue")) {
          expect(statementsOn(template, "AWS::SQS::QueuePolicy", "Queues", name), name).toEqual([
            onlyWithTls("sqs", `<${name}.Arn>`),
          ]);
        }
      },
    },
    {
      name: "no policy on a bucket lets anybody in but the distribution, which may read the page",
      holds: (template) => {
        const allowed = ofType(template, "AWS::S3::Bucket").flatMap(([name]) =>
          onBucket(template, name).filter((statement) => at(statement, "Effect") !== "Deny"),
        );
        expect(allowed).toEqual([
          {
            Action: "s3:GetObject",
            Condition: {
              StringEquals: {
                "AWS:SourceArn":
                  "arn:<AWS::Partition>:cloudfront::<AWS::AccountId>:distribution/<PageDistribution>",
              },
            },
            Effect: "Allow",
            Principal: { Service: "cloudfront.amazonaws.com" },
            Resource: "<PageFiles.Arn>/*",
          },
        ]);
      },
    },
    {
      name: "files are written once everywhere, and deleted by nobody where they are locked",
      holds: (template, stage) => {
        const writeOnce = {
          Sid: "WriteOnce",
          Action: "s3:PutObject",
          Condition: {
            Null: { "s3:if-none-match": "true" },
            Bool: { "s3:ObjectCreationOperation": "true" },
          },
          Effect: "Deny",
          Principal: { AWS: "*" },
          Resource: "<LedgerFiles.Arn>/*",
        };
        const neverDelete = {
          Sid: "NeverDelete",
          Action: ["s3:DeleteObject", "s3:DeleteObjectVersion"],
          Effect: "Deny",
          Principal: { AWS: "*" },
          Resource: "<LedgerFiles.Arn>/*",
        };
        expect(onBucket(template, "LedgerFiles")).toEqual([
          bucketTls("LedgerFiles"),
          writeOnce,
          ...(stage.name === "dev" ? [] : [neverDelete]),
        ]);
      },
    },
    {
      name: "every policy is in the language of 2012",
      holds: (template) => {
        for (const type of ["AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy"]) {
          for (const [name, { Properties }] of ofType(template, type)) {
            expect(at(Properties, "PolicyDocument/Version"), name).toBe("2012-10-17");
          }
        }
      },
    },
  ],
  mutations: [
    {
      name: "public read on the files bucket",
      change: {
        "LedgerFilesPolicy/Properties/PolicyDocument/Statement/3": {
          ...{ Action: "s3:GetObject", Effect: "Allow", Principal: { AWS: "*" } },
          Resource: "<LedgerFiles.Arn>/*",
        },
      },
    },
    {
      name: "no TLS on the files bucket",
      change: { "LedgerFilesPolicy/Properties/PolicyDocument/Statement/0": undefined },
    },
    { name: "no policy on the files bucket", change: { LedgerFilesPolicy: undefined } },
    {
      name: "no TLS on the queue",
      change: { "LedgerDeadLettersPolicy/Properties/PolicyDocument/Statement/0": undefined },
    },
    {
      name: "a queue that anybody may fill",
      change: {
        "LedgerDeadLettersPolicy/Properties/PolicyDocument/Statement/1": {
          ...{ Action: "sqs:SendMessage", Effect: "Allow", Principal: "*" },
          Resource: "<LedgerDeadLetters.Arn>",
        },
      },
    },
    {
      name: "a page that any distribution may read",
      change: { "PageFilesPolicy/Properties/PolicyDocument/Statement/1/Condition": undefined },
    },
    {
      name: "a page that the distribution may write",
      change: { "PageFilesPolicy/Properties/PolicyDocument/Statement/1/Action": "s3:*" },
    },
    {
      name: "files that can be replaced",
      stage: "dev",
      change: { "LedgerFilesPolicy/Properties/PolicyDocument/Statement/1": undefined },
    },
    {
      name: "files that can be deleted",
      change: { "LedgerFilesPolicy/Properties/PolicyDocument/Statement/2": undefined },
    },
    {
      name: "versions of files that can be deleted",
      change: { "LedgerFilesPolicy/Properties/PolicyDocument/Statement/2/Action": "s3:DeleteObject" },
    },
  ],
};
