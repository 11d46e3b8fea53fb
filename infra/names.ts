// What the stack's resources are called where the name is seen outside of it, in metrics and consoles.

import { Stack } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import type { StageSettings } from "./stage.ts";

/**
 * `login-ledger-<stage>-<region>`. Metrics of REST APIs go by their name, so that two stages must not share one; names in
 * CloudFront are one space for all regions, so that a second region of a stage needs its own.
 */
export function resourceName(scope: Construct, stage: StageSettings): string {
  return `login-ledger-${stage.name}-${Stack.of(scope).region}`;
}
