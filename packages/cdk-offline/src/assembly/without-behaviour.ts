// Resource types that are part of the template and have nothing to do on one machine.

import { randomBytes } from "node:crypto";
import type { Identity, Naming } from "./resource.ts";

interface TypeWithoutBehaviour {
  /** Why it does nothing here; shown in the runtime's table of what is served. */
  readonly reason: string;
  readonly identify: (naming: Naming) => Identity;
}

const policiesNotEnforced = "policies are not enforced on one machine yet";

/** By resource type. Their properties are not looked at. */
export const typesWithoutBehaviour: Readonly<Record<string, TypeWithoutBehaviour>> = {
  "AWS::IAM::Role": {
    reason: policiesNotEnforced,
    identify: (naming) => {
      const name = naming.keep("name", () => physicalName(naming));
      return { ref: name, attributes: { Arn: `arn:aws:iam::${naming.account}:role/${name}` } };
    },
  },
  "AWS::IAM::Policy": { reason: policiesNotEnforced, identify: byName },
  "AWS::S3::BucketPolicy": { reason: policiesNotEnforced, identify: byName },
  "AWS::SQS::QueuePolicy": { reason: policiesNotEnforced, identify: byName },
};

function byName(naming: Naming): Identity {
  return { ref: naming.keep("name", () => physicalName(naming)), attributes: {} };
}

/** A name as CloudFormation makes one: stack, logical id, random letters. */
function physicalName({ stackName, logicalId }: Naming): string {
  return `${stackName}-${logicalId.slice(0, 24)}-${randomBytes(6).toString("hex").toUpperCase()}`;
}
