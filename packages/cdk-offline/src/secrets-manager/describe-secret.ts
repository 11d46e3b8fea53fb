// What there is to know of a secret without its value.

import * as v from "valibot";
import type { ReadContext } from "./get-secret-value.ts";
import { parseInput, secretId } from "./input.ts";
import { findSecret } from "./secret-id.ts";
import { labelsOf } from "./staging-labels.ts";

const describeInput = v.strictObject({ SecretId: secretId });

/**
 * Versions without a label are left out. When a secret was last read is not kept here, so `LastAccessedDate` is missing.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html
 */
export function describeSecret({ store, owner }: ReadContext, input: unknown) {
  const { SecretId } = parseInput("DescribeSecret", describeInput, input);
  const secret = findSecret(store, owner, SecretId);
  return {
    ARN: secret.arn,
    Name: secret.name,
    ...(secret.description !== undefined && { Description: secret.description }),
    CreatedDate: secret.createdAtMs / 1000,
    LastChangedDate: secret.changedAtMs / 1000,
    ...(secret.tags.length > 0 && { Tags: secret.tags }),
    VersionIdsToStages: Object.fromEntries(
      secret.versions
        .map(({ id }) => [id, labelsOf(secret, id)] as const)
        .filter(([, labels]) => labels.length > 0),
    ),
  };
}
